"""Where a cluster keeps its state, and what it was asked to be."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from plumb.local.error import UnsupportedError

DEFAULT_NAME = "default"
"""Name of the cluster when none is given."""
MAX_NODES = 3
"""Most nodes: what was measured to work on one machine."""

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a cluster was asked to be, and how it is reached."""

    nodes: int
    """Number of nodes."""
    port: int
    """Port of the host's loopback that leads to the API server."""
    pins: str
    """Pin hash of the programs it runs."""


@dataclass(frozen=True, slots=True)
class State:
    """A cluster's folder: one folder a machine, and the cluster's own files."""

    path: Path
    """`plumbline/local/<name>` in the user's state folder."""

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig, for use from the host."""
        return self.path / "kubeconfig"

    @property
    def certificates(self) -> Path:
        """Folder of keys and certificates."""
        return self.path / "pki"

    @property
    def lock(self) -> Path:
        """Held while the cluster is being changed; beside the folder, which comes and goes."""
        return self.path.with_name(f".{self.path.name}.lock")

    def read(self) -> Spec | None:
        """Return what the cluster was asked to be, or None when there is none."""
        try:
            return Spec(**json.loads(self._spec.read_text()))
        except FileNotFoundError:
            return None

    def write(self, spec: Spec) -> None:
        """Remember what the cluster was asked to be."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._spec.write_text(json.dumps(asdict(spec)))

    @property
    def _spec(self) -> Path:
        return self.path / "cluster.json"


def state_base(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that holds the state of every local cluster."""
    base = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "plumbline" / "local"


def named_state(name: str, environment: Mapping[str, str] = os.environ) -> State:
    """Return a cluster's folder; raises UnsupportedError when the name cannot be a name."""
    if not _NAME.fullmatch(name):
        raise UnsupportedError(
            f"{name!r} cannot name a cluster: use lower-case letters, digits and hyphens, up to 32"
        )
    return State(state_base(environment) / name)
