"""profiles.rules.apart: two stacks that take the same thing are told from two that do not."""

from typing import Any

import pytest

from profiles import Profile
from profiles.rules.apart import comparisons, findings
from tests.profiles.build import nested, profile
from tests.stacks import STACKS, stack_files

FIELD = "database.server.backup.bucket.prefix"


def place(stack: str, field: str) -> str:
    """Say where a stack has a field."""
    return f"{stack}, {field}"


def placed(namespace: str, *sections: dict[str, Any]) -> Profile:
    """Return a profile in a namespace of its own."""
    stated: dict[str, Any] = {"cluster": {"namespace": namespace}}
    for section in sections:
        stated |= section
    return profile(**stated)


def bucket(prefix: str, name: str = "dumps") -> dict[str, Any]:
    """Return sections that send dumps to a folder of a bucket."""
    return nested(
        "database.server.backup.bucket",
        {
            "endpoint": "https://s3.example.org",
            "region": "us-east-1",
            "name": name,
            "prefix": prefix,
            "image": "rclone/rclone:1.71.0",
        },
    )


def ingress(host: str) -> dict[str, Any]:
    """Return sections that serve under a name."""
    return nested(
        "network.ingress",
        {
            "kind": "ingress",
            "host": host,
            "class_name": "nginx",
            "tls_secret": "tls",
            "issuer": None,
            "gateway": None,
            "controller_namespace": "ingress-nginx",
        },
    )


def external(prefix: str) -> dict[str, Any]:
    """Return sections of a cache elsewhere, whose address comes from the cluster's manager."""
    store = {"store": "vault", "kind": "ClusterSecretStore", "prefix": prefix}
    return {
        "cache": {"mode": "external", "server": None},
        "network": {"store_cidrs": ["10.20.0.0/24"]},
        "credentials": {"external": store | {"refresh_seconds": 3600}},
    }


SHARED: tuple[tuple[dict[str, Any], dict[str, Any], str, bool], ...] = (
    (bucket("a"), bucket("a"), FIELD, True),
    (bucket("a"), bucket("a/b"), FIELD, True),
    (bucket("a/b"), bucket("a"), FIELD, True),
    (bucket("a"), bucket("ab"), FIELD, False),
    (bucket("a"), bucket("a", name="others"), FIELD, False),
    (ingress("ask.example.org"), ingress("ask.example.org"), "network.ingress.host", True),
    (ingress("ask.example.org"), ingress("try.example.org"), "network.ingress.host", False),
    (external("one/"), external("one/"), "credentials.cache_secret", True),
    (external("one/"), external("two/"), "credentials.cache_secret", False),
)


@pytest.mark.parametrize(("mine", "theirs", "field", "shared"), SHARED)
def test_what_two_stacks_share_is_found(
    mine: dict[str, Any], theirs: dict[str, Any], field: str, shared: bool
) -> None:
    """PL040: hosts, folders of a bucket one in the other, and stores known by one Secret."""
    found = findings(placed("one", mine), {"staging": placed("two", theirs)}, place)
    assert [each.fields for each in found] == ([(field,)] if shared else [])
    for each in found:
        assert f"that of staging (staging, {field})" in each.arithmetic
        assert (each.rule, each.severity, each.edit) == ("PL040", "warning", ())


def test_each_stack_of_a_namespace_is_named() -> None:
    """PL040: a namespace of three stacks is two findings in each."""
    others = {"staging": placed("one"), "trial": placed("one"), "development": placed("two")}
    found = findings(placed("one"), others, place)
    said = [each.arithmetic.partition(" (")[0] for each in found]
    assert said == [
        "cluster.namespace one is also that of staging",
        "cluster.namespace one is also that of trial",
    ]


@pytest.mark.parametrize("stack", STACKS)
def test_the_shipped_stacks_are_apart(stack: str) -> None:
    """CFG-12: what holds is said too; a stack alone has nothing to be apart from."""
    loaded = {name: file.load() for name, file in stack_files().items()}
    mine = loaded.pop(stack)
    said = list(comparisons(mine, loaded, place))
    assert said
    assert all(each.holds for each in said)
    assert list(comparisons(mine, {}, place)) == []
