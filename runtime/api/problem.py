"""Every error as problem+json (RFC 9457): what is wrong, never what is inside."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from runtime.errors import ServiceError, StoreLostError

MEDIA_TYPE = "application/problem+json"

_log = structlog.get_logger(__name__)

_HINTS = {
    HTTPStatus.NOT_FOUND: "nothing is at this address; /openapi.json lists what there is",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take this method; see the Allow header",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the request is larger than api.max_body_kib; shorten it",
}
"""Sentences for the statuses that the framework raises without one of its own."""


class ProblemResponse(JSONResponse):
    """An answer that says what is wrong."""

    media_type = MEDIA_TYPE


def install_problems(app: FastAPI, lost: tuple[type[Exception], ...]) -> None:
    """Make the application answer every error as problem+json; `lost` are those of the database."""
    for error in lost:
        app.add_exception_handler(error, _store_lost)
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


def problem_response(error: ServiceError) -> ProblemResponse:
    """Return the answer to an expected failure."""
    content = {
        "type": f"urn:plumbline:problem:{error.kind}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
    }
    return ProblemResponse(content, error.status, error.headers)


def _plain(
    status: int, detail: str, headers: Any = None, errors: list[dict[str, Any]] | None = None
) -> ProblemResponse:
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors is not None:
        content["errors"] = errors
    return ProblemResponse(content, status, headers)


async def _service_error(_: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, ServiceError)  # noqa: S101  # registered for this class alone
    return problem_response(error)


async def _store_lost(_: Request, error: Exception) -> ProblemResponse:
    _log.warning("database_lost", exc_info=error)
    return problem_response(StoreLostError())


async def _http_error(_: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # as above
    return http_problem(error)


def http_problem(error: HTTPException) -> ProblemResponse:
    """Return the answer to an error of the framework's, or of a hook's choice."""
    status, stated = HTTPStatus(error.status_code), str(error.detail)
    detail = _HINTS.get(status, stated) if stated == status.phrase else stated
    return _plain(status, detail, error.headers)


async def _invalid(_: Request, error: Exception) -> ProblemResponse:
    """Name each bad field without its value: the value may be private, or huge."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # as above
    errors = [
        {"field": ".".join(str(part) for part in each["loc"]), "message": each["msg"]}
        for each in error.errors()
    ]
    detail = "; ".join(f"{each['field']}: {each['message']}" for each in errors)
    if [each["field"] for each in errors] == ["body"]:
        detail = "the body is not a JSON object; send one, with Content-Type: application/json"
    return _plain(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


async def _unexpected(_: Request, __: Exception) -> ProblemResponse:
    return unexpected_problem()


def unexpected_problem() -> ProblemResponse:
    """Return the answer to an error that nobody expected."""
    detail = "the service failed in a way it does not know; its log has the details"
    return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
