"""Restores beside the live data: proven before they have their name, and never over anything."""

import json

from tests.infra.backup.conftest import Bench


def databases(bench: Bench) -> list[str]:
    """Return the databases that the test made."""
    found = bench.sql("select datname from pg_database where datname ~ '^(restor|again)'")
    return [str(name) for (name,) in found]


def test_a_backup_is_restored_beside_the_live_database(bench: Bench) -> None:
    """OPS-05: the rows of the backup, while the live database stays as it is."""
    name = json.loads(bench.done("dump.sh"))["name"]
    bench.sql("delete from runs where id > 1")
    said = bench.done("restore.sh", WANTED="latest", INTO="again_1")
    assert said == f"{name} is in the database again_1: 2 tables, 502 rows, as its manifest says"
    assert bench.sql("select count(*) from runs", "again_1") == [(500,)]
    assert bench.sql("select count(*) from runs") == [(1,)]
    bench.sql("drop database again_1")
    assert databases(bench) == []


def test_a_restore_overwrites_nothing(bench: Bench) -> None:
    """OPS-05: a database of that name stays as it is."""
    bench.done("dump.sh")
    words = f"there is a database {bench.database} already, and nothing is overwritten"
    assert bench.refused("restore.sh", WANTED="latest", INTO=bench.database) == words


def test_a_restore_that_fails_leaves_no_database(bench: Bench) -> None:
    """OPS-05: it stops on the first error, and half a database is nowhere to be mistaken."""
    name = json.loads(bench.done("dump.sh"))["name"]
    manifest = bench.backups / name / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"public.runs" : 500', '"public.runs" : 7'))
    said = bench.refused("restore.sh", WANTED=name, INTO="again_2")
    assert said == f"{name} is broken: public.runs has 500 rows, the manifest says 7"
    assert databases(bench) == []


def test_a_backup_that_is_not_there_is_refused_with_those_that_are(bench: Bench) -> None:
    """OPS-05: a name that nobody made is no pattern either."""
    name = json.loads(bench.done("dump.sh"))["name"]
    assert f"there are: {name}" in bench.refused("restore.sh", WANTED="2020", INTO="again_3")
    assert f"there are: {name}" in bench.refused("restore.sh", WANTED="*", INTO="again_3")


def test_the_list_is_the_manifests_oldest_first(bench: Bench) -> None:
    """OPS-05: one JSON line each."""
    bench.done("dump.sh")
    bench.add("20200101T000000Z")
    lines = bench.run("list.sh").stdout
    assert lines.startswith("{}")
    assert json.loads(lines.removeprefix("{}"))["rows"]["public.runs"] == 500


def test_a_restore_stops_at_the_first_error(bench: Bench) -> None:
    """OPS-05: a constraint that cannot be restored, and then nothing of what follows it."""
    bench.sql("create function seen() returns bool language sql as 'select exists (table runs)'")
    bench.sql("create table zeros (n int check (seen()))")
    bench.sql("insert into zeros values (0)")
    name = json.loads(bench.done("dump.sh"))["name"]
    ended = bench.run("restore.sh", WANTED=name, INTO="again_4")
    assert ended.returncode
    assert "errors ignored" not in ended.stderr
    assert databases(bench) == []
