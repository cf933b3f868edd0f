"""Groups of custom kinds that a stack may declare: which field asks for them, and the ways out."""

from dataclasses import dataclass

from plumb.addons.definitions import FLAGGER, GATEWAY_API, Definitions
from profiles.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An API group that Kubernetes itself does not have."""

    field: str
    """Field of the profile that asks for its kinds."""
    fix: str
    """What to do where the cluster lacks it."""
    definitions: Definitions | None = None
    """Definitions that plumb can install; null where somebody else must."""


_GROUPS = {
    "flagger.app": Group(
        field="rollout.mode 'flagger' with addons.flagger.provision 'existing'",
        fix="install Flagger there, set addons.flagger.provision to 'managed', or rollout.mode to "
        "'rolling'",
        definitions=FLAGGER,
    ),
    "gateway.networking.k8s.io": Group(
        field="network.ingress.kind 'httproute' with addons.gateway_api.provision 'existing'",
        fix="install the Gateway API and a controller for it, or set addons.gateway_api.provision "
        "to 'managed' where the controller is there, or network.ingress.kind to 'ingress'",
        definitions=GATEWAY_API,
    ),
    "monitoring.coreos.com": Group(
        field="monitoring.scrape 'service-monitor' or monitoring.rules",
        fix="install the Prometheus Operator, or set monitoring.scrape to 'annotations' and "
        "monitoring.rules to false",
    ),
    "keda.sh": Group(
        field="scaling.demand.through 'keda'",
        fix="install KEDA, or set scaling.demand.through to 'external-metrics', or scaling.demand "
        "to null",
    ),
    "external-secrets.io": Group(
        field="credentials.external",
        fix="install the External Secrets Operator, or set credentials.external to null",
    ),
    "postgresql.cnpg.io": Group(
        field="database.mode 'cnpg'",
        fix="install CloudNativePG, or set database.mode to 'statefulset' or 'external'",
    ),
    "barmancloud.cnpg.io": Group(
        field="database.server.backup.bucket with database.mode 'cnpg'",
        fix="install CloudNativePG's Barman Cloud plugin, or set the backup's bucket to null",
    ),
}


def group_of(api_version: str) -> Group | None:
    """Return the group of an `apiVersion`; None for one of Kubernetes' own."""
    return _GROUPS.get(api_version.partition("/")[0])


def managed(profile: Profile) -> tuple[Definitions, ...]:
    """Return the definitions that a stack wants installed where they are missing."""
    analysed, addons = profile.rollout.mode == "flagger", profile.addons
    wanted = {
        FLAGGER: analysed and addons.flagger.provision == "managed",
        GATEWAY_API: addons.gateway_api.provision == "managed",
    }
    return tuple(definitions for definitions, is_wanted in wanted.items() if is_wanted)
