"""Every route of the application, the routers' own included."""

from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from runtime.security.permission import OPEN_PATHS


def operations(app: FastAPI) -> set[tuple[str, str]]:
    """Return method and path of all that the application answers, what is open apart."""
    return {
        (method, route.path)
        for route in _walked(app.routes)
        if route.path not in OPEN_PATHS
        for method in route.methods or ()
    }


def _walked(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from _walked(inner.routes)
