"""Names of images, as a node knows them."""

_HUB = "docker.io/"
_OFFICIAL = f"{_HUB}library/"
_LATEST = ":latest"


def full_name(reference: str) -> str:
    """Return a reference with registry, folder and tag: `redis` is docker.io/library/redis:latest.

    The rules are those of every container engine: a first part with a dot or a colon, or
    `localhost`, is a registry.
    """
    first, slash, _ = reference.partition("/")
    if not slash:
        reference = _OFFICIAL + reference
    elif not ("." in first or ":" in first or first == "localhost"):
        reference = _HUB + reference
    elif first == _HUB.rstrip("/") and reference.count("/") == 1:
        reference = _OFFICIAL + reference.removeprefix(_HUB)
    tagged = "@" in reference or ":" in reference.rpartition("/")[2]
    return reference if tagged else reference + _LATEST
