"""infra.monitoring.dashboard: what is drawn."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.monitoring.dashboard import dashboard
from tests.infra.edit import body
from tests.infra.monitoring.series import (
    stack,
)
from tests.infra.monitoring.watch import watched
from tests.infra.promtool import check_rules
from tests.stacks import STACKS


def panels(name: str) -> dict[str, dict[str, Any]]:
    """Return the panels of a stack's dashboard, by title."""
    return {panel["title"]: panel for panel in dashboard(stack(name))["panels"]}


def test_the_dashboard_in_the_cluster_is_one_that_grafana_finds() -> None:
    """A ConfigMap with the sidecar's label holds the dashboard as JSON, and nothing else."""
    found = body(watched(dashboard=True), "ConfigMap", "bio-mcp-orchestrator-dashboard")
    assert found["metadata"]["labels"]["grafana_dashboard"] == "1"
    (text,) = found["data"].values()
    assert json.loads(text) == dashboard(stack("production"))


@pytest.mark.parametrize("name", STACKS)
def test_a_dashboard_has_what_its_schema_version_requires(name: str) -> None:
    """Ids and places are each taken once, every query has a datasource, a letter and a legend."""
    made = dashboard(stack(name))
    assert made["schemaVersion"] >= 39
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", made["uid"])
    assert [v["type"] for v in made["templating"]["list"]] == ["datasource"]
    ids = [panel["id"] for panel in made["panels"]]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in made["panels"]]
    assert len(set(ids)) == len(set(places)) == len(made["panels"])
    assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in made["panels"])
    for panel in made["panels"]:
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == sorted(set(letters))
        for target in panel["targets"]:
            assert (
                target["datasource"]
                == panel["datasource"]
                == {
                    "type": "prometheus",
                    "uid": "${datasource}",
                }
            )
            assert target["legendFormat"]


def test_dashboards_of_two_stacks_do_not_overwrite_each_other() -> None:
    """Grafana tells dashboards apart by uid."""
    assert dashboard(stack("production"))["uid"] != dashboard(stack("staging"))["uid"]


@pytest.mark.parametrize("name", STACKS)
def test_every_query_of_the_dashboard_is_one_that_prometheus_reads(
    name: str, tmp_path: Path
) -> None:
    """Parsed by promtool, with Grafana's window filled in."""
    queries = [t["expr"] for panel in panels(name).values() for t in panel["targets"]]
    rules = [
        {"record": f"query_{i}", "expr": query.replace("$__rate_interval", "1m")}
        for i, query in enumerate(queries)
    ]
    assert check_rules([{"name": "queries", "rules": rules}], tmp_path) == ""


def test_the_profiles_bounds_are_drawn_in() -> None:
    """A reader sees how far the service is from what an alarm speaks at."""

    def lines(title: str) -> list[float]:
        defaults = panels("production")[title]["fieldConfig"]["defaults"]
        assert defaults["custom"]["thresholdsStyle"]["mode"] == "line"
        return [step["value"] for step in defaults["thresholds"]["steps"]]

    assert lines("CPU, of the limit") == [None, 70, 90]
    assert lines("Memory, of the limit") == [None, 70, 85]
    assert lines("Time of a run") == [None, 2, 4]
    assert lines("Runs in a pod") == [None, 15]


def test_only_an_analysis_is_compared_with_what_serves() -> None:
    """A rolling stack has no version under analysis to draw."""
    title = "Requests a second: serving and under analysis"
    assert title in panels("production")
    assert title not in panels("development")
