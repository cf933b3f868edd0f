"""The program under the SDK's own mocks: what it registers, in a preview and in an update."""

import asyncio
import contextvars
import logging
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pulumi.runtime import Settings, configure, run_in_stack, set_all_config
from pulumi.runtime.mocks import MockCallArgs, MockEngine, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2

from plumb.render import body, program
from profiles import contract
from tests.stacks import profile_json

_PROVIDER = "pulumi:providers:kubernetes"


@dataclass(frozen=True, slots=True)
class Registration:
    """One resource as the program handed it to the engine."""

    request: resource_pb2.RegisterResourceRequest
    """The request."""
    inputs: dict[str, Any]
    """Its inputs."""

    @property
    def identity(self) -> str:
        """Kind and name of the object."""
        return f"{self.inputs['kind']}/{self.inputs['metadata']['name']}"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the program."""

    objects: tuple[Registration, ...]
    """Every object of Kubernetes, in the order of registration."""
    provider: resource_pb2.RegisterResourceRequest
    """The one provider."""
    outputs: Mapping[str, Any]
    """What the stack exports."""


@cache
def run(stack: str, *, preview: bool) -> Run:
    """Return what the program registers for a stack file; do not change it."""
    monitor = _Monitor(_Server())
    try:
        contextvars.Context().run(_program, stack, monitor, preview)
    finally:
        # The SDK keeps the last settings as everybody's default: put its empty ones back.
        contextvars.Context().run(configure, Settings(project="project", stack="stack"))
    requests = [request for request in monitor.requests if request.custom]
    (provider,) = (request for request in requests if request.type == _PROVIDER)
    return Run(
        objects=tuple(
            Registration(request, body.plain(request.object))
            for request in requests
            if request is not provider
        ),
        provider=provider,
        outputs=body.plain(monitor.exported),
    )


class _Server(Mocks):
    """Answers as a cluster does: what was asked for, and what only it decides."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        metadata = {**args.inputs.get("metadata", {}), "uid": "u", "resourceVersion": "7"}
        return f"{args.name}-id", {**args.inputs, "metadata": metadata, "status": {"phase": "x"}}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"the program asks the cluster: {args.token}")


class _Monitor(MockMonitor):
    """Keeps every request with its options, which the SDK's mocks drop."""

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.requests: list[resource_pb2.RegisterResourceRequest] = []
        self.exported = resource_pb2.RegisterResourceOutputsRequest().outputs

    def RegisterResource(  # noqa: N802  # the name of the RPC
        self, request: resource_pb2.RegisterResourceRequest
    ) -> Any:
        self.requests.append(request)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]  # the SDK's

    def RegisterResourceOutputs(  # noqa: N802  # the name of the RPC
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Any:
        self.exported = request.outputs
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]  # the SDK's


def _program(stack: str, monitor: _Monitor, preview: bool) -> None:
    configure(
        Settings(
            project=contract.PROJECT,
            stack=stack,
            organization="organization",
            monitor=monitor,
            engine=MockEngine(logging.getLogger(__name__)),
            dry_run=preview,
        )
    )
    values = {"profile": profile_json(stack), "context": "somewhere"}
    set_all_config({f"{contract.PROJECT}:{key}": value for key, value in values.items()}, [])
    with asyncio.Runner() as runner:
        # As a render does: the SDK's threads would each leave an event loop open.
        runner.get_loop().set_default_executor(program._Inline())
        runner.run(run_in_stack(_main))


def _main() -> None:
    runpy.run_module("infra.__main__", run_name="__main__")
