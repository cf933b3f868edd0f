"""plumb.credentials.demand: what a stack reads is what is made."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from plumb.credentials.demand import Key, demands
from plumb.credentials.error import CredentialsError
from profiles import load_profile
from tests.profiles.build import profile
from tests.stacks import STACKS, profile_json, rendered


def references(stack: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return every variable of a stack's pods that comes from a Secret, by Secret and key."""
    pods = [
        manifest.body["spec"]["template"]["spec"]
        for manifest in rendered(stack).manifests
        if manifest.kind in ("Deployment", "StatefulSet")
    ]
    variables = [
        variable
        for pod in pods
        for container in pod["containers"]
        for variable in container.get("env", [])
        if "valueFrom" in variable
    ]
    references = [(v, v["valueFrom"]["secretKeyRef"]) for v in variables]
    return {(ref["name"], ref["key"]): {**ref, "variable": v["name"]} for v, ref in references}


def keys(**sections: Any) -> dict[tuple[str, str], Key]:
    """Return the keys that the recommended profile needs with these sections over it."""
    found = demands(profile(**sections))
    return {(secret, key.name): key for secret, of in found.items() for key in of}


@pytest.mark.parametrize("stack", STACKS)
def test_every_key_that_pods_read_is_provided_for(stack: str) -> None:
    """INF-03, INF-08: the same Secrets, keys and variables as in the objects; none without use."""
    found = demands(load_profile(profile_json(stack)))
    provided = {(secret, key.name): key for secret, of in found.items() for key in of}
    read = references(stack)
    assert set(read) == set(provided)
    for place, reference in read.items():
        key = provided[place]
        assert key.variable in (None, reference["variable"])
        assert reference.get("optional") or key.make or key.required


def test_the_address_of_the_stacks_own_servers_follows_from_its_profile() -> None:
    """INF-14, INF-15: user, name, port and database; the password in it is the Secret's own."""
    found = keys()
    database, cache = found["database-secret", "url"].make, found["cache-secret", "url"].make
    assert database is not None
    assert cache is not None
    assert database({"password": "p@/"})[0] == "postgresql://lguser:p%40%2F@postgres:5432/langgraph"
    assert cache({"password": "p"})[0] == "redis://:p@redis:6379/0"


def test_a_random_password_is_long_and_needs_no_quoting() -> None:
    """At least 32 characters that neither an address nor a command line takes for its own."""
    make = keys()["cache-secret", "password"].make
    assert make is not None
    first, second = make({})[0], make({})[0]
    assert len(first) >= 32
    assert first.isalnum()
    assert first != second


def test_a_password_is_taken_from_the_address_that_is_there() -> None:
    """A server that is initialised with another password would refuse the service."""
    make = keys()["database-secret", "password"].make
    assert make is not None
    assert make({"url": "postgresql://u:a%40b@postgres:5432/d"}) == ("a@b", "from the url")
    assert urlsplit("postgresql://u@h/d").password is None
    assert make({"url": "postgresql://u@h/d"})[1] == "random"


def test_the_address_of_a_server_elsewhere_comes_from_a_person() -> None:
    """CFG-06: nobody can make the address of an external database or cache up."""
    found = keys(
        database={"mode": "external", "server": None, "external_max_connections": 200},
        cache={"mode": "external", "server": None},
        network={"store_cidrs": ["10.9.0.0/16"]},
    )
    for place, variable in (("database-secret", "DATABASE_URL"), ("cache-secret", "REDIS_URL")):
        key = found[place, "url"]
        assert (key.variable, key.make, key.required) == (variable, None, True)
        assert (place, "password") not in found


@pytest.mark.parametrize(
    ("environment", "made"), [("development", False), ("staging", True), ("production", True)]
)
def test_every_environment_but_development_gets_an_api_key(environment: str, made: bool) -> None:
    """SEC-01: an API is not open because somebody forgot a variable."""
    key = keys(workload={"environment": environment})["langgraph-secrets", "api-keys"]
    assert bool(key.make) is made
    assert key.variable == "API_KEYS"


def test_a_rate_that_rests_on_a_key_requires_it() -> None:
    """A stack that says it has NCBI's key does not start without."""
    found = keys(upstreams={"pubmed_has_key": True})
    assert found["langgraph-secrets", "ncbi"].required
    assert not keys()["langgraph-secrets", "ncbi"].required


def test_one_secret_may_hold_several_concerns_but_no_key_twice() -> None:
    """A team with one Secret names it twice; two addresses as `url` in it would be one."""
    together = {"langsmith_secret": "app", "keys_secret": "app"}
    assert len(demands(profile(credentials=together))["app"]) == 8
    with pytest.raises(CredentialsError, match="two different values as password, url"):
        demands(profile(credentials={"database_secret": "app", "cache_secret": "app"}))
