"""Stands in for Pulumi's engine: records what the program registers, and knows no results."""

from typing import Any

from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2

from plumb.render.manifest import RenderError

_PROVIDER_TYPE = "pulumi:providers:"


class _Unanswerable(Mocks):
    """Refuses what only a cluster could answer."""

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise RenderError(f"{args.token}: asks the cluster, which a render cannot; use `pulumi up`")

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise RenderError(f"{args.name}: reads an object of the cluster, which a render cannot")


class RecordingMonitor(MockMonitor):
    """Keeps every registration with its options, which the SDK's own mocks drop.

    It answers with nothing: in a preview, what a response leaves out is unknown, so that a program
    that reads a field of an object gets an unknown, never a plausible wrong value.
    """

    def __init__(self) -> None:
        """Start with nothing registered."""
        super().__init__(_Unanswerable())
        self.requests: dict[str, resource_pb2.RegisterResourceRequest] = {}
        self.outputs = resource_pb2.RegisterResourceOutputsRequest().outputs

    def RegisterResource(  # noqa: N802  # the name of the RPC
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record a resource; only a provider has an identifier, which references to it carry."""
        urn = self.make_urn(request.parent, request.type, request.name)
        is_provider = request.type.startswith(_PROVIDER_TYPE)
        if request.custom and not is_provider:
            self.requests[urn] = request
        known_id = request.name if is_provider else ""
        return resource_pb2.RegisterResourceResponse(urn=urn, id=known_id)

    def RegisterResourceOutputs(  # noqa: N802  # the name of the RPC
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Any:
        """Record what the stack exports; the answer is an Empty."""
        self.outputs = request.outputs
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]  # the SDK's
