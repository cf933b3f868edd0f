"""A run of the Pulumi engine in a process of its own, to be killed."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from plumb.engine.engine import Release
from plumb.engine.pulumi import PulumiEngine
from plumb.kube.kubectl import Kubectl
from plumb.render import render
from profiles.load import load_profile
from tests.stacks import stack_files


def main() -> None:
    """Bring up the release that the argument describes as JSON, and print what is told."""
    said = json.loads(sys.argv[1])
    program, kubeconfig = map(Path, said["kubectl"])
    release = Release(
        file=replace(
            stack_files()["development"], stack=said["stack"], profile_json=said["profile"]
        ),
        profile=load_profile(said["profile"]),
        rendered=render(said["profile"], said["stack"]),
        kubectl=Kubectl(program=program, context=said["context"], kubeconfig=kubeconfig),
        folder=Path(said["folder"]),
    )
    engine = PulumiEngine()
    engine.up(release, engine.preview(release), _tell)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
