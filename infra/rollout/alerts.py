"""Where Flagger tells people what becomes of a version."""

from typing import Any

from pulumi_kubernetes.apiextensions import CustomResource

from infra.place import Place
from profiles import Profile, contract
from profiles.rollout import Analysis


def declare(profile: Profile, analysis: Analysis, place: Place) -> tuple[CustomResource, ...]:
    """Declare the AlertProvider; its address is the alerts Secret's key `address`."""
    if analysis.alerts is None:
        return ()
    return (
        CustomResource(
            "rollout-alerts",
            api_version="flagger.app/v1beta1",
            kind="AlertProvider",
            metadata=place.metadata(profile.workload.name, contract.SERVICE_COMPONENT),
            spec={
                "type": analysis.alerts.type,
                "channel": analysis.alerts.channel,
                "username": contract.FLAGGER_COMPONENT,
                "secretRef": {"name": profile.credentials.alerts_secret},
            },
            opts=place.options(),
        ),
    )


def told(profile: Profile, analysis: Analysis) -> dict[str, list[dict[str, Any]]]:
    """Return the Canary's alerts; nothing where only events tell."""
    if analysis.alerts is None:
        return {}
    alert = {
        "name": analysis.alerts.type,
        "severity": analysis.alerts.severity,
        "providerRef": {"name": profile.workload.name},
    }
    return {"alerts": [alert]}
