"""The HTTP application: routes, middleware, and what is open while it serves."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from profiles.contract import PROJECT
from runtime.api import invoke, page, probe, report
from runtime.api.agent import (
    assistants,
    change,
    missing,
    runs,
    state,
    store,
    system,
    thread_stream,
    threads,
)
from runtime.api.model import everywhere
from runtime.api.path import OPENAPI_PATH
from runtime.api.permit import permit
from runtime.api.problem import install_problems
from runtime.api.service import Service, open_service
from runtime.errors import AddressError, ServiceError
from runtime.execution.open import lost_errors
from runtime.observability import HttpMetrics, Metrics, MetricsServer
from runtime.observability.trace import TRACEPARENT, TRACERESPONSE, TRACESTATE
from runtime.role import Role, role_that_answers
from runtime.security.authenticator import authenticator_of
from runtime.security.body import BodyLimit
from runtime.security.connections import ConnectionCap
from runtime.security.gate import Gate
from runtime.security.limiter import CallerLimiter
from runtime.settings import Settings
from runtime.upstream.search import EarlySearch

_DESCRIPTION = """
Answers biomedical questions from PubMed, ClinicalTrials.gov and a folder of documents, each answer
with its citations and with what every source was asked and said.

Errors are `application/problem+json` (RFC 9457). A failed source is reported as failed, never as
an empty one.
"""


def create_app(
    settings: Settings,
    *,
    metrics: tuple[str, int] | None = None,
    role: Role | None = None,
    search: EarlySearch | None = None,
) -> FastAPI:
    """Return the application; `metrics` is host and port of the metrics, None for no such server.

    Without a `role` it answers, and works on the queue unless the stack has workers for that.
    `search` has begun already to look for the services that are asked. The parts are opened by
    its lifespan; a ServiceError there means it cannot start.
    """
    measured, role = Metrics(), role or role_that_answers(settings.config)
    app = FastAPI(
        title="Plumbline orchestrator",
        description=_DESCRIPTION,
        version=version(PROJECT),
        lifespan=_lifespan(partial(open_service, settings, measured, role, search), metrics),
        openapi_url=OPENAPI_PATH,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(permit)],
    )
    app.state.settings = settings
    app.state.start_error = None
    app.state.authenticator = authenticator_of(settings) if role.answers else None
    if role.answers:
        _add_api(app, settings, measured)
    app.include_router(probe.router)
    install_problems(app, lost_errors(settings.config))
    return app


def _add_api(app: FastAPI, settings: Settings, measured: Metrics) -> None:
    """Add what others than the kubelet may ask, and what stands before it."""
    api, secrets = settings.config.api, settings.secrets
    # The last one added is the first to see a request.
    limiter = CallerLimiter(api, secrets.redis_url, settings.config.cache.pool_size)
    app.add_middleware(Gate, authenticator=app.state.authenticator, limiter=limiter)
    # Before the gate, because a hook may read the body.
    app.add_middleware(BodyLimit, most_bytes=api.max_body_kib * 1024)
    if api.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=api.allowed_origins,
            allow_methods=["GET", "POST", "PATCH", "PUT", "DELETE"],
            allow_headers=[
                api.api_key_header,
                "Content-Type",
                "Last-Event-ID",
                TRACEPARENT,
                TRACESTATE,
            ],
            expose_headers=["Content-Location", "Location", TRACERESPONSE],
        )
    app.add_middleware(ConnectionCap, most=api.max_connections)
    app.add_middleware(HttpMetrics, registry=measured.registry)
    # Routes are tried in this order: what is asked for most comes first.
    agent = (runs, state, change, threads, thread_stream, store, assistants, system, missing)
    for module in agent:
        app.include_router(module.router, responses=everywhere())
    for module in (invoke, report, page):
        app.include_router(module.router)


def _lifespan(
    opened: Callable[[], AbstractAsyncContextManager[Service]], address: tuple[str, int] | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with (
                opened() as service,
                _shown(app, service, address),
            ):
                yield
        except ServiceError as error:
            app.state.start_error = error
            raise

    return lifespan


@asynccontextmanager
async def _shown(
    app: FastAPI, service: Service, address: tuple[str, int] | None
) -> AsyncIterator[None]:
    """Let the routes answer from a service, and its metrics be read."""
    async with _metrics(service.core.metrics, address) as port:
        app.state.service = service
        app.state.metrics_port = port
        yield


@asynccontextmanager
async def _metrics(measured: Metrics, address: tuple[str, int] | None) -> AsyncIterator[int | None]:
    """Serve the metrics while the service is open; yield their port."""
    if address is None:
        yield None
        return
    server = MetricsServer(measured.registry, host=address[0], port=address[1])
    try:
        port = await server.start()
    except OSError as error:
        reason = f"cannot serve metrics on {address[0]} port {address[1]} ({error.strerror})"
        raise AddressError(f"{reason}; --metrics-port 0 takes a free one") from error
    try:
        yield port
    finally:
        await server.stop()
