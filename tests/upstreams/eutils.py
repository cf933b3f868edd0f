"""E-utilities calls as tests make them."""

from typing import Any
from xml.etree.ElementTree import Element, fromstring

import httpx

EUTILS = "/entrez/eutils/"


def search(client: httpx.Client, term: str, **more: str) -> dict[str, Any]:
    """Give the esearchresult of a JSON search."""
    parameters = {"db": "pubmed", "term": term, "retmode": "json", "retmax": "100", **more}
    answer = client.get(f"{EUTILS}esearch.fcgi", params=parameters)
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()["esearchresult"]
    return result


def xml(answer: httpx.Response) -> Element:
    """Parse a body as XML."""
    assert answer.headers["content-type"].startswith("text/xml")
    return fromstring(answer.content)  # noqa: S314  # from our own server


def fetched(client: httpx.Client, **parameters: str) -> list[str]:
    """List the PMIDs of an efetch answer in its order."""
    answer = client.get(
        f"{EUTILS}efetch.fcgi", params={"db": "pubmed", "retmode": "xml", **parameters}
    )
    return [e.findtext(".//PMID") or "" for e in xml(answer)]


def summary(client: httpx.Client, **parameters: str) -> dict[str, Any]:
    """Give the result of an esummary call."""
    parameters = {"db": "pubmed", "retmode": "json", **parameters}
    answer = client.get(f"{EUTILS}esummary.fcgi", params=parameters)
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()["result"]
    return result
