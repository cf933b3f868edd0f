"""Makes a root file system from a distribution's packages."""

from collections.abc import Iterator
from pathlib import Path

from plumb.command import run
from plumb.images.recipe import Recipe
from plumb.images.release import sources
from plumb.images.tool import Tools

_SECONDS = 1800


def make_root(tools: Tools, recipe: Recipe, archive: Path) -> None:
    """Install a recipe's packages into a tar archive; raises CommandError.

    Packages come from the machine's own mirrors, and are checked by the distribution's keys.
    """
    options = ["--mode=root", "--variant=essential", f"--keyring={tools.keyring}", *_proxies()]
    options += [f"--include={','.join(recipe.packages)}", '--aptopt=Acquire::Languages "none"']
    options += [f"--dpkgopt=path-exclude={pattern}" for pattern in recipe.excluded]
    options += [f"--essential-hook={command}" for command in recipe.prepared]
    # the sources are this machine's mirrors: no business of the image's
    forget = 'rm -rf "$1"/etc/apt/sources.list* "$1"/var/log/*'
    options += [f"--customize-hook={command}" for command in (*recipe.finished, forget)]
    tools.run(
        "mmdebstrap",
        ["--quiet", *options, recipe.release.codename, archive, *sources(recipe.release)],
        doing=f"installing the packages of {recipe.name} ({recipe.release.codename})",
        seconds=_SECONDS,
    )


def _proxies() -> Iterator[str]:
    """Give the machine's own settings of apt's transport, so that proxies hold."""
    text = run(
        ["apt-config", "dump", "--no-empty", "--format", '%F "%v";%n', "Acquire"],
        doing="asking apt for its settings",
    )
    for line in text.splitlines():
        if line.startswith(("Acquire::http", "Acquire::ftp", "Acquire::Retries")):
            yield f"--aptopt={line}"
