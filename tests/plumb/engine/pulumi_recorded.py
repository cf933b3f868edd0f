"""Events of a real Pulumi CLI on a real cluster, shortened."""

import json
from pathlib import Path
from typing import Any

from pulumi.automation.events import EngineEvent, StepEventMetadata

_FILE = Path(__file__).with_name("pulumi_events.json")


def recorded(run: str) -> list[EngineEvent]:
    """Return the events of a run: `edit` and `replacement` are previews, `failure` is an `up`.

    `edit` changes a threshold while the pods are not ready, and refreshes first; `replacement`
    gives a ConfigMap another name; in `failure` no node can pull the image.
    """
    runs: dict[str, list[dict[str, Any]]] = json.loads(_FILE.read_text())
    return [EngineEvent.from_json(event) for event in runs[run]]


def steps_of(run: str) -> list[StepEventMetadata]:
    """Return what the run says of its steps."""
    found = (event.resource_pre_event for event in recorded(run))
    return [event.metadata for event in found if event]
