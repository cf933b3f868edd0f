"""The key with which this machine's user asks a protected stack."""

from plumb.credentials.store import Store
from plumb.kube.kubectl import Kubectl
from profiles import contract
from profiles.demand import API_KEYS
from profiles.profile import Profile


def read_api_key(kubectl: Kubectl, profile: Profile) -> str | None:
    """Return the first API key of what serves, or None where the API is open.

    Flagger's primary runs on a copy of the Secret until a new one is promoted. Raises
    CredentialsError where the user may not read it.
    """
    secret = profile.credentials.keys_secret
    flagger = profile.rollout.mode == "flagger"
    names = [secret + contract.PRIMARY_SUFFIX, secret] if flagger else [secret]
    store = Store(kubectl=kubectl, namespace=profile.cluster.namespace)
    found = store.read(names)
    serving = next((found[name] for name in names if name in found), None)
    keys = serving.values.get(API_KEYS, "").split(",") if serving else []
    return next((key for text in keys if (key := text.strip())), None)
