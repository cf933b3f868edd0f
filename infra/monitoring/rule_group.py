"""All alerts as groups of rules, for an operator's PrometheusRule and for a rule file alike."""

from typing import Any

from pulumi_kubernetes.apiextensions import CustomResource

from infra.monitoring import backup, change, presence, promise, queue, usage
from infra.monitoring.scrape import COMPONENT, OPERATOR_API, selected
from infra.monitoring.series import answering, every, serving
from infra.place import Place
from profiles import Profile
from profiles.thresholds import alarm_thresholds


def declare(profile: Profile, place: Place) -> tuple[CustomResource, ...]:
    """Declare the PrometheusRule, where the profile wants one."""
    if not profile.monitoring.rules:
        return ()
    return (
        CustomResource(
            "monitoring-rules",
            api_version=OPERATOR_API,
            kind="PrometheusRule",
            metadata=selected(profile, place.metadata(profile.workload.name, COMPONENT)),
            spec={"groups": rule_groups(profile)},
            opts=place.options(),
        ),
    )


def rule_groups(profile: Profile) -> list[dict[str, Any]]:
    """Return the groups; every bound in them is a value of the profile, or derived from some."""
    held, pods = alarm_thresholds(profile), every(profile)
    groups = {
        "usage": usage.alerts(pods, answering(profile), held),
        "promise": promise.alerts(pods, held),
        "queue": queue.alerts(profile, held),
        "presence": presence.alerts(pods, serving(profile), held),
        "change": change.alerts(profile, held),
        "backup": backup.alerts(profile),
    }
    return [
        {
            "name": f"{profile.workload.name}-{subject}",
            "rules": [alert.rule(profile.workload.name) for alert in alerts],
        }
        for subject, alerts in groups.items()
        if alerts
    ]
