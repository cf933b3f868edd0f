"""The one ConfigMap that tells the service its settings and thresholds."""

from pulumi_kubernetes.core.v1 import ConfigMap

from infra.place import Place
from profiles import contract
from profiles.workload import Workload


def config_map_name(workload: Workload) -> str:
    """Return the ConfigMap's name: stable, so that an edit is a change and not a second object."""
    return f"{workload.name}-thresholds"


def declare(workload: Workload, settings: str, place: Place) -> ConfigMap:
    """Declare the ConfigMap with the text of the service's configuration file."""
    return ConfigMap(
        "thresholds",
        metadata=place.metadata(config_map_name(workload), contract.SERVICE_COMPONENT),
        data={contract.CONFIG_FILE: settings},
        opts=place.options(),
    )
