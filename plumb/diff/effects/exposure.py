"""Who may reach, read or change the stack: more of it is less protection."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence, Level
from plumb.diff.pair import Pair
from plumb.diff.words import listed

_TLS, _INGRESS, _TYPE = "database.server.tls", "network.ingress", "workload.service_type"
_LISTS = {
    "network.client_namespaces": "May call the service: pods of",
    "network.monitoring_namespaces": "May read its metrics: pods of",
    "network.upstream_cidrs": "The service may reach, over HTTPS,",
    "network.store_cidrs": "The service may reach, for its stores,",
    "network.api_server_cidrs": "Managed add-ons may reach, for the cluster's API,",
}
"""Lists that open the network, and what being in one means."""

_STRICTNESS = ("privileged", "baseline", "restricted")


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what is open that was not, and what is closed."""
    yield from _of_tls(pair)
    yield from _of_ingress(pair)
    yield from _of_service_type(pair)
    yield from _of_lists(pair)
    yield from _of_namespace(pair)


def _of_tls(pair: Pair) -> Iterator[Consequence]:
    was, now = pair.was(_TLS), pair.now(_TLS)
    if was is None or now is None or was == now:
        return
    text = (
        "Connections to Postgres are encrypted and checked from now on; `plumb up` makes the "
        "certificate first."
        if now
        else "Questions, answers and checkpoints cross the cluster's network in the clear, and "
        "nothing tells the service that it speaks to the right Postgres. (The password is never "
        "sent: SCRAM.)"
    )
    yield Consequence(
        level="note" if now else "protection",
        text=text,
        object=f"StatefulSet/{pair.now('database.server.name')}",
        fields=(_TLS,),
    )


def _of_ingress(pair: Pair) -> Iterator[Consequence]:
    was, now = pair.was(_INGRESS), pair.now(_INGRESS)
    if now and not was:
        text = (
            f"Clients outside the cluster reach the service as https://{now['host']}, through the "
            f"pods of {now['controller_namespace']}: its callers' API keys are all that tells them "
            "apart (`API_KEYS`)."
        )
        yield Consequence(level="protection", text=text, fields=(_INGRESS,))
    elif was and not now:
        text = f"https://{was['host']} leads nowhere: the service is inside the cluster alone."
        yield Consequence(level="downtime", text=text, fields=(_INGRESS,))
    elif was and now and was["host"] != now["host"]:
        text = f"https://{was['host']} leads nowhere; the service is https://{now['host']} then."
        yield Consequence(level="downtime", text=text, fields=pair.edited(f"{_INGRESS}.host"))


def _of_service_type(pair: Pair) -> Iterator[Consequence]:
    if not pair.edited(_TYPE):
        return
    name = f"Service/{pair.now('workload.service_name')}"
    if pair.now(_TYPE) == "LoadBalancer":
        text = "The service gets an address of its own, open to everybody, in plain HTTP."
        yield Consequence(level="protection", text=text, object=name, fields=(_TYPE,))
    else:
        text = "The load balancer goes with its address: who calls it by that reaches nobody."
        yield Consequence(level="downtime", text=text, object=name, fields=(_TYPE,))


def _of_lists(pair: Pair) -> Iterator[Consequence]:
    for path, words in _LISTS.items():
        if not pair.edited(path):
            continue
        was, now = pair.was(path) or [], pair.now(path) or []
        opened, closed = ([*dict.fromkeys(one)] for one in (_less(now, was), _less(was, now)))
        if opened:
            text = f"{words} {listed(opened)}, from now on."
            yield Consequence(level="protection", text=text, fields=(path,))
        if closed:
            text = f"No longer: {words[0].lower()}{words[1:]} {listed(closed)}."
            yield Consequence(level="downtime", text=text, fields=(path,))


def _less(one: list[str], other: list[str]) -> list[str]:
    return [each for each in one if each not in other]


def _of_namespace(pair: Pair) -> Iterator[Consequence]:
    path = "cluster.pod_security"
    if pair.edited(path):
        looser = _STRICTNESS.index(pair.now(path)) < _STRICTNESS.index(pair.was(path))
        text = f"The namespace enforces {pair.now(path)} instead of {pair.was(path)}"
        ends = ": more pods are let in." if looser else ", on pods that start from now on."
        level: Level = "protection" if looser else "note"
        yield Consequence(level=level, text=text + ends, fields=(path,))
    if pair.edited("cluster.access"):
        text = "Other groups of people may see or change what is in the namespace."
        yield Consequence(level="protection", text=text, fields=("cluster.access",))
