"""Finds the Pulumi CLI: on PATH, or where `plumb install-cli` puts it."""

import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from pulumi.automation import InvalidVersionError, PulumiCommand

from plumb.engine.engine import EngineError


def installed_root() -> Path:
    """Return the folder that the SDK's installer puts its CLI into."""
    return Path.home() / ".pulumi" / "versions" / version("pulumi")


def is_there() -> bool:
    """Whether there is a CLI, fitting or not."""
    return shutil.which("pulumi") is not None or _installed().is_file()


def find_cli() -> PulumiCommand:
    """Return the CLI; EngineError where there is none, or none that fits the SDK."""
    if not is_there():
        raise EngineError(
            "there is no Pulumi CLI on PATH; `plumb install-cli` installs it for this user, and "
            "`--engine helm` deploys without it"
        )
    root = None if shutil.which("pulumi") else str(installed_root())
    try:
        return PulumiCommand(root=root)
    except InvalidVersionError as error:
        raise EngineError(
            f"the Pulumi CLI does not fit the SDK {version('pulumi')}: {error} Put another one on "
            "PATH, or take that one away and run `plumb install-cli`"
        ) from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise EngineError(f"the Pulumi CLI does not run: {error}") from error


def _installed() -> Path:
    return installed_root() / "bin" / "pulumi"
