"""Where the evidence comes from: PubMed, ClinicalTrials.gov, and a folder of documents."""

from typing import Annotated, Literal

from pydantic import Field

from profiles.contract import RECORDED_PORT
from profiles.section import Count, HttpUrl, Image, Milliseconds, Name, require, section
from profiles.workload import Resources

LOWEST_RATE = 0.5
UpstreamRate = Annotated[float, Field(ge=LOWEST_RATE, le=10.0)]
"""Requests a second, within the bounds that RES-03 sets."""


@section
class RecordedServer:
    """A recorded-upstream server of the stack's own."""

    name: Name
    """Name of the Deployment and its Service."""
    image: Image
    """Image of the server, which holds the records it serves."""
    resources: Resources
    """Requests and limits of the server's container."""

    @property
    def url(self) -> str:
        """Return its address inside the namespace."""
        return f"http://{self.name}:{RECORDED_PORT}"


@section
class Upstreams:
    """The three sources of a run and how hard they may be asked (ORC-05)."""

    source: Literal["live", "recorded", "auto"]
    """The real services, the recorded-upstream server, or the first of them that answers."""
    limiter: Literal["pod", "fleet"]
    """Whether a rate holds for each pod, or for all pods together through Redis."""
    pubmed_url: HttpUrl
    """Base address of NCBI's E-utilities."""
    pubmed_requests_per_second: UpstreamRate
    """Rate of all E-utilities calls."""
    pubmed_has_key: bool
    """An NCBI API key is in the keys Secret; it lifts NCBI's limit from 3/s to 10/s."""
    ctgov_url: HttpUrl
    """Base address of the ClinicalTrials.gov API v2."""
    ctgov_requests_per_second: UpstreamRate
    """Rate of ClinicalTrials.gov calls; the service documents no limit."""
    recorded_url: HttpUrl
    """Base address of the recorded-upstream server, which answers for both services."""
    server: RecordedServer | None
    """The stack's own recorded-upstream server; null where it runs elsewhere, or source is live."""
    rag_requests_per_second: UpstreamRate
    """Rate of document searches."""
    documents_path: str | None
    """Folder of Markdown and text documents to search; null takes the sample set."""
    results_per_source: Annotated[int, Field(ge=1, le=100)]
    """Records that one source returns."""
    attempt_timeout_ms: Milliseconds
    """Longest that one try of a call may take, in ms, so that a try that hangs leaves time for
    another; what is left of the node's time cuts it further (PL038)."""
    call_p99_ms: Milliseconds
    """Time within which 99 of 100 calls end, in ms. A try that had less says nothing about the
    upstream: its breaker does not count it."""
    probe_timeout_ms: Milliseconds
    """Time that a reachability probe of an upstream may take, in ms."""
    max_response_kib: Count
    """Most that one upstream answer may hold, in KiB; the rest is refused."""
    tool: Annotated[str, Field(pattern=r"^\S{1,64}$")]
    """Name that NCBI asks callers to send."""
    contact_email: str | None
    """Address that NCBI asks callers to send; null sends none."""

    def __post_init__(self) -> None:
        """Hold source and address to the stack's own server."""
        if self.server is None:
            return
        require(
            self.source != "live",
            "source 'live' never asks server; set source to auto or recorded, or server to null",
        )
        require(
            self.recorded_url == self.server.url,
            f"recorded_url {self.recorded_url} is not the server's own address; set it to "
            f"{self.server.url}, or server to null",
        )
