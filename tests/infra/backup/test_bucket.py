"""Copies in a bucket of a real S3-compatible store, over loopback: proven, pruned, restored."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.backup.access import bucket_variables
from profiles.backup import Bucket
from tests.infra.backup.bucket import rclone
from tests.infra.backup.conftest import Bench
from tests.infra.backup.test_dump import name_of
from tests.stacks import stack_files

pytestmark = pytest.mark.slow

_KEYS = {"access-key": "key", "secret-key": "secret"}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Run an S3 server with one bucket; give its address."""
    (tmp_path / "store" / "bucket").mkdir(parents=True)
    where = ["--addr", "127.0.0.1:0", "--auth-key", "key,secret", "--config", os.devnull]
    serve = [str(rclone()), "serve", "s3", *where, str(tmp_path / "store")]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = next(line for line in process.stderr or () if "Starting s3 server" in line)
            yield re.findall(r"http://[\d.:]+", said)[0]
        finally:
            process.terminate()


@pytest.fixture
def bucketed(bench: Bench, address: str) -> Bench:
    """Give a bench whose scripts have the variables that the pods have."""
    bucket = Bucket(
        endpoint=address, region="us-east-1", name="bucket", prefix="team/dumps", image="rclone:1"
    )
    for variable in bucket_variables(stack_files()["production"].load(), bucket):
        reference = variable.get("valueFrom", {}).get("secretKeyRef", {})
        bench.variables[variable["name"]] = variable.get("value") or _KEYS[reference["key"]]
    (bench.folder / "bin").mkdir()
    (bench.folder / "bin" / "rclone").symlink_to(rclone())
    return bench


def remote(bench: Bench) -> Path:
    """Return the folder in which the server keeps the prefix."""
    return bench.folder / "store" / "bucket" / "team" / "dumps"


def fetched(bench: Bench, name: str) -> Path:
    """Fetch from the bucket into another folder, which the check then reads."""
    folder = bench.folder / "fetched"
    bench.done("fetch.sh", "sh", BACKUPS=str(folder), WANTED=name)
    return folder


def test_a_dump_is_copied_and_restored_from_the_bucket(bucketed: Bench) -> None:
    """OPS-04: dump, copy, fetch and check, as the two pods run them; a second copy does nothing."""
    name = json.loads(bucketed.done("dump.sh"))["name"]
    assert bucketed.done("copy.sh", "sh") == f"copied {name}"
    assert bucketed.done("copy.sh", "sh") == ""
    folder = fetched(bucketed, "latest")
    assert bucketed.check(BACKUPS=str(folder)).startswith(f"{name} can be restored")


def test_what_the_bucket_missed_is_copied_the_next_time(bucketed: Bench) -> None:
    """A bucket that was away for a day is complete again after the next dump."""
    bucketed.add(name_of(1))
    wrong = {"RCLONE_CONFIG_BUCKET_SECRET_ACCESS_KEY": "wrong"}
    assert "cannot be listed" in bucketed.refused("copy.sh", "sh", **wrong)
    bucketed.done("dump.sh")
    bucketed.done("copy.sh", "sh")
    assert sorted(each.name for each in remote(bucketed).iterdir()) == bucketed.names()


def test_a_broken_copy_fails_the_check(bucketed: Bench) -> None:
    """OPS-04: what is checked is what is in the bucket, not what was sent."""
    name = json.loads(bucketed.done("dump.sh"))["name"]
    bucketed.done("copy.sh", "sh")
    dump = remote(bucketed) / name / "dump"
    os.truncate(dump, dump.stat().st_size // 2)
    assert "is broken: its dump has sha256" in bucketed.broken(
        BACKUPS=str(fetched(bucketed, "latest"))
    )


def test_the_bucket_is_pruned_by_age_and_nothing_else(bucketed: Bench) -> None:
    """OPS-04: not the newest, no object that is not a backup's, and nothing outside the prefix."""
    old = name_of(31)
    bucketed.add(old)
    bucketed.done("copy.sh", "sh")
    assert (remote(bucketed) / old).exists()  # the newest of all, however old it is
    outside = remote(bucketed).parent / old
    for folder in (outside, remote(bucketed) / "notes", remote(bucketed) / f"{old}.bak"):
        folder.mkdir()
        (folder / "manifest.json").write_text("{}")
    (remote(bucketed) / old / "notes.txt").write_text("mine")
    name = json.loads(bucketed.done("dump.sh"))["name"]
    bucketed.done("copy.sh", "sh")
    assert {each.name for each in remote(bucketed).iterdir()} == {name, "notes", f"{old}.bak", old}
    assert [each.name for each in (remote(bucketed) / old).iterdir()] == ["notes.txt"]
    assert outside.exists()


def test_the_list_needs_the_manifests_alone(bucketed: Bench) -> None:
    """OPS-05: no dump is fetched to say which there are."""
    bucketed.done("dump.sh")
    bucketed.done("copy.sh", "sh")
    folder = fetched(bucketed, "")
    assert [each.name for each in folder.glob("*/*")] == ["manifest.json"]
    assert json.loads(bucketed.done("list.sh", BACKUPS=str(folder)))["rows"]


def test_an_empty_bucket_has_no_backup(bucketed: Bench) -> None:
    """Nothing is fetched, and the check says so by failing before it starts."""
    assert bucketed.refused("fetch.sh", "sh", WANTED="latest") == "there is no backup"
