"""What must exist for a render to work: everything that one object says of another."""

from collections.abc import Callable, Iterator

from plumb.render import Rendered
from profiles import Profile, contract
from profiles.rules.objects import check
from tests.infra import controllers, dependencies, flows, needs, selectors
from tests.infra.world import World

_CLUSTER_WIDE = {
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "Namespace",
    "PriorityClass",
}
_SYSTEM = "kube-system"
"""Where metrics-server lives, whoever brings it."""


def dangling(rendered: Rendered, profile: Profile) -> list[str]:
    """Return every reference that leads nowhere, or to the wrong thing."""
    world = World(rendered, profile)
    return [problem for check in _CHECKS for problem in check(world)]


def incoherent(rendered: Rendered) -> list[str]:
    """Return what the rules over objects find."""
    found = check([manifest.body for manifest in rendered.manifests])
    return [f"{each.head}: {each.field_to_edit}: {each.arithmetic}" for each in found]


def _namespaces(world: World) -> Iterator[str]:
    for manifest in world.rendered.manifests:
        labels = manifest.body["metadata"].get("labels", {})
        system = labels.get(contract.COMPONENT_LABEL) == contract.METRICS_SERVER_COMPONENT
        if manifest.kind in _CLUSTER_WIDE:
            if manifest.namespace is not None:
                yield f"{manifest.identity}: belongs to no namespace, but states one"
        elif manifest.namespace != world.namespace and not (
            system and manifest.namespace == _SYSTEM
        ):
            yield f"{manifest.identity}: namespace {manifest.namespace}, not {world.namespace}"
        if contract.PART_OF_LABEL not in labels:
            yield f"{manifest.identity}: has no {contract.PART_OF_LABEL} label"


_CHECKS: tuple[Callable[[World], Iterator[str]], ...] = (
    _namespaces,
    selectors.own_pods,
    selectors.services,
    selectors.budgets,
    selectors.policies,
    selectors.monitors,
    needs.volumes,
    needs.variables,
    needs.secrets,
    needs.accounts,
    needs.priorities,
    needs.probes,
    controllers.targets,
    controllers.routes,
    controllers.measurements,
    controllers.operators,
    flows.unreachable,
    dependencies.order,
    dependencies.complete,
)
