"""Secrets that come from a secrets manager: one ExternalSecret for each that the stack reads."""

from typing import Any

from pulumi_kubernetes.apiextensions import CustomResource

from infra.place import Place
from profiles import Profile
from profiles.credentials import ExternalStore
from profiles.demand import PASSWORD, UNTRACKED, USERLIST, USERNAME, Demand, Key, demands

_COMPONENT = "credentials"


def declare(profile: Profile, place: Place) -> tuple[CustomResource, ...]:
    """Declare what External Secrets Operator copies; nothing where it is not the source."""
    store = profile.credentials.external
    if store is None:
        return ()
    return tuple(
        CustomResource(
            f"credentials-{secret}",
            api_version="external-secrets.io/v1",
            kind="ExternalSecret",
            metadata=place.metadata(secret, _COMPONENT),
            spec=_spec(profile, store, secret, wanted),
            opts=place.options(),
        )
        for secret, wanted in _by_secret(profile).items()
    )


def _by_secret(profile: Profile) -> dict[str, tuple[Demand, ...]]:
    """Return what is copied: not the key of tracing that is off."""
    found: dict[str, tuple[Demand, ...]] = {}
    for demand in demands(profile):
        if demand.purpose != "tracing" or profile.observability.tracing:
            found[demand.secret] = (*found.get(demand.secret, ()), demand)
    return found


def _spec(
    profile: Profile, store: ExternalStore, secret: str, wanted: tuple[Demand, ...]
) -> dict[str, Any]:
    entry = f"{store.prefix}{secret}"
    required = [
        {"secretKey": key.name, "remoteRef": {"key": entry, "property": key.name}}
        for demand in wanted
        for key in demand.keys
        if demand.purpose != "tls" and _is_copied(key, demand) and key.name not in _derived(profile)
    ]
    # All that the entry has: which of the optional keys there are only the manager knows, and a
    # property with a dot, as of a certificate, is a path to most of them.
    extracted = any(demand.purpose in ("keys", "tls") for demand in wanted)
    return {
        "refreshInterval": f"{store.refresh_seconds}s",
        "secretStoreRef": {"kind": store.kind, "name": store.store},
        "target": {
            "name": secret,
            # Without an owner: a stack that makes its Secrets itself again finds them there.
            "creationPolicy": "Orphan",
            "deletionPolicy": "Retain",
            "template": _template(profile, wanted),
        },
        **({"data": required} if required else {}),
        **({"dataFrom": [{"extract": {"key": entry}}]} if extracted else {}),
    }


def _is_copied(key: Key, demand: Demand) -> bool:
    """Tell whether the manager must have it; the client's key is taken where it has one."""
    return (key.required and not key.is_clients) or demand.purpose == "tracing"


def _template(profile: Profile, wanted: tuple[Demand, ...]) -> dict[str, Any]:
    types = {demand.type for demand in wanted}
    notes = {} if all(demand.is_analysed for demand in wanted) else UNTRACKED
    keys = {key.name for demand in wanted for key in demand.keys}
    data = {name: text for name, text in _derived(profile).items() if name in keys}
    return {
        "type": types.pop() if len(types) == 1 else "Opaque",
        "mergePolicy": "Merge",
        "metadata": {"annotations": dict(notes)},
    } | ({"data": data} if data else {})


def _derived(profile: Profile) -> dict[str, str]:
    """Return the keys that follow from the profile and the password, as templates."""
    server = profile.database.server
    if server is None:
        return {}
    quoted = f'{{{{ .{PASSWORD} | replace "\\"" "\\"\\"" }}}}'
    return {USERNAME: server.user, USERLIST: f'"{server.user}" "{quoted}"\n'}
