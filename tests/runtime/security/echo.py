"""The smallest application: 200 to everything."""

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with who calls."""
    user = scope.get("state", {}).get("user")
    await PlainTextResponse(user.owner if user else "")(scope, receive, send)
