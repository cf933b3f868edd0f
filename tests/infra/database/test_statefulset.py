"""The stack's own Postgres."""

from typing import Any

from plumb.render import Rendered
from tests.infra.database.edit import of_server
from tests.infra.edit import body, container
from tests.stacks import rendered


def settings(result: Rendered) -> dict[str, str]:
    """Return Postgres' settings by name."""
    given = container(result, "StatefulSet", "postgres")["args"]
    return dict(pair.split("=", 1) for flag, pair in zip(given[::2], given[1::2], strict=True))


def pod(result: Rendered) -> dict[str, Any]:
    """Return the spec of its pod."""
    found: dict[str, Any] = body(result, "StatefulSet", "postgres")["spec"]["template"]["spec"]
    return found


def test_postgres_gets_its_limits_from_the_profile() -> None:
    """INF-14: connections as stated, a quarter of 2 GiB shared, the rest divided."""
    given = settings(rendered("production"))
    assert given["max_connections"] == "200"
    assert given["superuser_reserved_connections"] == "3"
    assert given["shared_buffers"] == "524288kB"
    assert given["effective_cache_size"] == "1048576kB"
    assert given["maintenance_work_mem"] == "32768kB"
    assert given["hash_mem_multiplier"] == "1"
    assert 1024 < int(given["work_mem"].removesuffix("kB")) < 2048 * 1024 / 208


def test_postgres_ends_what_takes_too_long() -> None:
    """No statement, wait or forgotten transaction holds a connection for ever."""
    given = settings(rendered("production"))
    assert given["statement_timeout"] == "15000ms"
    assert given["lock_timeout"] == "5000ms"
    assert given["idle_in_transaction_session_timeout"] == "30000ms"


def test_shared_memory_is_counted_in_the_limit() -> None:
    """Rule 26: /dev/shm is memory of the container, which its division knows of."""
    volumes = {volume["name"]: volume for volume in pod(rendered("production"))["volumes"]}
    assert volumes["shm"]["emptyDir"] == {"medium": "Memory", "sizeLimit": "128Mi"}
    mounts = container(rendered("production"), "StatefulSet", "postgres")["volumeMounts"]
    assert {"name": "shm", "mountPath": "/dev/shm"} in mounts  # noqa: S108  # the container's own


def test_postgres_keeps_its_data_when_the_stack_goes() -> None:
    """Neither deletion nor scaling takes the claim with it."""
    policy = body(rendered("production"), "StatefulSet", "postgres")["spec"][
        "persistentVolumeClaimRetentionPolicy"
    ]
    assert policy == {"whenDeleted": "Retain", "whenScaled": "Retain"}


def test_postgres_has_time_for_its_last_checkpoint() -> None:
    """A shutdown that is cut off is a crash recovery at the next start."""
    assert pod(rendered("production"))["terminationGracePeriodSeconds"] == 120


def test_the_data_folder_is_the_same_for_every_major() -> None:
    """A new major then finds the old data instead of starting empty beside it."""

    def folder(image: str) -> str:
        variables = container(of_server(image=image), "StatefulSet", "postgres")["env"]
        return next(str(v["value"]) for v in variables if v["name"] == "PGDATA")

    assert folder("postgres:16") == folder("postgres:18") == "/var/lib/postgresql/pgdata"


def test_another_majors_data_are_refused_before_postgres_starts() -> None:
    """Rule 39: the check runs the image itself, reads the data, and cannot write them."""
    (check,) = pod(of_server(image="postgres:18.1"))["initContainers"]
    variables = {each["name"]: each["value"] for each in check["env"]}
    assert (variables["MAJOR"], check["image"]) == ("18", "postgres:18.1")
    (mount,) = check["volumeMounts"]
    assert (mount["name"], mount["readOnly"]) == ("data", True)
    assert check["terminationMessagePolicy"] == "FallbackToLogsOnError"
