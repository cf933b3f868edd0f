"""The key with which this machine's user asks a protected stack."""

from collections.abc import Mapping

from plumb.credentials.store import Store
from plumb.kube.kubectl import Kubectl
from profiles import contract
from profiles.api_key import digest_of, read_entries
from profiles.demand import API_KEYS, CLIENT_KEY
from profiles.profile import Profile


def client_is_known(values: Mapping[str, str]) -> bool:
    """Tell whether the client's key in a Secret is one of those that the service takes."""
    try:
        entries = read_entries(values.get(API_KEYS, ""))
    except ValueError:
        return False
    return digest_of(values.get(CLIENT_KEY, "")) in {entry.digest for entry in entries}


def read_api_key(kubectl: Kubectl, profile: Profile) -> str | None:
    """Return the client's key of what serves, or None where the API is open.

    Flagger's primary runs on a copy of the Secret until a new one is promoted. Raises
    CredentialsError where the user may not read it.
    """
    secret = profile.credentials.keys_secret
    flagger = profile.rollout.mode == "flagger"
    names = [secret + contract.PRIMARY_SUFFIX, secret] if flagger else [secret]
    store = Store(kubectl=kubectl, namespace=profile.cluster.namespace)
    found = store.read(names)
    serving = next((found[name] for name in names if name in found), None)
    return (serving.values.get(CLIENT_KEY) or None) if serving else None
