"""A user's own auth file, as LangGraph's documentation writes one."""

from typing import Any

from langgraph_sdk import Auth

auth = Auth()

USERS: dict[str, dict[str, Any]] = {
    "Bearer ann": {"identity": "ann", "team": "blue", "permissions": ["chat"]},
    "Bearer bob": {"identity": "bob", "team": "blue", "permissions": ["chat", "ops"]},
    "Bearer eve": {"identity": "eve", "team": "red", "permissions": ["chat"]},
    "Bearer mute": {"identity": "mute", "team": "red", "permissions": []},
}


@auth.authenticate
async def who(
    authorization: str | None, method: str, path: str, headers: dict[bytes, bytes]
) -> Any:
    """Return who has the token, of those that are known."""
    if authorization == "Bearer broken":
        raise RuntimeError("hush: the directory is away")
    if authorization not in USERS:
        raise Auth.exceptions.HTTPException(status_code=401, detail=f"no token for {method} {path}")
    if headers.get(b"x-blocked"):
        raise Auth.exceptions.HTTPException(
            status_code=418, detail="blocked", headers={"X-Why": "b"}
        )
    return USERS[authorization]


@auth.on.threads
async def of_team(ctx: Auth.types.AuthContext, value: dict[str, Any]) -> Any:
    """Let a team see what it made, and mark what it makes."""
    if "chat" not in ctx.permissions:
        return False
    value.setdefault("metadata", {})["teams"] = [ctx.user["team"]]
    return {"teams": {"$contains": ctx.user["team"]}}


@auth.on.threads.delete
async def never(ctx: Auth.types.AuthContext, value: Auth.types.ThreadsDelete) -> None:
    """Let nobody remove anything."""
    assert ctx.user.identity == "bob", "only bob removes"  # as the SDK's examples do


@auth.on.store
async def of_user(ctx: Auth.types.AuthContext, value: dict[str, Any]) -> None:
    """Keep what is a user's under the user's name."""
    value["namespace"] = (ctx.user.identity, *(value.get("namespace") or ()))
