"""Custom resource definitions, out of the releases that make them: a copy of none is kept here."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from plumb.addons.error import AddonError
from plumb.command import CommandError, run
from plumb.local import toolchain
from plumb.local.cache import artefact, cache_of
from plumb.local.pins import pin_hash

_SECONDS = 600
_KIND = "CustomResourceDefinition"

ORIGIN_ANNOTATION = "plumbline.dev/definitions"
"""Says of a definition that plumb installed what it is from."""

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """The definitions that a release of a project brings."""

    group: str
    """API group of their kinds."""
    module: str
    """Go module of the project."""
    version: str
    """Its release."""
    sum: str
    """Checksum of that release, as Go's checksum database has it."""
    files: str
    """Pattern of the files with the definitions, within the module."""

    @property
    def origin(self) -> str:
        """Module and release."""
        return f"{self.module}@{self.version}"


FLAGGER = Definitions(
    group="flagger.app",
    module="github.com/fluxcd/flagger",
    version="v1.43.0",
    sum="h1:41XqjglD4oSOjheG0dyzRVHAhbHyJnuJpUi1y2etXik=",
    files="artifacts/flagger/crd.yaml",
)
"""Of the release that a managed Flagger runs."""

GATEWAY_API = Definitions(
    group="gateway.networking.k8s.io",
    module="sigs.k8s.io/gateway-api",
    version="v1.4.1",
    sum="h1:NPxFutNkKNa8UfLd2CMlEuhIPMQgDQ6DXNKG9sHbJU8=",
    files="config/crd/standard/*.yaml",
)
"""The standard channel, of the minor release that Flagger's is built against."""


def fetch(definitions: Definitions) -> tuple[Body, ...]:
    """Return the definitions as objects, each with where it is from; cached for this user.

    Raises AddonError when they cannot be downloaded, LocalError when there is no Go to do it.
    """
    kept = _folder() / definitions.origin.replace("/", "_") / "definitions.json"
    if not kept.is_file():
        with artefact(kept) as partial:
            partial.write_text(json.dumps(_read(definitions, _download(definitions))))
    found: list[Body] = json.loads(kept.read_text())
    return tuple(found)


def _folder(environment: Mapping[str, str] = os.environ) -> Path:
    base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "plumbline" / "definitions"


def _read(definitions: Definitions, module: Path) -> list[Body]:
    texts = (path.read_text("utf-8") for path in sorted(module.glob(definitions.files)))
    found = (body for text in texts for body in YAML(typ="safe").load_all(text) if body)
    return [_marked(body, definitions) for body in found if body["kind"] == _KIND]


def _marked(body: Body, definitions: Definitions) -> Body:
    metadata = body["metadata"]
    annotations = metadata.get("annotations", {}) | {ORIGIN_ANNOTATION: definitions.origin}
    return body | {"metadata": metadata | {"annotations": annotations}}


def _download(definitions: Definitions) -> Path:
    """Return the folder of the module, downloaded by Go, which knows proxies and mirrors."""
    local = cache_of(pin_hash())
    if toolchain.find_go(local) is None:
        toolchain.fetch_go(local)
    # The checksum that is pinned here is compared below; a mirror of the database may lack it.
    environment = {"GOFLAGS": "", "GOWORK": "off", "GONOSUMDB": definitions.module}
    try:
        said = run(
            [toolchain.find_go(local), "mod", "download", "-json", definitions.origin],
            doing=f"downloading the definitions of {definitions.group}",
            environment=environment,
            timeout_seconds=_SECONDS,
        )
    except CommandError as error:
        raise AddonError(
            f"{error}\n  → install {definitions.origin} into the cluster by hand, and set its "
            "provision to 'existing'"
        ) from error
    answer = json.loads(said)
    if answer["Sum"] != definitions.sum:
        raise AddonError(
            f"{definitions.origin} has the checksum {answer['Sum']} and not {definitions.sum}: "
            "whoever serves it changed it, and nothing of it is used"
        )
    return Path(answer["Dir"])
