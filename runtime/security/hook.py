"""Callers as a `langgraph_sdk.Auth` of the user's own knows them, in place of API keys."""

import inspect
from collections.abc import Mapping
from typing import Any

import structlog
from langgraph_sdk import Auth
from starlette.exceptions import HTTPException
from starlette.requests import Request

from runtime.errors import ForbiddenError, SettingsError, UnauthorizedError
from runtime.execution.graph_file import Declared, GraphFile
from runtime.execution.module import declared_value, make_importable
from runtime.execution.plain import plain
from runtime.security.permission import Permission
from runtime.security.principal import Principal
from runtime.security.user import User

_log = structlog.get_logger(__name__)

_GIVEN = frozenset(
    {
        "request", "body", "path", "method", "path_params", "query_params", "headers",
        "authorization",
    }
)  # fmt: skip
"""What `@auth.authenticate` may ask for by name."""


class AuthHook:
    """Asks the user's own functions who calls and what they may do."""

    is_open = False

    def __init__(self, auth: Auth, place: str) -> None:
        """Take the registered functions; SettingsError where nobody could be let in by them.

        `place` is where the file that names them does so.
        """
        # The SDK holds these three for servers: a change of theirs would be a breaking one.
        if auth._authenticate_handler is None:  # as said
            raise SettingsError(f"{place}: it has no @auth.authenticate; register one")
        self._authenticate = auth._authenticate_handler  # as said
        self._handlers = auth._handlers  # as said
        self._global = auth._global_handlers  # as said
        self._wanted = _wanted(self._authenticate, place)

    async def user_of(self, request: Request) -> User:
        """Return who calls; UnauthorizedError, or the HTTPException that the hook chose."""
        arguments = {name: await _argument(request, name) for name in self._wanted}
        try:
            principal = Principal.of(await self._authenticate(**arguments))
        except (Auth.exceptions.HTTPException, HTTPException) as error:
            raise _http(error) from error
        except AssertionError as error:
            raise UnauthorizedError(str(error) or "the service does not know you") from error
        if not principal.is_authenticated:
            raise UnauthorizedError("the service does not know you")
        owner = f"user:{principal.identity}"
        told = plain(principal.fields)
        return User(
            owner=owner,
            counted_as=owner,
            scopes=frozenset(principal.permissions),
            told=told,
            principal=principal,
        )

    async def filters(
        self, user: User, permission: Permission, value: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Return what metadata must contain for the caller to do this; None for what is theirs.

        A handler may change `value`. Raises ForbiddenError, or the HTTPException it chose.
        """
        handler = self._handler(permission)
        if handler is None:
            return None
        context = Auth.types.AuthContext(
            permissions=user.principal.permissions,
            user=user.principal,
            resource=permission.resource,  # type: ignore[arg-type]  # the table has theirs
            action=permission.action,  # type: ignore[arg-type]  # as above
        )
        try:
            result = await handler(ctx=context, value=value)
        except (Auth.exceptions.HTTPException, HTTPException) as error:
            raise _http(error) from error
        except AssertionError as error:
            raise ForbiddenError(str(error) or _refusal(permission)) from error
        if result is False:
            raise ForbiddenError(_refusal(permission))
        return containment(result) if isinstance(result, Mapping) else None

    def _handler(self, permission: Permission) -> Any:
        """Return the most specific handler, as the SDK ranks them."""
        resource, action = permission.resource, permission.action
        for key in ((resource, action), (resource, "*"), ("*", action)):
            if found := self._handlers.get(key):
                return found[-1]
        return self._global[-1] if self._global else None


def load_hook(file: GraphFile, declared: Declared) -> AuthHook:
    """Return the hook that a langgraph.json names; SettingsError where it cannot be had."""
    make_importable(file)
    auth = declared_value(file, declared, (Auth,))
    if not isinstance(auth, Auth):
        raise SettingsError(
            f"{file.at(declared)}: {declared.attribute} is {type(auth).__name__}; name an "
            "instance of langgraph_sdk.Auth"
        )
    return AuthHook(auth, file.at(declared))


def containment(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON that metadata must contain for a hook's filter to hold.

    Raises TypeError for an operator that the SDK does not know.
    """
    return {key: _contained(key, wanted) for key, wanted in filters.items()}


def _contained(key: str, wanted: Any) -> Any:
    if not isinstance(wanted, Mapping):
        return wanted
    if set(wanted) == {"$eq"}:
        return wanted["$eq"]
    if set(wanted) == {"$contains"}:
        one = wanted["$contains"]
        return list(one) if isinstance(one, (list, tuple)) else [one]
    raise TypeError(f"the filter of {key!r} has {list(wanted)}; use $eq or $contains, one of them")


def _wanted(authenticate: Any, place: str) -> tuple[str, ...]:
    parameters = inspect.signature(authenticate).parameters.values()
    unknown = [p.name for p in parameters if p.name not in _GIVEN and p.default is p.empty]
    if unknown:
        raise SettingsError(
            f"{place}: @auth.authenticate asks for {unknown[0]!r}; it may ask for "
            f"{', '.join(sorted(_GIVEN))}"
        )
    return tuple(p.name for p in parameters if p.name in _GIVEN)


async def _argument(request: Request, name: str) -> Any:
    if name == "body":
        try:
            return await request.json()
        except ValueError:
            return None  # what is no JSON is refused behind the gate
    made = {
        "request": request,
        "path": request.url.path,
        "method": request.method,
        "path_params": None,  # no route is chosen yet
        "query_params": dict(request.query_params),
        "headers": dict(request.scope["headers"]),
        "authorization": request.headers.get("authorization"),
    }
    return made[name]


def _http(error: Auth.exceptions.HTTPException | HTTPException) -> HTTPException:
    return HTTPException(error.status_code, str(error.detail), dict(error.headers or {}))


def _refusal(permission: Permission) -> str:
    return f"you may not do this: {permission.resource}.{permission.action}"
