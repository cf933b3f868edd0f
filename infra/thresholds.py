"""The ConfigMap that tells the service its settings and thresholds."""

from pulumi_kubernetes.core.v1 import ConfigMap

from infra import fleet
from infra.fleet import Fleet
from infra.place import Place
from profiles import Profile, contract


def declare(profile: Profile, settings: str, place: Place) -> tuple[ConfigMap, ...]:
    """Declare the ConfigMap with the text of the service's configuration file.

    Its name is stable, so that an edit is a change and not a second object. Workers under Flagger
    have a copy of their own.
    """
    service, workers = fleet.service(profile), fleet.workers(profile)
    own = _declare(service, settings, place)
    if workers is None or workers.config_map == service.config_map:
        return (own,)
    return (own, _declare(workers, settings, place))


def _declare(of: Fleet, settings: str, place: Place) -> ConfigMap:
    return ConfigMap(
        f"{of.prefix}thresholds",
        metadata=place.metadata(of.config_map, of.component),
        data={contract.CONFIG_FILE: settings},
        opts=place.options(),
    )
