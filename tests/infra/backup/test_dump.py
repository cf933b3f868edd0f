"""Dumps: made whole or not at all, and removed by age alone."""

import fcntl
import json
from datetime import UTC, datetime, timedelta

from tests.infra.backup.conftest import Bench


def name_of(days_ago: int) -> str:
    """Return the name that a backup of that age has."""
    return f"{datetime.now(UTC) - timedelta(days=days_ago):%Y%m%dT%H%M%SZ}"


def test_a_dump_has_a_manifest_that_tells_all_of_it(bench: Bench) -> None:
    """OPS-04: time, server, size, hash, and the rows of each table in the same snapshot."""
    said = json.loads(bench.done("dump.sh"))
    [name] = bench.names()
    folder = bench.backups / name
    assert json.loads((folder / "manifest.json").read_text()) == said
    assert said["name"] == name
    assert said["database"] == bench.database
    assert said["bytes"] == (folder / "dump").stat().st_size
    assert said["rows"] == {"public.runs": 500, """"Odd one"."a'b|c\"""": 2}
    assert datetime.fromisoformat(said["time"]).strftime("%Y%m%dT%H%M%SZ") == name


def test_a_dump_that_fails_leaves_nothing_that_looks_like_a_backup(bench: Bench) -> None:
    """OPS-04: neither a lost server nor a failing pg_dump is taken for a backup."""
    assert bench.refused("dump.sh", PGPORT="1")
    assert bench.names() == []
    (bench.folder / "bin").mkdir()
    failing = bench.folder / "bin" / "pg_dump"
    failing.write_text("#!/bin/sh\nfor each; do :; done\ntouch backups/.new/dump\nexit 1\n")
    failing.chmod(0o755)
    assert bench.run("dump.sh", PATH=f"{failing.parent}:/usr/bin:/bin").returncode
    assert bench.names() == []


def test_an_empty_database_is_no_backup(bench: Bench) -> None:
    """OPS-04: the dump of a database without tables is the wrong database's, or a lost one's."""
    bench.sql("drop table runs")
    bench.sql('drop schema "Odd one" cascade')
    assert "has no table" in bench.refused("dump.sh")
    assert bench.names() == []


def test_retention_removes_by_age_and_nothing_else(bench: Bench) -> None:
    """OPS-04: not the newest, no file that is not a backup's, and nothing outside the folder."""
    old, recent = name_of(31), name_of(29)
    mixed = bench.add(name_of(40))
    (mixed / "notes.txt").write_text("mine")
    bench.add(old)
    bench.add(recent)
    outside = bench.folder / name_of(50)
    outside.mkdir()
    for foreign in ("notes", f"{old}.bak", "lost+found"):
        bench.add(foreign)
    made = json.loads(bench.done("dump.sh"))["name"]
    kept = {recent, made, "notes", f"{old}.bak", "lost+found", mixed.name}
    assert set(bench.names()) == kept
    assert [each.name for each in mixed.iterdir()] == ["notes.txt"]
    assert outside.exists()


def test_a_dump_that_fails_removes_nothing(bench: Bench) -> None:
    """OPS-04: what is old is all there is, while no good dump follows it."""
    old = [name_of(90), name_of(60)]
    for each in old:
        bench.add(each)
    bench.refused("dump.sh", PGDATABASE="nowhere")
    assert bench.names() == old


def test_two_dumps_never_write_at_the_same_time(bench: Bench) -> None:
    """A dump that a person starts may meet the schedule's, which Forbid does not see."""
    with (bench.backups / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another dump" in bench.refused("dump.sh")
