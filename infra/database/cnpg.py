"""A Cluster that CloudNativePG runs, and what its operator needs of the network."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiextensions import CustomResource

from infra import container, priority, quantity
from infra.database import archive, cnpg_pooler
from infra.database.cnpg_pooler import API_VERSION, pod_labels
from infra.database.settings import settings
from infra.flow import Flow, Outside, ranges
from infra.place import Place
from profiles import Profile, contract
from profiles.postgres import Server

_STATUS_PORT = 8000
"""Where an instance tells the operator how it is (CloudNativePG's networking page)."""

_OPERATOR = Outside(
    peers=(
        {
            "namespaceSelector": {},
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "cloudnative-pg"}},
        },
    )
)
"""The operator's pods by their own label, in whatever namespace they are."""

_ENCRYPTED_ONLY = ("hostnossl all all all reject",)
"""Comes before the operator's own last rule, which would take a connection without TLS too."""


def declare(profile: Profile, db: Server, place: Place) -> tuple[Resource, ...]:
    """Declare the Cluster, and its Pooler where there is one."""
    keep = profile.cluster.retain_data
    cluster = CustomResource(
        "database",
        api_version=API_VERSION,
        kind="Cluster",
        metadata=place.metadata(db.name, contract.DATABASE_COMPONENT),
        spec=_spec(profile, db),
        # Retained, unlike a StatefulSet: the claims belong to the Cluster and would go with it.
        opts=place.options(protect=keep, retain=keep),
    )
    if db.pooler is None:
        return (cluster,)
    return cluster, cnpg_pooler.declare(profile, db, db.pooler, place.after(cluster))


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return what the instances and the operator need of each other, and of the cluster's API."""
    db = profile.database.server
    if db is None:
        return ()
    database, postgres = contract.DATABASE_COMPONENT, contract.POSTGRES_PORT
    managed = [database, contract.POOLER_COMPONENT] if db.pooler else [database]
    replicas = Flow(client=database, server=database, ports=(postgres, _STATUS_PORT))
    cidrs = profile.network.api_server_cidrs
    # No range at all would mean everybody.
    callers = managed if cidrs else []
    return (
        Flow(client=_OPERATOR, server=database, ports=(postgres, _STATUS_PORT)),
        *((replicas,) if db.instances > 1 else ()),
        *(
            Flow(client=each, server=ranges(*cidrs), ports=contract.API_SERVER_PORTS)
            for each in callers
        ),
    )


def _spec(profile: Profile, db: Server) -> dict[str, Any]:
    return {
        **priority.of(profile, "stores"),
        **archive.section(db),
        "instances": db.instances,
        "imageName": db.image,
        "enableSuperuserAccess": False,
        # With one instance the budget would stop every drain of its node.
        "enablePDB": db.instances > 1,
        "inheritedMetadata": {"labels": pod_labels(contract.DATABASE_COMPONENT)},
        "bootstrap": {"initdb": _first_start(profile, db)},
        "postgresql": {"parameters": settings(db), "pg_hba": list(_ENCRYPTED_ONLY)}
        if db.tls
        else {"parameters": settings(db)},
        "storage": _storage(db),
        "ephemeralVolumesSizeLimit": {"shm": quantity.memory(db.memory.shm_kib // 1024)},
        "resources": container.resources(db.resources),
        "affinity": {
            "enablePodAntiAffinity": True,
            "podAntiAffinityType": "preferred",
            "topologyKey": "kubernetes.io/hostname",
        },
    } | _names(profile, db)


def _first_start(profile: Profile, db: Server) -> dict[str, Any]:
    return {
        "database": db.database,
        "owner": db.user,
        "secret": {"name": profile.credentials.database_secret},
        "dataChecksums": True,
    }


def _storage(db: Server) -> dict[str, Any]:
    chosen = {"storageClass": db.storage_class} if db.storage_class else {}
    return {"size": quantity.storage(db.storage_gib)} | chosen


def _names(profile: Profile, db: Server) -> dict[str, Any]:
    """Return the pooler's names, which its clients check in the Cluster's own certificate."""
    if db.pooler is None:
        return {}
    name, namespace = db.pooler.name, profile.cluster.namespace
    return {
        "certificates": {
            "serverAltDNSNames": [name, f"{name}.{namespace}", f"{name}.{namespace}.svc"]
        }
    }
