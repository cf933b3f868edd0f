"""The pack as Pulumi's engine runs it: a process of its own, asked over gRPC."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import empty_pb2
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as proto
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerStub

from tests.stacks import ROOT

_TYPES = {"apps/v1": "apps/v1", "v1": "core/v1"}


@dataclass(frozen=True, slots=True)
class Engine:
    """What asks the pack."""

    pack: AnalyzerStub
    """The pack's service."""

    def policies(self) -> Sequence[Any]:
        """Return what the pack says that it has."""
        found: Sequence[Any] = self.pack.GetAnalyzerInfo(empty_pb2.Empty()).policies
        return found

    def configure(self, config: Mapping[str, str]) -> None:
        """Tell the stack's config, as before every run."""
        self.pack.ConfigureStack(
            proto.AnalyzerStackConfigureRequest(
                project="plumbline", stack="any", dry_run=True, config=dict(config)
            )
        )

    def declare(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Tell each object's inputs, as when the program registers it."""
        for body in bodies:
            found = self.pack.Analyze(proto.AnalyzeRequest(**_resource(body)))
            assert not found.diagnostics

    def analyzed(self, bodies: Sequence[Mapping[str, Any]]) -> Any:
        """Return what the pack says of all objects, given their outputs, at the end of a run."""
        resources = [proto.AnalyzerResource(**_resource(body)) for body in bodies]
        return self.pack.AnalyzeStack(proto.AnalyzeStackRequest(resources=resources))


@contextmanager
def running() -> Iterator[Engine]:
    """Give an engine with the pack started, and end the pack."""
    with subprocess.Popen(
        [sys.executable, str(ROOT / "policy")], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Engine(AnalyzerStub(channel))
        finally:
            process.kill()


def _resource(body: Mapping[str, Any]) -> dict[str, Any]:
    kind, name = body["kind"], body["metadata"]["name"]
    version = body["apiVersion"]
    of_type = f"kubernetes:{_TYPES.get(version, version)}:{kind}"
    return {
        "type": of_type,
        "properties": ParseDict(body, Struct()),
        "urn": f"urn:pulumi:any::plumbline::{of_type}::{name}",
        "name": name,
    }
