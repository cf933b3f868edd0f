"""The way to the service: its names, its Service, and who is led where."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair, Twin
from profiles.contract import SERVICE_COMPONENT

_NAME, _SERVICE = "workload.name", "workload.service_name"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what callers and connections notice of another name, selector or port."""
    if pair.edited("cluster.namespace"):
        return  # everything is new, and told as that
    if pair.edited(_NAME):
        yield _renamed_workload(pair)
    if pair.edited(_SERVICE):
        yield _renamed_service(pair)
    for twin in pair.twins_of("Service"):
        yield from _changed(pair, twin)


def _renamed_workload(pair: Pair) -> Consequence:
    old, new = pair.was(_NAME), pair.now(_NAME)
    return Consequence(
        level="downtime",
        text=f"{old} is removed and {new} made beside it: the Service leads to nobody until the "
        "new pods are ready. Bring the new one up under another stack to move without a gap.",
        object=f"Deployment/{new}",
        fields=(_NAME,),
    )


def _renamed_service(pair: Pair) -> Consequence:
    old, new = pair.was(_SERVICE), pair.now(_SERVICE)
    return Consequence(
        level="downtime",
        text=f"The Service {old} goes and {new} comes, with another address: who calls it by the "
        "old name reaches nobody.",
        object=f"Service/{new}",
        fields=(_SERVICE,),
    )


def _changed(pair: Pair, twin: Twin) -> Iterator[Consequence]:
    # Where the rollout's mode changes, Flagger and `plumb up` hand the selector over.
    if twin.under("spec.selector") and not pair.edited("rollout.mode"):
        yield Consequence(
            level="downtime",
            text="The Service leads to other pods: connections go there from the moment it is "
            "applied, whether those pods are ready or not yet.",
            object=twin.identity,
            fields=pair.edited("workload", "database.server", "cache.server", "addons"),
        )
    ports = twin.under("spec.ports")
    own = twin.component == SERVICE_COMPONENT
    if ports and not (own and pair.edited("workload.service_type")):
        yield Consequence(
            level="downtime",
            text="The Service's ports change: who calls the old ones is refused.",
            object=twin.identity,
            fields=pair.edited("workload", "database.server", "cache.server", "addons"),
        )
