"""Runs the unmodified Pulumi program against a recording monitor, isolated from all other runs."""

import asyncio
import contextvars
import logging
import runpy
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pulumi
from pulumi.runtime import Settings, configure, run_in_stack, set_all_config
from pulumi.runtime.mocks import MockEngine
from pulumi.runtime.proto import resource_pb2

from plumb.render import body
from plumb.render.manifest import Manifest, Rendered, RenderError, identity
from plumb.render.monitor import RecordingMonitor
from plumb.render.order import ordered
from profiles import contract

_CONTEXT = "rendered"
"""The program names its cluster's context to the provider; no render ever connects to one."""

_CLUSTER_KINDS = frozenset(
    {"APIService", "ClusterRole", "ClusterRoleBinding", "Namespace", "PriorityClass"}
)
"""Kinds that belong to no namespace."""

_LOGGER = logging.getLogger(__name__)
# What the program logs is the engine's to show; commands that render here have said it themselves.
_LOGGER.addHandler(logging.NullHandler())


class _Inline(ThreadPoolExecutor):
    """Runs at once and in this thread what the SDK sends to threads, which would only wait."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args, **named))
        except Exception as error:  # as an executor does: whoever awaits the future gets it
            future.set_exception(error)
        return future


def render(profile_json: str, stack: str) -> Rendered:
    """Return the manifests of the program under the JSON text of a stack's profile.

    Raises RenderError when the program refuses the profile, or would not be rendered truthfully.
    """
    values = {"profile": profile_json, "context": _CONTEXT}
    config = {f"{contract.PROJECT}:{key}": value for key, value in values.items()}
    return record(lambda: _run_module("infra.__main__"), config, stack)


def record(program: Callable[[], None], config: dict[str, str], stack: str) -> Rendered:
    """Return what a Pulumi program declares under the given stack config."""
    monitor = RecordingMonitor()
    try:
        # A context of its own, because that is where the SDK keeps its settings; a thread of its
        # own, because with each resource the SDK looks at every caller on the stack.
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(contextvars.Context().run, _run, program, config, stack, monitor).result()
    except pulumi.RunError as error:
        raise RenderError(str(error)) from error
    finally:
        # The SDK also keeps the last settings as everybody's default: put its empty ones back.
        contextvars.Context().run(configure, Settings(project="project", stack="stack"))
    return _rendered(monitor)


def _run_module(name: str) -> None:
    runpy.run_module(name, run_name="__main__")


def _run(
    program: Callable[[], None], config: dict[str, str], stack: str, monitor: RecordingMonitor
) -> None:
    configure(
        Settings(
            project=contract.PROJECT,
            stack=stack,
            organization="organization",
            monitor=monitor,
            engine=MockEngine(_LOGGER),
            dry_run=True,
        )
    )
    set_all_config(config, [])
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(_Inline())
        runner.run(run_in_stack(program))


def _rendered(monitor: RecordingMonitor) -> Rendered:
    bodies = {urn: body.plain(request.object) for urn, request in monitor.requests.items()}
    outputs = body.plain(monitor.outputs)
    found = list(_problems(monitor, bodies))
    for name, value in outputs.items():
        found += body.problems(value, f"output {name}")
    if found:
        raise RenderError("\n".join(sorted(found)))
    names = {urn: identity(content) for urn, content in bodies.items()}
    manifests = {
        names[urn]: _manifest(request, bodies[urn], names)
        for urn, request in monitor.requests.items()
    }
    order = ordered({name: manifest.depends_on for name, manifest in manifests.items()})
    return Rendered(manifests=tuple(manifests[name] for name in order), outputs=outputs)


def _manifest(
    request: resource_pb2.RegisterResourceRequest, content: dict[str, Any], names: dict[str, str]
) -> Manifest:
    metadata = content["metadata"]
    return Manifest(
        kind=content["kind"],
        name=metadata["name"],
        namespace=metadata.get("namespace"),
        body=content,
        depends_on=tuple(sorted({names[urn] for urn in request.dependencies if urn in names})),
        protect=request.protect,
        retain=request.retainOnDelete,
        timeout=request.customTimeouts.create or None,
    )


def _problems(monitor: RecordingMonitor, bodies: dict[str, dict[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for urn, request in monitor.requests.items():
        title = f"{request.type.rpartition(':')[2]} {request.name!r}"
        content = bodies[urn]
        wrong = _object_problem(request, content)
        if not wrong and identity(content) in seen:
            wrong = f"is a second {identity(content)}; the stack's names must differ"
        if wrong:
            yield f"{title}: {wrong}"
            continue
        seen.add(identity(content))
        yield from (f"{title}: {text}" for text in body.problems(content))


def _object_problem(
    request: resource_pb2.RegisterResourceRequest, content: dict[str, Any]
) -> str | None:
    """Return why a registration is not one well-named object of one named cluster."""
    metadata, kind = content.get("metadata", {}), content.get("kind")
    checks = {
        "is not a Kubernetes object, so it cannot be rendered": not kind,
        "names no provider, so it would go to the current kubeconfig context": not request.provider,
        "patches an object of another owner, which a manifest cannot": (
            request.type.endswith(f":{kind}Patch")
        ),
        "carries a Secret; create it with `plumb credentials` and name it": kind == "Secret",
        "has no metadata.name; without one Pulumi appends random letters": "name" not in metadata,
        "has no metadata.namespace; state it": (
            "namespace" not in metadata and kind not in _CLUSTER_KINDS
        ),
    }
    return next((text for text, wrong in checks.items() if wrong), None)
