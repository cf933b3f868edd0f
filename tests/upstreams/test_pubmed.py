"""esummary, efetch and the history server on the bundled sample, over HTTP."""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.upstreams.eutils import EUTILS, fetched, search, summary, xml


def test_the_history_server_hands_out_a_search(sample: httpx.Client) -> None:
    """WebEnv and query key give the same ids to esummary and efetch, page by page."""
    result = search(sample, "migraine", usehistory="y", retmax="1")
    assert (result["querykey"], len(result["idlist"])) == ("1", 1)
    stored = {"WebEnv": result["webenv"], "query_key": "1"}
    whole = search(sample, "migraine")["idlist"]
    assert summary(sample, **stored)["uids"] == fetched(sample, **stored) == whole
    assert fetched(sample, **stored, retstart="2", retmax="3") == whole[2:5]
    second = search(sample, "tuberculosis", usehistory="y", WebEnv=result["webenv"])
    assert (second["webenv"], second["querykey"]) == (result["webenv"], "2")


def test_an_unknown_query_key_is_an_error(sample: httpx.Client) -> None:
    """A lost history is said, not an empty set."""
    parameters = {"db": "pubmed", "WebEnv": "MCID_lost", "query_key": "1"}
    answer = sample.get(f"{EUTILS}efetch.fcgi", params=parameters)
    assert answer.status_code == 400
    assert xml(answer).findtext("ERROR") == "Unable to obtain query #1"


def test_efetch_keeps_the_order_asked_and_the_records_own_xml(sample: httpx.Client) -> None:
    """Ids in any order, repeated once; markup and non-ASCII text as stored."""
    assert fetched(sample, id="900000016,900000005,900000030,900000005") == [
        "900000016",
        "900000005",
        "900000030",
    ]
    answer = sample.get(f"{EUTILS}efetch.fcgi", params={"db": "pubmed", "id": "900000005"})
    article = xml(answer)[0]
    assert [e.findtext("LastName") for e in article.iter("Author")] == ["Kovács", "Müller", "Peña"]
    labels = [e.get("Label") for e in article.iter("AbstractText")]
    assert labels == ["BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"]


def test_unknown_ids_give_an_empty_set(sample: httpx.Client) -> None:
    """Fetching answers 200 with no article; esummary names the id with an error."""
    assert fetched(sample, id="32816848") == []
    assert summary(sample, id="32816848")["32816848"]["error"] == "cannot get document summary"


def test_a_call_without_ids_is_an_error(sample: httpx.Client) -> None:
    """Summaries answer as recorded."""
    answer = sample.get(f"{EUTILS}esummary.fcgi", params={"db": "pubmed", "retmode": "json"})
    assert xml(answer).findtext("ERROR") == "Neither query_key nor id specified"


def test_unrecorded_formats_are_refused_aloud(sample: httpx.Client) -> None:
    """A format this server does not have is 501, never a wrong answer."""
    for call, mode in (("esummary", "xml"), ("efetch", "text")):
        parameters = {"db": "pubmed", "id": "900000001", "retmode": mode}
        assert sample.get(f"{EUTILS}{call}.fcgi", params=parameters).status_code == 501


def test_post_answers_like_get(sample: httpx.Client) -> None:
    """All three calls take a form, repeated ids included."""
    form = {"term": "migraine", "retmax": "100"}
    posted = sample.post(f"{EUTILS}esearch.fcgi?db=pubmed&retmode=json", data=form)
    assert posted.json()["esearchresult"] == search(sample, "migraine")
    repeated = {"id": ["900000002", "900000001"]}
    answer = sample.post(f"{EUTILS}efetch.fcgi?db=pubmed&retmode=xml", data=repeated)
    assert [e.findtext(".//PMID") for e in xml(answer)] == ["900000002", "900000001"]
    many = {"db": "pubmed", "retmode": "json", "id": "900000001"}
    assert sample.post(f"{EUTILS}esummary.fcgi", data=many).json()["result"]["uids"] == [
        "900000001"
    ]


def test_a_summary_names_the_retraction(sample: httpx.Client) -> None:
    """A retracted article points to its notice and the notice back."""
    result = summary(sample, id="900000007,900000008")
    [notice] = result["900000007"]["references"]
    assert (notice["reftype"], notice["pmid"]) == ("Retraction in", "900000008")
    assert result["900000008"]["references"][0]["pmid"] == "900000007"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=25,
)
@given(text=st.text(), number=st.text("0123456789²-", max_size=12) | st.just("9" * 5000))
def test_no_input_makes_the_server_fail(sample: httpx.Client, text: str, number: str) -> None:
    """Any text in any parameter is answered below 500, and XML answers stay XML."""
    text = text.encode("utf-8", "ignore").decode()
    form = {"db": "pubmed", "term": f"a {text}", "retmax": number, "reldate": number}
    assert xml(sample.post(f"{EUTILS}esearch.fcgi", data=form)).tag == "eSearchResult"
    asked = {"db": "pubmed", "query_key": number, "WebEnv": text, "id": text}
    assert sample.post(f"{EUTILS}efetch.fcgi", data=asked).status_code < 500
    trials = {"query.cond": text, "pageSize": number, "filter.advanced": f"AREA[Phase]{text}"}
    assert sample.get("/api/v2/studies", params=trials).status_code < 500


def test_sample_evidence_is_marked(sample: httpx.Client) -> None:
    """Every data answer says that it comes from the bundled sample."""
    for path in (f"{EUTILS}esearch.fcgi?db=pubmed&term=x", "/api/v2/studies", "/api/v2/version"):
        assert sample.get(path).headers["X-Plumbline-Evidence"] == "sample"
