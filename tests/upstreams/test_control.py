"""Ordered faults and counted calls, as a client meets them over HTTP."""

from typing import Any

import httpx
import pytest

from upstreams.damage import GZIP_BOMB_BYTES, OVERSIZE_BYTES

SEARCH = "/entrez/eutils/esearch.fcgi?db=pubmed&term=migraine&retmode=json"
FETCH = "/entrez/eutils/efetch.fcgi?db=pubmed&id=900000005"


def order(client: httpx.Client, *rules: dict[str, Any], service: str = "pubmed") -> None:
    """Order rules for one service."""
    client.put("/control", json={service: [*rules]}).raise_for_status()


def test_orders_are_shown_replaced_and_cleared(sample: httpx.Client) -> None:
    """PUT replaces everything, GET shows it, DELETE clears it."""
    order(sample, {"status": 500})
    order(sample, {"status": 502}, service="ctgov")
    shown = sample.get("/control").json()
    assert (shown["pubmed"], shown["ctgov"][0]["status"]) == ([], 502)
    assert sample.delete("/control").json() == {
        "pubmed": [],
        "ctgov": [],
        "rate_limit_per_second": None,
    }


@pytest.mark.parametrize("body", ["[]", "{", '{"pubmed": [{"status": 7}]}', b"\xff"])
def test_a_bad_order_is_400_with_the_reason(sample: httpx.Client, body: str | bytes) -> None:
    """Nothing is ordered by a mistake."""
    answer = sample.put("/control", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert sample.get(SEARCH).status_code == 200


@pytest.mark.parametrize("after", ["2", "Fri, 20 Nov 2026 12:00:00 GMT"])
def test_429_carries_retry_after_and_the_recorded_body(sample: httpx.Client, after: str) -> None:
    """A spent rule lets the next call through."""
    order(sample, {"status": 429, "retry_after": after, "times": 1})
    refused = sample.get(SEARCH)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, after)
    assert refused.json()["error"] == "API rate limit exceeded"
    assert {*refused.json()} == {"error", "api-key", "count", "limit"}
    assert sample.get(SEARCH).status_code == 200


def test_5xx_hits_only_the_path_ordered(sample: httpx.Client) -> None:
    """Other calls of the service and the other service go on."""
    order(sample, {"path": "efetch.fcgi", "status": 503})
    assert sample.get(FETCH).status_code == 503
    assert sample.get(SEARCH).status_code == 200
    order(sample, {"path": "studies", "status": 500}, service="ctgov")
    assert sample.get("/api/v2/studies").status_code == 500
    assert sample.get("/api/v2/version").status_code == 200


def test_latency_makes_a_client_time_out(sample: httpx.Client) -> None:
    """The wait comes before the answer."""
    order(sample, {"latency_ms": 600_000, "times": 1})
    with pytest.raises(httpx.ReadTimeout):
        sample.get(SEARCH, timeout=0.2)


def test_html_instead_of_data(sample: httpx.Client) -> None:
    """A maintenance page with status 200."""
    order(sample, {"garbage": "html"})
    answer = sample.get(SEARCH)
    assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")


def test_a_truncated_body(sample: httpx.Client) -> None:
    """Half of the right answer, complete on the HTTP level."""
    whole = sample.get(FETCH).content
    order(sample, {"garbage": "truncated"})
    assert sample.get(FETCH).content == whole[: len(whole) // 2]


def test_a_wrong_charset(sample: httpx.Client) -> None:
    """The header says UTF-8 and the body is not."""
    order(sample, {"garbage": "wrong_charset"})
    answer = sample.get(FETCH)
    assert "utf-8" in answer.headers["content-type"]
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()


def test_a_reset_connection(sample: httpx.Client) -> None:
    """No answer at all; the call is counted with status 0."""
    order(sample, {"garbage": "reset", "times": 1})
    with pytest.raises(httpx.ReadError):
        sample.get(SEARCH)
    assert [call["status"] for call in sample.get("/control/calls").json()["calls"]] == [0]
    assert sample.get(SEARCH).status_code == 200


def test_a_dripping_body_outlives_a_read_timeout(sample: httpx.Client) -> None:
    """Bytes come one by one, so that only a deadline for the whole call ends it."""
    order(sample, {"garbage": "drip"})
    with sample.stream("GET", SEARCH, timeout=5) as answer:
        chunks = answer.iter_raw()
        assert b"".join(next(chunks) for _ in range(5))[:2] == b'{"'


def test_an_oversize_body(sample: httpx.Client) -> None:
    """Padding of a documented size, without a length in the header."""
    order(sample, {"garbage": "oversize"})
    with sample.stream("GET", SEARCH) as answer:
        assert "content-length" not in answer.headers
        assert sum(len(chunk) for chunk in answer.iter_raw()) > OVERSIZE_BYTES


def test_a_gzip_bomb(sample: httpx.Client) -> None:
    """Few bytes on the wire, many when unpacked."""
    order(sample, {"garbage": "gzip_bomb"})
    with sample.stream("GET", SEARCH) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < GZIP_BOMB_BYTES / 100
        assert sum(len(chunk) for chunk in answer.iter_bytes()) == GZIP_BOMB_BYTES


def test_an_empty_body(sample: httpx.Client) -> None:
    """Status 200 and nothing."""
    order(sample, {"garbage": "empty"})
    assert (sample.get(SEARCH).status_code, sample.get(SEARCH).content) == (200, b"")


def test_the_rate_limit_answers_as_recorded(sample: httpx.Client) -> None:
    """Beyond the limit 429 with the recorded body; a key counts for itself; trials go on."""
    sample.put("/control", json={"rate_limit_per_second": 0.001}).raise_for_status()
    first, second = sample.get(SEARCH), sample.get(SEARCH)
    assert (first.status_code, second.status_code) == (200, 429)
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == (
        "1",
        "0",
    )
    assert second.json() == {
        "error": "API rate limit exceeded",
        "api-key": "127.0.0.1",
        "count": "2",
        "limit": "1",
    }
    assert sample.get(f"{SEARCH}&api_key=key").status_code == 200
    assert sample.get("/api/v2/studies").status_code == 200


def test_calls_are_counted_with_their_parameters(sample: httpx.Client) -> None:
    """Service, path, parameters of address and form, and status, oldest first."""
    sample.get("/api/v2/studies", params={"filter.phase": "x"})
    sample.post("/entrez/eutils/esearch.fcgi?db=pubmed", data={"term": "migraine"})
    calls = sample.get("/control/calls").json()["calls"]
    assert [(c["service"], c["path"], c["query"], c["status"]) for c in calls] == [
        ("ctgov", "/api/v2/studies", {"filter.phase": "x"}, 400),
        ("pubmed", "/entrez/eutils/esearch.fcgi", {"db": "pubmed", "term": "migraine"}, 200),
    ]
    assert calls[0]["at_seconds"] <= calls[1]["at_seconds"]
    assert sample.delete("/control/calls").json() == {"calls": []}


def test_health_tells_what_is_loaded(sample: httpx.Client) -> None:
    """The probe never meets a fault and says how much evidence there is."""
    order(sample, {"status": 500})
    assert sample.get("/healthz").json() == {
        "status": "ok",
        "evidence": "sample",
        "articles": 30,
        "studies": 18,
        "documents": 12,
    }
