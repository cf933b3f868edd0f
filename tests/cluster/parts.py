"""A cluster's parts on paper: for tests that read configuration and start nothing."""

from pathlib import Path

from plumb.local.cache import Cache
from plumb.local.cluster import Cluster
from plumb.local.state import Spec, State


def paper_cluster(folder: Path, nodes: int = 3) -> Cluster:
    """Return a cluster whose folders are below the given one, with certificates and nothing more.

    Its cache is empty: no program is built.
    """
    state = State(folder / "state" / "paper")
    spec = Spec(nodes=nodes, port=16443, pins="paper")
    state.write(spec)
    return Cluster(name="paper", state=state, cache=Cache(folder / "cache"), spec=spec)
