"""What the research tests build their cases from."""

import json
from collections.abc import Mapping
from typing import Any

from profiles.load import load_profile
from profiles.service import ServiceConfig, service_config
from runtime.budget import Deadline
from runtime.measure import NodeSample, RunSample
from runtime.research.evidence import (
    EvidenceKind,
    Record,
    SourceName,
    SourceResult,
    SourceStatus,
)
from runtime.research.frame import Frame
from runtime.upstream.reachability import Reachability

QUESTION = "Do SGLT2 inhibitors reduce heart failure hospitalisation in type 2 diabetes?"


def service(**sections: Mapping[str, Any]) -> ServiceConfig:
    """Return the embedded profile's configuration with some values of its sections changed."""
    return service_config(load_profile(json.dumps({"base": "embedded", **sections})))


def record(source: SourceName, number: int, **changed: Any) -> Record:
    """Return a record on the question."""
    fields: dict[str, Any] = {
        "source": source,
        "id": f"{source}-{number}",
        "title": f"SGLT2 inhibitors in heart failure {source} {number}",
        "url": "https://example.org/",
        "year": 2020 + number,
        "summary": f"SGLT2 inhibitors reduced heart failure hospitalization in {source} {number}.",
        "detail": "Smith J, J Med",
        "retracted": False,
    }
    return Record(**(fields | changed))


def result(source: SourceName, **changed: Any) -> SourceResult:
    """Return an ok result with one record."""
    fields: dict[str, Any] = {
        "source": source,
        "status": SourceStatus.OK,
        "reason": "",
        "records": (record(source, 1),),
        "total": 1,
        "query": "q",
        "query_translation": "",
        "warnings": (),
        "evidence": EvidenceKind.LIVE,
        "age_seconds": 0.0,
        "duration_ms": 1.0,
        "attempts": 1,
        "cached": False,
    }
    return SourceResult(**(fields | changed))


class FakeSource:
    """A source that answers as it is told: with a value, by raising, or not at all."""

    def __init__(self, name: SourceName, answer: Any = None) -> None:
        self.name = name
        self.answer = result(name) if answer is None else answer
        self.frames: list[Frame] = []

    async def search(self, frame: Frame, _deadline: Deadline) -> SourceResult:
        """Answer."""
        self.frames.append(frame)
        if callable(self.answer):
            self.answer = await self.answer()
        if isinstance(self.answer, BaseException):
            raise self.answer
        found: SourceResult = self.answer
        return found

    async def probe(self) -> Reachability:
        """Say that it is there."""
        return Reachability(name=self.name, reachable=True, reason="", latency_ms=0.0, breaker=None)


class ListRecorder:
    """Keeps the samples."""

    def __init__(self) -> None:
        self.nodes: list[NodeSample] = []
        self.runs: list[RunSample] = []

    def node(self, sample: NodeSample) -> None:
        """Keep a node's sample."""
        self.nodes.append(sample)

    def run(self, sample: RunSample) -> None:
        """Keep a run's sample."""
        self.runs.append(sample)
