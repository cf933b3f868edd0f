"""Flagger's load tester: an HTTP server that runs the commands it is sent."""

from pulumi import Resource

from infra import container, upstream
from infra.addons.server import Server, deployment, service
from infra.flow import Flow, Outside
from infra.place import Place
from profiles import Profile, contract
from profiles.demand import CLIENT_KEY

_COMPONENT = contract.LOAD_TESTER_COMPONENT
_PORT = 80
"""Port of the Service; an address without one means it."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare it where it is managed and a rollout is analysed; it needs no token of the API."""
    if not _is_managed(profile):
        return ()
    server = _server(profile)
    return service(server, _PORT, place), deployment(server, profile, place)


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return its way to the service; whoever reaches the tester itself can run what they like."""
    found = end(profile)
    if found is None or _is_outside(profile):
        return ()
    ports = (contract.HTTP_PORT,)
    return (Flow(client=found[0], server=contract.SERVICE_COMPONENT, ports=ports),)


def address(profile: Profile) -> str | None:
    """Return where webhooks go, from any namespace; None where there is no load tester."""
    section = profile.addons.load_tester
    if section.provision == "managed":
        return f"http://{section.name}.{profile.cluster.namespace}.svc/"
    return section.url


def end(profile: Profile) -> tuple[str | Outside, int] | None:
    """Return where webhooks are sent to, as a flow has it; None where they are not."""
    if profile.rollout.mode != "flagger":
        return None
    if _is_managed(profile):
        return _COMPONENT, contract.LOAD_TESTER_PORT
    return upstream.end(profile, profile.addons.load_tester.url)


def _is_managed(profile: Profile) -> bool:
    managed = profile.addons.load_tester.provision == "managed"
    return managed and profile.rollout.mode == "flagger"


def _is_outside(profile: Profile) -> bool:
    """Return whether it is outside the cluster, and comes in as any other user does."""
    url = profile.addons.load_tester.url
    return url is not None and upstream.namespace(url, profile.cluster.namespace) is None


def _server(profile: Profile) -> Server:
    section, keys = profile.addons.load_tester, profile.credentials.keys_secret
    callers = container.secret_variable(
        contract.CLIENT_KEY_VARIABLE, keys, CLIENT_KEY, optional=True
    )
    return Server(
        name=section.name,
        component=_COMPONENT,
        image=section.image,
        resources=section.resources,
        arguments=(
            "-log-level=info",
            f"-port={contract.LOAD_TESTER_PORT}",
            f"-namespace-regexp=^{profile.cluster.namespace}$",
        ),
        port=contract.LOAD_TESTER_PORT,
        variables=(callers,),  # it asks what only callers with a key may
        ready_path="/healthz",
        start_path="/healthz",
        rank="jobs",
    )
