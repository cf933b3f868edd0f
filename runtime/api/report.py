"""What the service says about itself: /info and /optimization."""

import dataclasses
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request

from profiles.contract import PROJECT
from runtime.api.admission import GRAPH_NAME
from runtime.api.model import problems
from runtime.api.path import INFO_PATH, OPTIMIZATION_PATH
from runtime.api.service import Service, service_of
from runtime.research.graph import NODES

router = APIRouter(tags=["reports"])

ServiceOf = Annotated[Service, Depends(service_of)]


@router.get(INFO_PATH, summary="What runs here, and by which configuration?")
async def info(request: Request, service: ServiceOf) -> dict[str, Any]:
    """Return version, configuration hash, overrides, evidence, graph and thresholds in force."""
    settings = service.core.settings
    config = settings.config
    return {
        "version": version(PROJECT),
        "langgraph_py_version": version("langgraph"),
        "flags": {
            "assistants": True,
            "crons": False,
            "langsmith": settings.tracing,
            "strict_resume": True,
        },
        "graphs": [entry.name for entry in service.execution.graphs.all],
        "deployed_version": config.version,
        "environment": config.environment,
        "config_hash": settings.config_hash,
        "config_source": settings.config_source,
        "overrides": [dataclasses.asdict(override) for override in settings.overrides],
        "evidence": service.core.sources.evidence,
        "graph": {"name": GRAPH_NAME, "nodes": list(NODES)},
        "store": config.store.mode,
        "cache": config.cache.mode,
        "authentication": not request.app.state.authenticator.is_open,
        "api_key_header": config.api.api_key_header,
        "tracing": settings.tracing,
        "thresholds": dataclasses.asdict(config.thresholds),
        "uptime_seconds": round(service.health.uptime_seconds, 3),
        "draining": service.drain.draining,
        "active_runs": service.core.admission.active,
    }


@router.get(
    OPTIMIZATION_PATH, summary="What would make it faster?", responses=problems(401, 403, 429)
)
async def optimization(service: ServiceOf) -> dict[str, Any]:
    """Return the advice that follows from the measurements, and the measurements themselves."""
    return await service.optimization()
