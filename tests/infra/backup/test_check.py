"""The check: restores the newest backup, and fails with the reason on any difference."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.infra.backup.conftest import Bench

pytestmark = pytest.mark.slow


def made(bench: Bench) -> Path:
    """Make a backup and return its folder."""
    name: str = json.loads(bench.done("dump.sh"))["name"]
    return bench.backups / name


def test_a_good_backup_is_restored_and_compared(bench: Bench) -> None:
    """OPS-04: each table has the rows that the manifest says, in a server of the check's own."""
    folder = made(bench)
    bench.sql("delete from runs")  # the live database is not what is compared
    assert (
        bench.check() == f"{folder.name} can be restored: 2 tables, 502 rows, as its manifest says"
    )


def test_a_truncated_dump_fails_the_check(bench: Bench) -> None:
    """OPS-04: what has the right name is not a backup yet."""
    dump = made(bench) / "dump"
    os.truncate(dump, dump.stat().st_size // 2)
    assert "is broken: its dump has sha256" in bench.broken()


def test_a_dump_that_cannot_be_restored_fails_the_check(bench: Bench) -> None:
    """A dump may be broken when it is hashed: the hash alone proves nothing."""
    folder = made(bench)
    dump = folder / "dump"
    before = json.loads((folder / "manifest.json").read_text())["sha256"]
    os.truncate(dump, dump.stat().st_size // 2)
    after = hashlib.sha256(dump.read_bytes()).hexdigest()
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace(before, after))
    assert bench.broken() == f"{folder.name} is broken: it cannot be restored; the reason is above"


def test_rows_that_the_manifest_has_not_fail_the_check(bench: Bench) -> None:
    """The manifest was counted in the dump's own snapshot: any difference is a fault."""
    folder = made(bench)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"public.runs" : 500', '"public.runs" : 501'))
    words = "public.runs has 500 rows, the manifest says 501"
    assert bench.broken() == f"{folder.name} is broken: {words}"


def test_no_backup_and_an_old_one_fail_the_check(bench: Bench) -> None:
    """GitLab, 2017: dumps had stopped, and nobody heard of it."""
    assert bench.broken() == "there is no backup"
    folder = made(bench)
    shutil.move(folder, bench.backups / "20200101T000000Z")
    assert "20200101T000000Z is older than two periods" in bench.broken()


def test_the_newest_is_checked(bench: Bench) -> None:
    """What is older may be anything."""
    bench.add("20200101T000000Z")
    folder = made(bench)
    assert bench.check().startswith(folder.name)
