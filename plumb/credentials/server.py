"""The stack's own servers take new passwords and certificates while they run."""

import hashlib
import time
from collections.abc import Mapping

from plumb.credentials.demand import demands
from plumb.credentials.error import CredentialsError
from plumb.credentials.reader import READ_ANNOTATION, read_by
from plumb.credentials.store import Store, scrubbed
from plumb.rollout.snapshot import Object
from profiles import contract
from profiles.cache import RedisServer
from profiles.demand import PASSWORD
from profiles.postgres import Server
from profiles.profile import Profile

_MOUNT_SECONDS = 180
"""Time that a kubelet may take until a changed Secret is in a running pod's files: a minute or so,
and as much again where it looks late."""

_POLL_SECONDS = 2.0

_PSQL = ("psql", "--no-psqlrc", "--quiet")


def take_password(store: Store, profile: Profile, secret: str) -> None:
    """Have the stack's own servers take the password that is in a Secret by now.

    Connections that are open go on. Redis takes the former one as well until its pod ends; to
    Postgres, and to its pooler, only the new one opens a connection. Raises CredentialsError.
    """
    there, server = store.read([secret])[secret], profile.database.server
    purposes = set(demands(profile)[secret].purposes.values())
    password = there.values.get(PASSWORD, "")
    if "database" in purposes and profile.database.mode == "statefulset" and server:
        poolers = _pods(store, contract.POOLER_COMPONENT)
        for pod in poolers:
            _await_files(store, pod, secret, there.values)
        _set_postgres_password(store, server, password)
        for pod in poolers:
            _reload_pooler(store, pod)
    if "cache" in purposes and profile.cache.server:
        _add_redis_password(store, profile.cache.server, password)


def show_certificate(store: Store, profile: Profile) -> None:
    """Have the pooler, then Postgres, read their certificate anew, once it is in their files.

    Connections that are open go on; new ones see the new certificate. Raises CredentialsError.
    """
    secret, server = profile.credentials.database_tls_secret, profile.database.server
    if server is None:
        return
    values = store.read([secret])[secret].values
    for pod in _pods(store, contract.POOLER_COMPONENT):
        _await_files(store, pod, secret, values)
        _reload_pooler(store, pod)
    for pod in _pods(store, contract.DATABASE_COMPONENT):
        _await_files(store, pod, secret, values)
        _reload_postgres(store, pod, server)


def _set_postgres_password(store: Store, server: Server, password: str) -> None:
    """Give the role of the stack a password, over the socket that only its pod has.

    psql sends the server what it keeps, not the password, so no log of statements has it either.
    """
    command = (*_PSQL, *_place(server), "--command", f"\\password {server.user}")
    store.execute(f"{server.name}-0", command, f"{password}\n{password}\n", [password])


def _add_redis_password(store: Store, server: RedisServer, password: str) -> None:
    escaped = password.replace("\\", "\\\\").replace('"', '\\"')
    said = store.execute(
        f"{server.name}-0", ("redis-cli",), f'ACL SETUSER default ">{escaped}"\n', [password]
    ).strip()
    if said != "OK":  # redis-cli ends well on an error reply, too
        raise CredentialsError(f"{server.name}-0 refuses: {scrubbed(said, [escaped, password])}")


def _reload_postgres(store: Store, pod: Object, server: Server) -> None:
    ask = (*_PSQL, *_place(server), "--command", "select pg_reload_conf()")
    store.execute(pod["metadata"]["name"], ask, "", ())
    _mark(store, pod)


def _reload_pooler(store: Store, pod: Object) -> None:
    store.execute(pod["metadata"]["name"], ("sh", "-c", "kill -HUP 1"), "", ())
    _mark(store, pod)


def _await_files(store: Store, pod: Object, secret: str, values: Mapping[str, str]) -> None:
    """Wait until the kubelet has put a Secret's present values into a running pod's files."""
    name, paths = pod["metadata"]["name"], _paths(pod, secret)
    wanted = {hashlib.sha256(values[key].encode()).hexdigest() for key in paths}
    deadline = time.monotonic() + _MOUNT_SECONDS
    while paths:
        said = store.execute(name, ("sha256sum", *paths.values()), "", ())
        if {line.split()[0] for line in said.splitlines()} == wanted:
            return
        if time.monotonic() > deadline:
            raise CredentialsError(
                f"{name} still has the former files of Secret {secret} after {_MOUNT_SECONDS} s; "
                "a new pod has the present ones: delete this one"
            )
        time.sleep(_POLL_SECONDS)


def _paths(pod: Object, secret: str) -> dict[str, str]:
    """Return where a pod's first container has the keys of a Secret as files."""
    items = {
        volume["name"]: volume["secret"].get("items", [])
        for volume in pod["spec"]["volumes"]
        if volume.get("secret", {}).get("secretName") == secret
    }
    mounts = pod["spec"]["containers"][0].get("volumeMounts", [])
    return {
        item["key"]: f"{mount['mountPath']}/{item['path']}"
        for mount in mounts
        for item in items.get(mount["name"], [])
    }


def _pods(store: Store, component: str) -> list[Object]:
    query = ("--selector", f"{contract.COMPONENT_LABEL}={component}")
    found = store.kubectl.objects("pods", store.namespace, *query)
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def _mark(store: Store, pod: Object) -> None:
    """Note on a pod how new the values are that it has read while it runs."""
    times = store.changed()
    newest = max((times.get(name, "") for name in read_by(pod["spec"])), default="")
    note = f"{READ_ANNOTATION}={newest}"
    store.annotate("pod", pod["metadata"]["name"], note)


def _place(server: Server) -> tuple[str, str]:
    return (f"--username={server.user}", f"--dbname={server.database}")
