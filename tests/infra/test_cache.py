"""infra.cache: what each mode, use and persistence of the cache declares."""

from typing import Any

import pytest

from plumb.render import Rendered
from tests.infra.edit import body, container, edited
from tests.stacks import rendered

FILE = {"storage_gib": 2, "storage_class": "fast", "fsync": "always"}


def redis(**server: Any) -> Rendered:
    """Return production with these values of its Redis."""
    return edited("production", cache={"server": server})


def arguments(result: Rendered) -> dict[str, str]:
    """Return the options of redis-server."""
    given = container(result, "StatefulSet", "redis")["args"]
    return dict(zip(given[::2], given[1::2], strict=True))


def variables(result: Rendered) -> dict[str, dict[str, Any]]:
    """Return the service's variables."""
    return {each["name"]: each for each in container(result)["env"]}


def test_redis_is_a_bounded_cache_that_asks_for_a_password() -> None:
    """INF-15: memory and clients are bounded, the least used goes, nobody comes in without."""
    options = arguments(rendered("production"))
    assert options["--maxmemory"] == "192mb"
    assert options["--maxmemory-policy"] == "allkeys-lfu"
    assert options["--maxclients"] == "1000"
    assert (options["--save"], options["--appendonly"]) == ("", "no")
    assert options["--requirepass"] == "$(REDIS_PASSWORD)"


def test_state_is_refused_rather_than_evicted() -> None:
    """A lock that is evicted is a lock that two hold."""
    options = arguments(redis(use="state", persistence=FILE, maxmemory_mib=150))
    assert options["--maxmemory-policy"] == "noeviction"


def test_what_survives_a_restart_is_on_a_claim_of_its_own() -> None:
    """The file's folder is the mount, its fsync the profile's, its claim kept with the data."""
    result = redis(persistence=FILE, maxmemory_mib=150)
    options = arguments(result)
    assert (options["--appendonly"], options["--appendfsync"]) == ("yes", "always")
    (mount,) = container(result, "StatefulSet", "redis")["volumeMounts"]
    assert options["--dir"] == mount["mountPath"]
    (volume,) = body(result, "StatefulSet", "redis")["spec"]["template"]["spec"]["volumes"]
    claim = body(result, "PersistentVolumeClaim", "redis-data")["spec"]
    assert volume["persistentVolumeClaim"]["claimName"] == "redis-data"
    assert claim["storageClassName"] == "fast"
    assert claim["resources"]["requests"]["storage"] == "2Gi"


@pytest.mark.parametrize(("stack", "kept"), [("production", True), ("staging", False)])
def test_the_claim_stays_where_the_stack_retains_its_data(stack: str, kept: bool) -> None:
    """Kept, not protected: persistence goes off by an edit, and on again finds its file."""
    result = edited(stack, cache={"server": {"persistence": FILE, "maxmemory_mib": 150}})
    (claim,) = [each for each in result.manifests if each.identity.endswith("/redis-data")]
    assert (claim.retain, claim.protect) == (kept, False)


def test_persistence_changes_nothing_that_kubernetes_cannot_change() -> None:
    """On a live stack it is a plain change of the pod: a StatefulSet's templates never change."""
    before = body(rendered("production"), "StatefulSet", "redis")["spec"]
    after = body(redis(persistence=FILE, maxmemory_mib=150), "StatefulSet", "redis")["spec"]
    assert {key for key in before | after if before.get(key) != after.get(key)} == {"template"}


def test_what_is_declared_as_lost_has_no_claim() -> None:
    """Unset parts leave nothing behind."""
    result = rendered("production")
    assert "PersistentVolumeClaim/redis-data" not in {each.identity for each in result.manifests}
    assert "volumes" not in body(result, "StatefulSet", "redis")["spec"]["template"]["spec"]


def test_the_service_is_told_the_address_and_the_password_apart() -> None:
    """INF-03: what stands in the pod's spec is no secret."""
    found = variables(rendered("production"))
    assert found["REDIS_URL"] == {"name": "REDIS_URL", "value": "redis://redis:6379/0"}
    reference = found["REDIS_PASSWORD"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "cache-secret", "key": "password"}


def test_an_external_redis_is_an_address_in_a_secret_and_nothing_else() -> None:
    """Neither server, claim nor password of ours; the policy opens its range."""
    result = edited(
        "production",
        cache={"mode": "external", "server": None},
        network={"store_cidrs": ["10.9.0.0/16"]},
    )
    found = variables(result)
    reference = found["REDIS_URL"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "cache-secret", "key": "url"}
    assert "REDIS_PASSWORD" not in found
    assert "StatefulSet/redis" not in {each.identity for each in result.manifests}


def test_without_a_cache_nothing_of_it_is_left() -> None:
    """Mode `none`: no server, no policy, no variable (CFG-06)."""
    result = rendered("development")
    assert not [each for each in result.manifests if "redis" in each.name]
    assert not [name for name in variables(result) if name.startswith("REDIS")]
