"""Liveness, readiness and the full health report."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse, Response

from profiles.contract import (
    HEALTH_PATH,
    LIVENESS_ALIASES,
    LIVENESS_PATH,
    READINESS_ALIASES,
    READINESS_PATH,
)
from runtime.api.service import Service, service_of
from runtime.health import health_json, http_status
from runtime.health.document import MEDIA_TYPE

router = APIRouter(tags=["health"])

ServiceOf = Annotated[Service, Depends(service_of)]


_UNFIT: dict[int | str, dict[str, Any]] = {503: {"description": "Not now"}}


@router.get(LIVENESS_PATH, responses=_UNFIT, summary="Is the process alive?")
async def liveness(service: ServiceOf) -> JSONResponse:
    """Tell whether the event loop turns. No dependency has a say: 503 means restart."""
    status = service.health.get_liveness_status()
    return JSONResponse(status, 200 if status["alive"] else 503)


@router.get(READINESS_PATH, responses=_UNFIT, summary="May requests come here?")
async def readiness(service: ServiceOf) -> JSONResponse:
    """Tell whether to send requests: not while draining, saturated, or without the database."""
    status: dict[str, Any] = service.health.get_readiness_status()
    return JSONResponse(status, 200 if status["ready"] else 503)


@router.get(
    HEALTH_PATH,
    summary="How is each component?",
    response_class=Response,
    responses={status: {"content": {MEDIA_TYPE: {}}} for status in (200, 503)},
)
async def health(service: ServiceOf) -> JSONResponse:
    """Return the latest report of the components as health+json; 503 when the service fails."""
    report = service.health.latest()
    return JSONResponse(
        health_json(report, release_id=service.core.settings.config.version),
        http_status(report),
        media_type=MEDIA_TYPE,
    )


for _alias in LIVENESS_ALIASES:
    router.add_api_route(_alias, liveness, include_in_schema=False)
for _alias in READINESS_ALIASES:
    router.add_api_route(_alias, readiness, include_in_schema=False)
