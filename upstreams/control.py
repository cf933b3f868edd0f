"""`/control`, `/control/calls` and `/healthz`: the server's own routes."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from upstreams.errors import OrderError
from upstreams.records import Records
from upstreams.service import Desk


def control_routes(desk: Desk, records: Records) -> list[Route]:
    """Routes to order faults, to count calls, and to see what is loaded."""

    async def orders(request: Request) -> Response:
        try:
            if request.method == "PUT":
                desk.faults.order(json.loads(await request.body()))
            elif request.method == "DELETE":
                desk.faults.order({})
        except (OrderError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(desk.faults.shown())

    async def calls(request: Request) -> Response:
        if request.method == "DELETE":
            desk.calls.clear()
        return JSONResponse({"calls": desk.calls.shown()})

    async def health(_request: Request) -> Response:
        loaded = {
            "articles": len(records.articles),
            "studies": len(records.studies),
            "documents": len(records.documents),
        }
        return JSONResponse({"status": "ok", "evidence": records.evidence, **loaded})

    return [
        Route("/control", orders, methods=["GET", "PUT", "DELETE"]),
        Route("/control/calls", calls, methods=["GET", "DELETE"]),
        Route("/healthz", health),
    ]
