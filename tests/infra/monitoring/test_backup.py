"""infra.monitoring.backup: dumps that stop are told of."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.monitoring import rule_groups
from profiles import load_profile
from profiles.named import merged
from tests.infra.monitoring.series import (
    PRIMARY,
    Series,
    case,
    names,
    stack,
)
from tests.infra.promtool import check_rules, try_rules
from tests.stacks import profile_json


def backups(**sections: Any) -> list[dict[str, Any]]:
    """Return production's rules where kube-state-metrics is read."""
    stated = json.loads(profile_json("production"))
    edit = {"monitoring": {"kube_state_metrics": True}} | sections
    return rule_groups(load_profile(json.dumps(merged(stated, edit))))


def cronjob(series: str, value: int, name: str = "backup", **labels: str) -> Series:
    """Return a time of a CronJob, as kube-state-metrics exports it."""
    every = {"cronjob": name, "pod": "kube-state-metrics-1"} | labels
    return f"kube_cronjob_{series}", every, f"{value}x2000"


OTHER = {"namespace": "kube-system", "exported_namespace": "bio-mcp-production"}

BACKUPS: dict[str, tuple[list[Series], str, str | None]] = {
    "a dump that fails is told two hours later": (
        [
            cronjob("created", 0),
            cronjob("status_last_successful_time", 60),
            cronjob("status_last_schedule_time", 600),
        ],
        "125m",
        "PlumblineBackupFailed",
    ),
    "and not while it may still run": (
        [
            cronjob("status_last_successful_time", 60),
            cronjob("status_last_schedule_time", 600),
        ],
        "115m",
        None,
    ),
    "a check that never succeeded is told too": (
        [
            cronjob("created", 0, "backup-check", **OTHER),
            cronjob("status_last_schedule_time", 600, "backup-check", **OTHER),
        ],
        "125m",
        "PlumblineBackupFailed",
    ),
    "one that succeeded is not": (
        [
            cronjob("status_last_schedule_time", 600),
            cronjob("status_last_successful_time", 700),
        ],
        "125m",
        None,
    ),
    "a dump older than a day and its two hours is overdue": (
        [cronjob("status_last_successful_time", 600, **OTHER)],
        "26h11m",
        "PlumblineBackupOverdue",
    ),
    "not before": ([cronjob("status_last_successful_time", 600)], "26h9m", None),
    "one that never was is overdue from the CronJob's creation": (
        [cronjob("created", 600)],
        "26h11m",
        "PlumblineBackupOverdue",
    ),
    "another stack's is not ours": (
        [cronjob("status_last_successful_time", 600, namespace="bio-mcp-staging")],
        "27h",
        None,
    ),
}
"""Times of CronJobs, a moment, and the alert that fires then; production dumps once a day."""


@pytest.mark.slow
@pytest.mark.parametrize("told", BACKUPS)
def test_backups_are_told_of(told: str, tmp_path: Path) -> None:
    """INF-19: dumps that silently stopped are known before they are needed (GitLab, 2017)."""
    series, moment, alert = BACKUPS[told]
    serving = [("up", {"pod": PRIMARY}, "1x2000")]
    tried = case([*series, *serving], alert, absent=True) | {"interval": "1m"}
    tried["promql_expr_test"][0]["eval_time"] = moment
    groups = [group for group in backups() if group["name"].endswith("-backup")]
    assert try_rules(groups, [tried], tmp_path, every="1m") == ""


def test_backup_alarms_exist_only_where_they_can_speak(tmp_path: Path) -> None:
    """Without kube-state-metrics, without dumps or with somebody else's database there is none."""
    wanted = {"PlumblineBackupFailed", "PlumblineBackupOverdue"}
    assert wanted < set(names(backups()))
    assert check_rules(backups(), tmp_path) == ""
    assert not wanted & set(names(rule_groups(stack("production"))))
    assert not wanted & set(names(backups(database={"server": {"backup": None}})))
