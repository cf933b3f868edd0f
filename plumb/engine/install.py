"""Installs the Pulumi CLI for this user, by its SDK's own installer."""

import subprocess
import urllib.error
from importlib.metadata import version

from pulumi.automation import InvalidVersionError, PulumiCommand
from rich.console import Console

from plumb.engine.engine import EngineError
from plumb.engine.pulumi.cli import find_cli, installed_root, is_there

_OTHER_WAYS = (
    "  → where this machine reaches no network, bring it another way: by the package manager of "
    "the system or the organisation (its package is called `pulumi`),\n"
    "    or unpack the archive that Pulumi's own page of downloads offers for this system into a "
    "folder of PATH; the Kubernetes provider comes the same way,\n"
    "    by `pulumi plugin install resource kubernetes --file ARCHIVE`.\n"
    "    Or deploy without it: `--engine helm`"
)


def install_cli(console: Console) -> None:
    """Install the CLI of the SDK's own release, unless one that fits is there; say what is done.

    Raises EngineError where it cannot be downloaded or does not run, with the other ways.
    """
    if is_there():
        found = find_cli()
        console.print(f"[green]✓[/] Pulumi {found.version} is there: {found.command}")
        return
    release, root = version("pulumi"), installed_root()
    console.print(f"downloading Pulumi {release}, some 100 MB, by its SDK's installer into {root}")
    with console.status("downloading …"):
        command = _install()
    console.print(f"[green]✓[/] Pulumi {command.version} is installed: {command.command}")
    console.print("  plumb finds it there; for a plain `pulumi up`, put its folder on PATH")


def _install() -> PulumiCommand:
    try:
        return PulumiCommand.install(root=str(installed_root()))
    except urllib.error.URLError as error:
        reason = f"its installer could not be downloaded: {error}"
    except subprocess.CalledProcessError as error:
        said = (error.output or b"").decode(errors="replace").strip().splitlines()
        reason = f"its installer failed: {said[-1] if said else error}"
    except (OSError, InvalidVersionError) as error:
        reason = f"what was installed does not run: {error}"
    raise EngineError(f"the Pulumi CLI is not installed: {reason}\n{_OTHER_WAYS}")
