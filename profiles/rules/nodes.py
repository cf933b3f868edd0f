"""Rules on the nodes: everything fits them, also where pods must spread."""

from collections.abc import Iterator
from math import ceil

from profiles.cluster import Nodes
from profiles.derive import Fleet, fleet, replicas_field
from profiles.derive.occupancy import tenants
from profiles.derive.room import Figure, cpu_request, memory_request, share, terms
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_FIGURES: tuple[tuple[str, Figure, str], ...] = (
    ("cpu_millicores", cpu_request, "cpu_request_millicores"),
    ("memory_mib", memory_request, "memory_request_mib"),
)
"""Field of a node, what a container takes of it, and the field of that."""

_MIN_DOMAINS = 2
"""Nodes without which a required spread places one pod alone (infra/spread.py)."""


def _sizes(nodes: Nodes) -> dict[str, int]:
    return {"cpu_millicores": nodes.cpu_millicores, "memory_mib": nodes.memory_mib}


def _requests_fit_the_nodes(profile: Profile) -> Iterator[Comparison]:
    nodes = profile.cluster.nodes
    if nodes is not None:
        for field, figure, request in _FIGURES:
            yield _sum(profile, nodes, field, figure)
            yield _largest(profile, nodes, field, figure, request)


def _sum(profile: Profile, nodes: Nodes, field: str, figure: Figure) -> Comparison:
    shares = [share(tenant, figure) for tenant in tenants(profile)]
    needed, each = sum(size for _, size in shares), _sizes(nodes)[field]
    there, most = nodes.count * each, replicas_field(profile)
    holds, sign = related(needed, "<=", there)
    fitting = _fitting_replicas(profile, there, figure)
    bounds = (profile.scaling.min_replicas if profile.scaling else 1) <= fitting
    fix = f"lower {most} to {fitting}, or " if bounds else ""
    return Comparison(
        fields=(most, "rollout.mode", "cluster.nodes.count", f"cluster.nodes.{field}"),
        holds=holds,
        arithmetic=f"{terms(shares)} = {needed} {sign} {nodes.count} nodes x "
        f"{each} = {there} cluster.nodes.{field}",
        fix=f"{fix}have {ceil(needed / each)} nodes (cluster.nodes.count)",
        edit=((most, fitting),) if bounds else (),
    )


def _fitting_replicas(profile: Profile, there: int, figure: Figure) -> int:
    """Return the most pods that may serve with everything else in what is there."""
    each, fleets = figure(profile.workload.resources), 2 if profile.rollout.analysis else 1
    others = sum(
        share(tenant, figure)[1] for tenant in tenants(profile) if tenant.name != "service"
    )
    return ((there - others) // each - profile.rollout.max_surge) // fleets


def _largest(
    profile: Profile, nodes: Nodes, field: str, figure: Figure, request: str
) -> Comparison:
    """Hold the largest pod to one node: no pod is split."""
    sizes = [(one.containers * figure(one.resources), one.field) for one in tenants(profile)]
    (needed, resources), there = max(sizes), _sizes(nodes)[field]
    path = f"{resources}.{request}"
    holds, sign = related(needed, "<=", there)
    return Comparison(
        fields=(path, f"cluster.nodes.{field}"),
        holds=holds,
        arithmetic=f"{needed} {path} {sign} {there} cluster.nodes.{field}",
        fix=f"lower {path} to {there}, or take larger nodes",
    )


def _required_spread_has_room(profile: Profile) -> Iterator[Comparison]:
    nodes = profile.cluster.nodes
    if nodes is None or profile.workload.spread == "preferred":
        return
    pods = fleet(profile)
    if pods.total > 1:
        yield _several_nodes(nodes)
    yield _fullest_node(profile, nodes)


def _several_nodes(nodes: Nodes) -> Comparison:
    holds, sign = related(nodes.count, ">=", _MIN_DOMAINS)
    return _spread(
        holds,
        f"{nodes.count} cluster.nodes.count {sign} {_MIN_DOMAINS} that a required spread needs",
    )


def _fullest_node(profile: Profile, nodes: Nodes) -> Comparison:
    """Compare the pods that the spread puts on one node with those that have room there.

    Numbers of one revision differ by one pod between nodes at most, so the fullest node has the
    share rounded up, of each revision on its own. An update is looked at where it is worst.
    """
    pods, resources = fleet(profile), profile.workload.resources
    old = _worst_moment(pods, nodes)
    new = pods.primary + pods.surge - old
    revisions = (("old", old), ("new", new), ("canary", pods.canary))
    each = [(ceil(number / nodes.count), name) for name, number in revisions if number]
    places = min(_sizes(nodes)[field] // figure(resources) for field, figure, _ in _FIGURES)
    needed = sum(number for number, _ in each)
    holds, sign = related(needed, "<=", places)
    shares = " + ".join(f"{number} {name}" for number, name in each)
    return _spread(
        holds,
        f"{pods} over {nodes.count} nodes, {old} old and {new} new: {shares} = {needed} pods on "
        f"the fullest {sign} {places} that have room on a node",
    )


def _worst_moment(pods: Fleet, nodes: Nodes) -> int:
    """Return how many pods of the primary are old when an update needs most on one node.

    Old and new ones together are the primary and its surge, and neither is more than the primary.
    Without a surge a new pod takes the place of one that is gone.
    """
    together = pods.primary + pods.surge
    moments = range(pods.primary, pods.surge - 1, -1) if pods.surge else range(0)
    return max(
        moments,
        key=lambda old: ceil(old / nodes.count) + ceil((together - old) / nodes.count),
        default=pods.primary,
    )


def _spread(holds: bool, arithmetic: str) -> Comparison:
    fix = "set workload.spread to preferred, or use more or larger nodes"
    return Comparison(
        fields=(
            "workload.spread",
            "cluster.nodes.count",
            "cluster.nodes.cpu_millicores",
            "cluster.nodes.memory_mib",
        ),
        holds=holds,
        arithmetic=arithmetic,
        fix=fix,
        edit=(("workload.spread", "preferred"),),
    )


RULES = (
    Rule(
        id="PL012",
        title="everything that may run at once fits the nodes",
        severity="warning",
        reason="Pods beyond the nodes stay pending: an analysis waits for its version and fails.",
        source="Flagger's blue/green doubles the fleet; kubernetes#82285",
        incident="",
        compare=_requests_fit_the_nodes,
    ),
    Rule(
        id="PL013",
        title="a required spread has room for every pod of an update",
        severity="error",
        reason="A pod without an allowed place stays pending, and the update never ends.",
        source="Kubernetes' topology spread constraints; own arithmetic",
        incident="",
        compare=_required_spread_has_room,
    ),
)
