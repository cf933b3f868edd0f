"""Asks a running stack a question with the service's own client."""

import os
import subprocess
import sys
from pathlib import Path

from plumb.credentials import read_api_key
from plumb.deploy.place import Place
from plumb.deploy.session import target_at
from plumb.errors import ProjectError
from plumb.process import target as process
from plumb.stackfile import StackFile
from profiles import contract
from profiles.profile import Profile


def ask(file: StackFile, profile: Profile, place: Place, question: str) -> int:
    """Print the answer and return the client's exit code; raises a PlumbError if nothing runs."""
    address, environment = _reach(file, profile, place)
    command = [str(Path(sys.executable).with_name("orchestrator")), "ask", question]
    return subprocess.run(  # noqa: S603  # our own program; the question is one word of it
        [*command, "--url", address], env={**environment, **os.environ}, check=False
    ).returncode


def _reach(file: StackFile, profile: Profile, place: Place) -> tuple[str, dict[str, str]]:
    if place.is_process:
        running = process.status(file)
        if not running.running:
            raise ProjectError(f"{file.stack} does not run: `plumb up {file.stack}` starts it")
        return running.address, {}
    target = target_at(place)
    kubectl = target.find()
    service = profile.workload.service_name
    address = target.connect(kubectl, profile.cluster.namespace, service, contract.HTTP_PORT)
    # With a key of the user's own, nobody need be allowed to read the stack's.
    key = None if contract.CLIENT_KEY_VARIABLE in os.environ else read_api_key(kubectl, profile)
    return address, {contract.CLIENT_KEY_VARIABLE: key} if key else {}
