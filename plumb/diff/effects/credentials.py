"""Names of Secrets: another one has to hold what the old one held."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair

_OF_STORES = {
    "database_secret": "Postgres keeps the password of its first start, and a Secret that `plumb "
    "credentials` makes has another: copy the old one first, or the service cannot connect",
    "cache_secret": "Redis and the service restart with another password, and cannot agree on one "
    "until both have",
    "database_tls_secret": "Postgres restarts with another certificate, made if it is not there",
}


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what another Secret's name means for what reads it."""
    for path in pair.edited("credentials"):
        old, new, name = pair.was(path), pair.now(path), path.rpartition(".")[2]
        if not isinstance(old, str) or not isinstance(new, str):
            yield _managed(pair, path)
            continue
        meaning = _OF_STORES.get(name, "what reads it waits until it is there, if it needs it")
        yield Consequence(
            level="downtime" if name in _OF_STORES else "note",
            text=f"The Secret {new} is read in place of {old}: {meaning}.",
            object=f"Secret/{new}",
            fields=(path,),
        )


def _managed(pair: Pair, path: str) -> Consequence:
    text = (
        "External Secrets Operator makes the Secrets from its store, in place of those that are "
        "there: the store must hold the same values first."
        if pair.now("credentials.external")
        else "Nobody refreshes the Secrets any more: those made by External Secrets Operator go "
        "with their ExternalSecret; `plumb credentials` makes new ones, with other passwords."
    )
    return Consequence(level="downtime", text=text, fields=(path,))
