"""Hypothesis: any valid and coherent deployment profile, as the JSON text of a stack file."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from profiles import ProfileError, load_profile
from profiles.named import NAMED, merged
from profiles.rules import found as found_by_rules
from tests.profiles.build import nested
from tests.strategies import addons, platform, service, stores
from tests.strategies.value import NAME

__all__ = ["SHAPES", "profiles_json"]

_ROUNDS = 8
"""Mending one rule may show another; more rounds than that have not been seen."""

_NAMES = 10
"""Names of objects in a profile, all different."""

SHAPES = ("sqlite", "rolling", "scaled", "blue/green", "weighted")
"""Ways to run the service that exclude one another."""


@st.composite
def profiles_json(draw: st.DrawFn, shapes: Sequence[str] = SHAPES) -> str:
    """Draw the profile of a stack file: any mode of every section, over any named values."""
    shape = draw(st.sampled_from(shapes))
    names = iter(draw(st.lists(NAME, min_size=_NAMES, max_size=_NAMES, unique=True)))
    stated: dict[str, Any] = {
        "base": draw(st.sampled_from(sorted(NAMED))),
        "cluster": draw(platform.clusters()),
        "workload": draw(service.workloads(names, fixed=shape in {"sqlite", "rolling"})),
        "database": draw(stores.databases(names, sqlite=shape == "sqlite")),
        "cache": draw(stores.caches(names)),
        "rollout": draw(service.rollouts(shape)),
        "scaling": None if shape in {"sqlite", "rolling"} else draw(service.scalings()),
        "workers": None if shape == "sqlite" else draw(st.none() | service.workers(shape)),
        "disruption": draw(st.none() | st.builds(_floor, st.integers(1, 50))),
        "monitoring": (monitoring := draw(platform.monitorings())),
        "network": draw(
            platform.networks(
                routed=shape == "weighted", scraped=monitoring["scrape"] == "service-monitor"
            )
        ),
        "credentials": {"external": draw(platform.managers())},
    }
    if shape == "sqlite":
        stated["workload"]["replicas"] = 1
    service.leave_the_queue_to_workers(stated)
    stated["addons"] = draw(addons.addons(names, stated))
    limiters = ["pod"] if stated["cache"]["mode"] == "none" else ["pod", "fleet"]
    stated["upstreams"] = draw(service.upstreams(next(names), limiters))
    return json.dumps(_mended(stated))


def _mended(stated: dict[str, Any]) -> dict[str, Any]:
    """Apply what the rules propose until none is broken: the program refuses anything else."""
    for _ in range(_ROUNDS):
        found = [
            f for f in found_by_rules(load_profile(json.dumps(stated))) if f.severity == "error"
        ]
        if not found:
            return stated
        if not all(finding.edit for finding in found):
            reject()  # only a person can choose here
        for path, value in (edit for finding in found for edit in finding.edit):
            stated = merged(stated, nested(path, value))
        _loadable(stated)
    raise AssertionError(f"the rules' own edits do not mend {stated}: {found}")


def _loadable(stated: dict[str, Any]) -> None:
    """Reject what an edit of one rule makes of a value that another field bounds."""
    try:
        load_profile(json.dumps(stated))
    except ProfileError:
        reject()


def _floor(pods: int) -> dict[str, int]:
    return {"min_available": pods}
