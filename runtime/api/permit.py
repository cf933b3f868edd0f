"""Whether the caller may do what the request asks for: a dependency of every route."""

import json
from typing import Any

from starlette.requests import Request

from runtime.errors import ForbiddenError, NotFoundError
from runtime.execution.database import contains
from runtime.security.asked import bodies_of, take_over, value_of
from runtime.security.permission import OPEN_PATHS, PERMISSIONS, Permission, require
from runtime.security.user import User


async def permit(request: Request) -> None:
    """Raise ForbiddenError where the caller may not do this; a route without a row is nobody's."""
    if request.scope["path"] in OPEN_PATHS:
        return
    permission = _asked(request)
    user: User = request.state.user
    request.state.permission = permission
    if user.principal is None or not permission.resource:
        require(user.scopes, permission.scope)
    else:
        await _ask_hook(request, user, permission)


def _asked(request: Request) -> Permission:
    path = request.scope["route"].path
    permission = PERMISSIONS.get((request.method, path))
    if permission is None:
        raise ForbiddenError(f"{path} has no row in the table of permissions; report this")
    return permission


async def _ask_hook(request: Request, user: User, permission: Permission) -> None:
    """Have the hook's handlers decide, and see the request as they leave it."""
    hook = request.app.state.authenticator
    for body in await bodies_of(request):
        value = value_of(request, permission, body)
        filters = await hook.filters(user, permission, value)
        take_over(request, permission, body, value)
        if filters is not None:
            request.state.filters = filters
            await _take_place(request, permission, body, filters)


async def _take_place(
    request: Request, permission: Permission, body: dict[str, Any], filters: dict[str, Any]
) -> None:
    """Let the caller act on a thread that the filter lets through as its owner would.

    Raises NotFoundError for one that it does not: to the caller there is none.
    """
    named = request.path_params.get("thread_id")
    if named is None and permission.action == "update":
        named = body.get("thread_id")  # runs to cancel, by their thread
    thread = await request.app.state.service.execution.threads.find(str(named)) if named else None
    if thread is None:
        return
    if not contains(json.dumps(thread.metadata), json.dumps(filters)):
        raise NotFoundError(f"there is no thread {named}; POST /threads makes one")
    request.state.owner = thread.owner
