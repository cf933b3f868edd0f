"""What is made of an API server's words; those below are Kubernetes 1.34's, by kubectl."""

from typing import Any

import pytest

from plumb.engine.refusal import explained, is_refusal
from tests.plumb.engine.parts import KUBECTL

_IMMUTABLE_CLAIM = """\
The PersistentVolumeClaim "data" is invalid: spec: Forbidden: spec is immutable after creation \
except resources.requests and volumeAttributesClassName for bound claims
@@ -10,7 +10,7 @@
- "StorageClassName": "local-path",
+ "StorageClassName": "other",

"""
_IMMUTABLE_SET = (
    'The StatefulSet "db" is invalid: spec: Forbidden: updates to statefulset spec for fields '
    "other than 'replicas' are forbidden\n"
)
_IMMUTABLE_VALUE = (
    'The PriorityClass "x" is invalid: value: Forbidden: may not be changed in an update.\n'
)
_CONFLICTS = """\
error: Apply failed with 2 conflicts: conflicts with "alice" using v1:
- .spec.hard.pods
- .spec.hard.requests.storage
Please review the fields above--they currently have other managers.
* use the `--force-conflicts` flag.
"""
_CONFLICT = 'error: Apply failed with 1 conflict: conflict with "kubectl" using v1: .data.a\n'
_SCALED = (
    'error: Apply failed with 1 conflict: conflict with "flagger" with subresource "scale" using '
    "apps/v1: .spec.replicas\n"
)
_NO_KIND = (
    'error: resource mapping not found for name: "x" namespace: "n" from "STDIN": no matches for '
    'kind "Canary" in version "flagger.app/v1beta1"\nensure CRDs are installed first\n'
)
_SCHEMA = (
    "Error from server: failed to create typed patch object (n/x; apps/v1, Kind=Deployment): "
    ".spec.nonsense: field not declared in schema\n"
)
_QUOTA = (
    'Error from server (Forbidden): persistentvolumeclaims "x" is forbidden: exceeded quota: q, '
    "requested: requests.storage=1Gi, used: requests.storage=1Gi, limited: requests.storage=1Gi\n"
)
_RIGHT = (
    'Error from server (Forbidden): deployments.apps "x" is forbidden: User "bob" cannot patch '
    'resource "deployments" in API group "apps" in the namespace "n"\n'
)
_POLICY = 'Error from server (Forbidden): admission webhook "p" denied the request: no\n'
_RANGE = """\
Warning: something else
The Service "x" is invalid:
* spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive
"""


def told(said: str, kind: str = "Deployment", api: str = "apps/v1") -> str:
    """Return what a person reads of an object that is refused."""
    metadata = {"name": "x", "namespace": "n"}
    body: dict[str, Any] = {"apiVersion": api, "kind": kind, "metadata": metadata}
    return str(explained(KUBECTL, body, said))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (_CONFLICT, ".data.a belongs to the field manager 'kubectl'"),
        (_SCALED, ".spec.replicas belongs to the field manager 'flagger'"),
        (_NO_KIND, "the cluster knows no Canary of flagger.app/v1beta1"),
        (_SCHEMA, ".spec.nonsense: field not declared in schema"),
        (_IMMUTABLE_SET, "spec: Forbidden: updates to statefulset spec for fields other than"),
        (_QUOTA, 'persistentvolumeclaims "x" is forbidden: exceeded quota: q, requested:'),
        (_POLICY, 'admission webhook "p" denied the request: no'),
    ],
)
def test_the_reason_is_the_servers_without_its_decoration(said: str, reason: str) -> None:
    """The object is named once, in front of what the server said."""
    assert told(said).startswith(f"  Deployment/x: {reason}")


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (_CONFLICT, "kubectl --context paper edit deployment x --show-managed-fields"),
        (_SCHEMA, "the objects are written for Kubernetes 1.34"),
        (_QUOTA, "raise `cluster.quota` in the stack file and bring that up first"),
        (_RIGHT, "kubectl --context paper auth can-i --list --namespace n"),
        (_POLICY, "a policy of the cluster decides this"),
        (_RANGE, "change the value in the stack file"),
    ],
)
def test_every_refusal_says_what_to_do(said: str, advice: str) -> None:
    """A command line names its context, so that it never reaches another cluster."""
    assert advice in told(said)


def test_all_fields_of_a_conflict_are_named() -> None:
    """Each with the manager that it belongs to; kubectl's advice to force is left out."""
    text = told(_CONFLICTS)
    assert ".spec.hard.pods belongs to the field manager 'alice'" in text
    assert ".spec.hard.requests.storage belongs to the field manager 'alice'" in text
    assert "force-conflicts" not in text


def test_a_kind_of_flaggers_names_flagger() -> None:
    """A canary needs Flagger in the cluster, or a plain rollout in the stack."""
    text = told(_NO_KIND, "Canary", "flagger.app/v1beta1")
    assert "Flagger is not installed there" in text
    assert "rollout: {mode: rolling}" in text
    assert "Flagger" not in told(_NO_KIND, "Probe", "monitoring.coreos.com/v1").partition("→")[2]


@pytest.mark.parametrize(
    ("kind", "said", "way"),
    [
        ("StatefulSet", _IMMUTABLE_SET, "delete statefulset x --cascade=orphan --namespace n"),
        ("PersistentVolumeClaim", _IMMUTABLE_CLAIM, "ITS DATA GOES WITH IT: back it up before"),
        ("Service", _IMMUTABLE_SET, "delete service x --namespace n"),
        ("Job", _IMMUTABLE_SET, "delete job x --namespace n"),
        ("PriorityClass", _IMMUTABLE_VALUE, "keep the value they have until they are made anew"),
    ],
)
def test_an_immutable_field_comes_with_the_way_to_change_it(kind: str, said: str, way: str) -> None:
    """What is lost on the way is said before the command."""
    text = told(said, kind)
    assert way in text
    assert "@@" not in text


def test_warnings_are_not_the_reason() -> None:
    """A refusal with a list of causes gives the causes."""
    assert told(_RANGE, "Service").startswith("  Service/x: * spec.ports[0].port: Invalid value")


def test_a_cluster_that_cannot_be_asked_has_refused_nothing() -> None:
    """A network failure must not read as a refusal of the stack."""
    assert is_refusal(_SCHEMA)
    assert not is_refusal("Unable to connect to the server: dial tcp: connection refused\n")
    assert not is_refusal("error: You must be logged in to the server (Unauthorized)\n")
