"""Who else may work in the namespace: groups of people bound to Kubernetes' own roles."""

import hashlib
import re

from pulumi_kubernetes.rbac.v1 import RoleBinding

from infra.place import Place
from profiles.cluster import Access, Cluster

_DIGEST_LENGTH = 8
_READABLE_LENGTH = 40


def declare(cluster: Cluster, place: Place) -> tuple[RoleBinding, ...]:
    """Declare a RoleBinding for each group; the stack's own pods get no role by it (SEC-05)."""
    return tuple(
        RoleBinding(
            f"access-{_name(access)}",
            metadata=place.metadata(_name(access), "cluster"),
            role_ref={
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": access.role,
            },
            subjects=[
                {
                    "apiGroup": "rbac.authorization.k8s.io",
                    "kind": "Group",
                    "name": access.group,
                }
            ],
            opts=place.options(),
        )
        for access in cluster.access
    )


def _name(access: Access) -> str:
    """Return a name of group and role: a binding's role never changes, so another role is new.

    A group may have signs that an object's name may not, so a digest tells alike ones apart.
    """
    readable = re.sub(r"[^a-z0-9]+", "-", access.group.lower()).strip("-")[:_READABLE_LENGTH]
    digest = hashlib.sha256(access.group.encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{readable.strip('-')}-{digest}-{access.role}"
