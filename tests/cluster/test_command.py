"""A program that fails is an error that says what was being done and why it failed."""

from pathlib import Path

import pytest

from plumb.local.build import command
from plumb.local.command import run, succeeds
from plumb.local.debian import missing_packages
from plumb.local.error import LocalError, tail
from plumb.local.pins import PROGRAMS
from plumb.local.toolchain import go_version


def test_a_failure_names_the_work_and_the_last_words() -> None:
    """The message has what was being done, the command, and what it said."""
    with pytest.raises(LocalError, match=r"cooking failed \(3\)(?s:.*)burnt"):
        run(["sh", "-c", "echo burnt >&2; exit 3"], doing="cooking")


def test_a_missing_program_is_named() -> None:
    """A machine without a tool is told which."""
    with pytest.raises(LocalError, match="there is no program no-such-tool"):
        run(["no-such-tool"], doing="cooking")


def test_a_program_that_hangs_is_ended() -> None:
    """Nothing waits for ever."""
    with pytest.raises(LocalError, match="no end after"):
        run(["sleep", "60"], doing="cooking", timeout_seconds=0.1)


def test_input_goes_in_and_output_comes_out() -> None:
    """Manifests are handed over without files."""
    assert run(["cat"], doing="copying", text="é") == "é"
    assert succeeds(["true"])
    assert not succeeds(["false"])


def test_a_log_shows_its_end(tmp_path: Path) -> None:
    """An error repeats the last lines of a log, or says that there are none."""
    log = tmp_path / "log"
    assert "nothing was written" in tail(log)
    log.write_text("one\ntwo\nthree\n")
    assert tail(log, 2) == "  two\n  three"


def test_only_packages_that_are_missing_are_fetched_beside_those_asked_for() -> None:
    """A library that an install would upgrade stays the machine's own."""
    simulation = "Inst libnew (1.0 Debian [amd64])\nInst libold [1] (2 Debian [amd64])\nConf x (1)"
    assert missing_packages(simulation) == ["libnew"]


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("go version go1.26.8 linux/amd64", (1, 26, 8)),
        ("go version go1.27 linux/arm64", (1, 27)),
        ("not a version", ()),
    ],
)
def test_the_version_of_go_is_read(said: str, version: tuple[int, ...]) -> None:
    """An old Go, or something else called go, is passed over."""
    assert go_version(said) == version


def test_a_build_is_checked_static_and_says_its_version() -> None:
    """Go verifies the committed checksums, and kubectl finds the version that it expects."""
    [program] = [each for each in PROGRAMS if each.name == "kube-apiserver"]
    words = command(Path("go"), program, Path("out"))
    assert "-mod=readonly" in words
    assert "-trimpath" in words
    assert "version.gitVersion=v1.34.4" in words[words.index("-ldflags") + 1]
