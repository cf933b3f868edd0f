"""Renders of production with another database."""

from typing import Any

from plumb.render import Rendered
from tests.infra.edit import container, edited
from tests.profiles.build import POOLER


def of_server(mode: str = "statefulset", **values: Any) -> Rendered:
    """Return production with these values of its own server; two instances by CloudNativePG."""
    several = {"instances": 2} if mode == "cnpg" else {}
    return edited("production", database={"mode": mode, "server": several | values})


def pooled(of: str = "statefulset", *, tls: bool = True, **values: Any) -> Rendered:
    """Return production with a pooler, of a server of that mode, that has these values."""
    return of_server(of, tls=tls, pooler=POOLER | values)


def stated(result: Rendered) -> dict[str, str]:
    """Return the variables of the service that are stated, not read from a Secret."""
    variables = container(result)["env"]
    return {each["name"]: each["value"] for each in variables if "value" in each}
