"""Whether the caller may do what the request asks for: a dependency of every route."""

from starlette.requests import Request

from runtime.errors import ForbiddenError
from runtime.security.permission import OPEN_PATHS, PERMISSIONS, Permission, require
from runtime.security.user import User


async def permit(request: Request) -> None:
    """Raise ForbiddenError where the caller may not do this; a route without a row is nobody's."""
    if request.scope["path"] in OPEN_PATHS:
        return
    permission = _asked(request)
    user: User = request.state.user
    request.state.permission = permission
    require(user.scopes, permission.scope)


def _asked(request: Request) -> Permission:
    path = request.scope["route"].path
    permission = PERMISSIONS.get((request.method, path))
    if permission is None:
        raise ForbiddenError(f"{path} has no row in the table of permissions; report this")
    return permission
