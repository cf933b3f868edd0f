"""The whole file: which containers there are, and what each waits for (OPS-02)."""

import json
from typing import Any

from plumb.compose.container import CONFIG, service
from plumb.compose.secret import secret_values
from plumb.render import Manifest, render
from plumb.render.document import document
from profiles import contract
from profiles.load import effective_values, load_profile, parse
from profiles.named import merged
from profiles.named.recommended import RECOMMENDED

STACK = "development"
"""Name of the stack that the file is made from."""

FILE = "compose.yaml"
"""Name of the file."""

_HEADER = """\
# The development stack for Docker alone. `python -m plumb.compose` writes this file anew.
# First the passwords, into a file that stays yours:
#   for name in POSTGRES REDIS; do echo "${name}_PASSWORD=$(openssl rand -hex 32)"; done > .env
# Start it, see where it answers, and end it (`--volumes` forgets the database too):
#   docker compose up --detach --wait
#   docker compose port orchestrator 8000
#   docker compose down
# Several: docker compose up --detach --wait --scale orchestrator=3
# Docker chooses free ports; ORCHESTRATOR_PORT in .env is a fixed one, or a range: 8000-8004.
"""


def compose_json(profile_json: str) -> str:
    """Return the profile with servers in place of SQLite, and one rate for all containers.

    Postgres and Redis are the recommended profile's, on one machine's own network: without TLS,
    and without dumps, which are CronJobs. Lifetimes and sizes of the cache stay.
    """
    values = effective_values(parse(profile_json))
    over = {
        # No quota stands in the file, but the rules hold it against the servers.
        "cluster": {"quota": RECOMMENDED["cluster"]["quota"]},
        "database": merged(RECOMMENDED["database"], {"server": {"tls": False, "backup": None}}),
        "cache": {key: RECOMMENDED["cache"][key] for key in ("mode", "server")},
        "upstreams": {"limiter": "fleet"},
    }
    return json.dumps({"base": "recommended"} | merged(values, over))


def compose_text(profile_json: str) -> str:
    """Return the file's text for the JSON text of a stack's profile."""
    text = compose_json(profile_json)
    manifests = render(text, STACK).manifests
    secrets = secret_values(load_profile(text))
    pods = [each for each in manifests if each.kind in ("StatefulSet", "Deployment")]
    services = {_name(each): service(each, secrets) for each in pods}
    others = sorted(set(services) - {contract.SERVICE_COMPONENT})
    services[contract.SERVICE_COMPONENT]["depends_on"] = {
        name: {"condition": "service_healthy"} for name in others
    }
    body = {
        "name": contract.PROJECT,
        "services": services,
        "volumes": {volume: {} for each in services.values() for volume in _volumes(each)},
        "configs": {CONFIG: {"content": _settings(manifests)}},
    }
    return _HEADER + document(body)


def _name(manifest: Manifest) -> str:
    """Return a container's name, which the others resolve: the Service's, or its component."""
    component: str = manifest.body["metadata"]["labels"][contract.COMPONENT_LABEL]
    return component if component == contract.SERVICE_COMPONENT else manifest.name


def _volumes(of_service: dict[str, Any]) -> list[str]:
    return [volume["source"] for volume in of_service.get("volumes", [])]


def _settings(manifests: tuple[Manifest, ...]) -> str:
    (config,) = (each for each in manifests if each.kind == "ConfigMap")
    text: str = config.body["data"][contract.CONFIG_FILE]
    return text.replace("$", "$$")
