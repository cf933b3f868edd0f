"""Takes up the objects that a killed run had begun to make."""

from typing import Any

from plumb.engine.engine import Release, Tell
from plumb.engine.pulumi.session import Session


def take_up(release: Release, session: Session, tell: Tell) -> bool:
    """Take into the state what a killed run had begun to create and is there; forget the rest.

    Returns whether there was anything.
    Objects whose change or removal was interrupted need nothing: a refresh sees them as they are.
    """
    begun = [each for each in _begun(session) if "kind" in each["inputs"]]
    if not begun:
        return False
    found = [each for each in begun if _is_there(release, each["inputs"])]
    for each in found:
        tell(f"an interrupted run had made {_identity(each['inputs'])}; taking it up")
    words = [word for each in found for word in (each["urn"], provider_id(each["inputs"]))]
    flags = [flag for word in words for flag in ("--import-pending-creates", word)]
    words = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", *flags]
    session.command_line(*words, tell=tell)
    return True


def provider_id(body: dict[str, Any]) -> str:
    """Return the provider's name of an object: `namespace/name`, or the name alone."""
    metadata = body["metadata"]
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"])


def _begun(session: Session) -> list[dict[str, Any]]:
    operations = session.state.get("pending_operations") or []
    return [each["resource"] for each in operations if each["type"] == "creating"]


def _is_there(release: Release, body: dict[str, Any]) -> bool:
    metadata = body["metadata"]
    found = release.kubectl.get(body["kind"], metadata["name"], metadata.get("namespace"))
    return found is not None


def _identity(body: dict[str, Any]) -> str:
    return f"{body['kind']}/{body['metadata']['name']}"
