"""Which release of the package runs."""

from functools import cache
from importlib.metadata import version

from profiles.contract import PROJECT


@cache
def package_version() -> str:
    """Return the installed package's version; a probe must not search the disk for it."""
    return version(PROJECT)
