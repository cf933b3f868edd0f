"""Why a scorer's verdict stands: every exemption, with the objects it holds for and its reason."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.scores.kube_score import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A check that some objects fail on purpose."""

    check: str
    """The scorer's name of the check."""
    subjects: str
    """Pattern of the objects, as `Kind/name`; several with `|` between."""
    reason: str
    """Why they do."""

    def covers(self, verdict: Verdict) -> bool:
        """Return whether it explains a verdict."""
        patterns = self.subjects.split("|")
        return verdict.check == self.check and any(
            fnmatchcase(verdict.subject, pattern) for pattern in patterns
        )


_SERVICE = "Deployment/bio-mcp-orchestrator*|Deployment/langgraph-agent*"
_PULL = (
    "A tag is never moved (CON-21) and a released image has its digest, so that pulling again "
    "brings nothing, and makes each start depend on the registry (GitHub, July 2020)."
)
_USER = (
    "The user is the image's own: 1000 by INF-08, 999 in the official images, whose files belong "
    "to it. Nothing of the host is mounted that it could share."
)
_ALONE = "One pod by design: "

EXEMPTIONS = (
    Exemption(check="container-image-pull-policy", subjects="*", reason=_PULL),
    Exemption(check="CKV_K8S_15", subjects="*", reason=_PULL),
    Exemption(check="container-security-context-user-group-id", subjects="*", reason=_USER),
    Exemption(check="CKV_K8S_40", subjects="*", reason=_USER),
    Exemption(
        check="CKV_K8S_43",
        subjects="*",
        reason="The digest is the release's to state: a profile takes it beside the tag, and an "
        "image that is built on this machine has none before it is built.",
    ),
    Exemption(
        check="CKV_K8S_35",
        subjects="*",
        reason="Postgres, Redis and their clients read passwords from variables; a file would need "
        "a shell around each of them. No process of the pods prints its environment.",
    ),
    Exemption(
        check="CKV_K8S_38",
        subjects="Deployment/flagger|Deployment/metrics-server|Deployment/prometheus",
        reason="They call the cluster's API, each with a role of its own.",
    ),
    Exemption(
        check="deployment-has-poddisruptionbudget",
        subjects=_SERVICE,
        reason="The profile states no disruption budget: documents 000 has none, and it is an "
        "option of every stack.",
    ),
    Exemption(
        check="deployment-replicas",
        subjects="Deployment/bio-mcp-orchestrator",
        reason=_ALONE + "SQLite belongs to one process, which is what development asks for.",
    ),
    Exemption(
        check="deployment-replicas",
        subjects="Deployment/recorded*",
        reason=_ALONE + "it stands in for the sources where none is reached, never in production.",
    ),
    Exemption(
        check="deployment-replicas",
        subjects="Deployment/load-tester",
        reason=_ALONE + "a second would answer webhooks that the first one counts.",
    ),
    Exemption(
        check="deployment-replicas",
        subjects="Deployment/prometheus",
        reason=_ALONE + "its history is its pod's; who needs more names an existing one.",
    ),
    Exemption(
        check="deployment-replicas",
        subjects="Deployment/metrics-server",
        reason=_ALONE + "without it for a minute the autoscalers only wait.",
    ),
    Exemption(
        check="deployment-replicas",
        subjects="Deployment/bio-mcp-orchestrator-primary|Deployment/bio-mcp-orchestrator-work*",
        reason="KEDA makes the autoscaler, which the scorer does not see, of a ScaledObject.",
    ),
    Exemption(
        check="pod-probes-identical",
        subjects="Deployment/pooler",
        reason="It is ready and alive when it takes connections. Whether Postgres answers behind "
        "it is Postgres' own probes' to say: a pooler that is taken away for it helps nobody.",
    ),
    Exemption(
        check="networkpolicy-targets-pod",
        subjects="NetworkPolicy/database|NetworkPolicy/pooler",
        reason="CloudNativePG makes the pods, with the labels that its objects hand on.",
    ),
    Exemption(
        check="deployment-strategy",
        subjects="Deployment/bio-mcp-orchestrator",
        reason="Recreate with SQLite: two pods would write one file.",
    ),
    Exemption(
        check="deployment-strategy",
        subjects="Deployment/prometheus|Deployment/load-tester",
        reason="Recreate: nobody is served by it, and two of them would measure, or load, twice.",
    ),
    Exemption(
        check="pod-networkpolicy",
        subjects="Deployment/metrics-server",
        reason="It is in kube-system, whose policies are not a stack's to write.",
    ),
)
"""Every exemption; a test fails for one that nothing needs."""


def unexplained(verdicts: set[Verdict]) -> list[Verdict]:
    """Return the verdicts that no exemption covers, in order."""
    return sorted(v for v in verdicts if not any(each.covers(v) for each in EXEMPTIONS))
