"""Whether the server is there."""

from typing import Annotated

from fastapi import APIRouter, Depends

from runtime.api.path import OK_PATH
from runtime.api.service import Service, service_of
from runtime.execution.run import Json

router = APIRouter(tags=["system"])


@router.get(OK_PATH, summary="Is the server there?")
async def ok(service: Annotated[Service, Depends(service_of)], check_db: bool = False) -> Json:
    """Tell that the server answers, and with `check_db` that its database does."""
    if check_db:
        await service.execution.queue.depth()
    return {"ok": True}
