"""Wheels are chosen for the image's Python, whatever Python this is."""

from pathlib import Path

from plumb.images.wheels import Wheels, pinned

TEXT = """# made by a tool
#    and its options
old==1 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:ab
new==2 ; python_full_version >= '3.12' \\
    --hash=sha256:bb
windows==3 ; sys_platform == 'win32' \\
    --hash=sha256:cc
always==4 \\
    --hash=sha256:dd
"""


def test_conditions_are_judged_for_the_image() -> None:
    """The machine's pip would judge them by the Python that it runs on."""
    environment = {"python_full_version": "3.13.0", "sys_platform": "linux"}
    assert list(pinned(TEXT, environment)) == [
        "new==2 --hash=sha256:bb",
        "always==4 --hash=sha256:dd",
    ]


def test_every_hash_is_kept() -> None:
    """One wheel of several is the machine's."""
    environment = {"python_full_version": "3.11.0", "sys_platform": "linux"}
    assert next(pinned(TEXT, environment)) == "old==1 --hash=sha256:aa --hash=sha256:ab"


def test_wheels_are_fetched_again_only_for_other_pins_or_another_python(tmp_path: Path) -> None:
    """The folder's name says what is in it."""
    file = tmp_path / "runtime.txt"
    file.write_text(TEXT)

    def folder(python: str = "3.13", machine: str = "x86_64") -> str:
        made = Wheels(requirements=file, python=python, machine=machine, cache=tmp_path)
        return made.folder.name

    first = folder()
    assert folder() == first
    assert folder("3.12") != first
    assert folder(machine="aarch64") != first
    file.write_text(TEXT.replace("always==4", "always==5"))
    assert folder() != first
