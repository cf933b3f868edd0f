"""The esearch call on the bundled sample, over HTTP."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.upstreams.eutils import EUTILS, search, summary, xml


def test_a_plain_question_finds_its_topic(sample: httpx.Client) -> None:
    """Question words are ignored and named, and the hits are about the question."""
    result = search(sample, "What do SGLT2 inhibitors do in heart failure?", sort="relevance")
    assert {*result["idlist"]} == {"900000001", "900000002", "900000005"}
    assert result["warninglist"]["phrasesignored"] == ["What", "do", "in"]


@pytest.mark.parametrize(
    ("term", "count"),
    [
        ("osimertinib[ti]", 5),
        ("OSIMERTINIB[Title]", 5),
        ('"heart failure"[mh]', 3),
        ("heart failure[mh] AND metformin[tiab]", 1),
        ("Tanaka H[au]", 1),
        ("Tanaka[au] OR Banda[au]", 2),
        ("retracted publication[pt]", 1),
        ("tuberculosis NOT vaccine*[tiab] NOT hiv", 4),
        ("2024[dp]", 6),
        ("2024/01:2024/03[dp] AND migraine", 1),
        ("900000030[pmid]", 1),
        ("eng[la] AND hasabstract", 28),
        ("Sorensen[au]", 0),
        ("Peña[au]", 1),
        ("pena[au]", 1),
    ],
)
def test_field_tags_and_operators_narrow_a_search(
    sample: httpx.Client, term: str, count: int
) -> None:
    """Each tag reads its own field, without regard to case and accents."""
    assert int(search(sample, term)["count"]) == count


def test_unmatched_phrases_are_dropped_and_only_named(sample: httpx.Client) -> None:
    """A phrase nobody has does not empty the result; errorlist is the only sign of it."""
    result = search(sample, "migraine AND p.E1317Q[tiab]")
    assert result["count"] == search(sample, "migraine")["count"] != "0"
    assert result["errorlist"]["phrasesnotfound"] == ["p.E1317Q"]
    assert "E1317Q" not in result["querytranslation"]
    assert "warninglist" not in result


def test_zero_hits_carry_both_lists(sample: httpx.Client) -> None:
    """No hits is a 200 with errorlist and warninglist, as recorded."""
    result = search(sample, "abcXYZ")
    assert (result["count"], result["idlist"], result["retmax"]) == ("0", [], "0")
    assert result["errorlist"] == {"phrasesnotfound": ["abcXYZ"], "fieldsnotfound": []}
    assert result["warninglist"]["outputmessages"] == ["No items found."]
    assert result["querytranslation"] == "(abcXYZ[All Fields])"


def test_a_quoted_phrase_nobody_has_is_searched_as_words(sample: httpx.Client) -> None:
    """The quotes are given up, with a warning."""
    result = search(sample, '"failure heart dapagliflozin"')
    assert result["idlist"] == ["900000001"]
    assert result["warninglist"]["quotedphrasesnotfound"] == ['"failure heart dapagliflozin"']


def test_mesh_words_are_translated(sample: httpx.Client) -> None:
    """A MeSH heading appears in the translation set and in the translated query."""
    result = search(sample, "metformin")
    [entry] = result["translationset"]
    assert entry == {
        "from": "metformin",
        "to": '"metformin"[MeSH Terms] OR "metformin"[All Fields]',
    }
    assert result["querytranslation"] == f"({entry['to']})"


def test_errors_come_as_the_service_writes_them(sample: httpx.Client) -> None:
    """Empty term, wrong database and a start too far are HTTP 200 with an ERROR."""
    assert search(sample, " ") == {"ERROR": "Empty term and query_key - nothing todo"}
    assert search(sample, "x", db="fleegle") == {"ERROR": "Invalid db name specified: fleegle"}
    assert "9,999" in search(sample, "migraine", retstart="9999")["ERROR"]
    answer = sample.get(f"{EUTILS}esearch.fcgi", params={"db": "fleegle", "term": "x"})
    assert xml(answer).findtext("ERROR") == "Invalid db name specified: fleegle"


def test_unknown_fields_and_sorts_are_warned_about(sample: httpx.Client) -> None:
    """The service goes on without them and says so."""
    assert search(sample, "migraine[zz]")["errorlist"]["fieldsnotfound"] == ["zz"]
    warned = search(sample, "migraine", sort="date")["warninglist"]["outputmessages"]
    assert warned == ["Unknown sort schema 'date' ignored"]


def test_xml_says_the_same_as_json(sample: httpx.Client) -> None:
    """XML is the default, with the same ids, counts and notices."""
    term = "the migraine p.E1317Q"
    as_json = search(sample, term)
    root = xml(
        sample.get(f"{EUTILS}esearch.fcgi", params={"db": "pubmed", "term": term, "retmax": "100"})
    )
    assert [e.text for e in root.iterfind("IdList/Id")] == as_json["idlist"]
    assert root.findtext("Count") == as_json["count"]
    assert root.findtext("QueryTranslation") == as_json["querytranslation"]
    assert root.findtext("ErrorList/PhraseNotFound") == "p.E1317Q"
    assert root.findtext("WarningList/PhraseIgnored") == "the"


def test_relevance_counts_terms_and_weighs_titles(sample: httpx.Client) -> None:
    """One occurrence in a title outweighs two in an abstract; more occurrences outweigh fewer."""
    assert search(sample, "prevent", sort="relevance")["idlist"][0] == "900000018"
    assert search(sample, "adjuvant osimertinib", sort="relevance")["idlist"][0] == "900000010"


def test_pub_date_sorts_newest_first(sample: httpx.Client) -> None:
    """The summaries of a sorted search have falling dates."""
    pmids = search(sample, "all[tiab] OR humans[mh]", sort="pub_date")["idlist"]
    summaries = summary(sample, id=",".join(pmids))
    dates = [summaries[pmid]["pubdate"].split()[0] for pmid in pmids]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize(
    ("dates", "count"),
    [
        ({"mindate": "2024", "maxdate": "2024", "datetype": "pdat"}, 2),
        ({"mindate": "2024/05"}, 1),
        ({"maxdate": "2019", "datetype": "edat"}, 1),
        ({"mindate": "2025", "datetype": "mdat"}, 7),
        ({"reldate": "99999999", "datetype": "pdat"}, 7),
        ({"reldate": "0"}, 0),
    ],
)
def test_date_parameters_bound_a_search(
    sample: httpx.Client, dates: dict[str, str], count: int
) -> None:
    """mindate, maxdate and reldate apply to the date of datetype."""
    assert int(search(sample, "migraine[mh]", **dates)["count"]) == count


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=8,
)
@given(size=st.integers(1, 40))
def test_paging_covers_every_hit_once(sample: httpx.Client, size: int) -> None:
    """Pages of any size, put together, are the whole result in order."""
    whole = search(sample, "humans[mh]")["idlist"]
    pages = [
        search(sample, "humans[mh]", retstart=str(start), retmax=str(size))["idlist"]
        for start in range(0, len(whole), size)
    ]
    assert [pmid for page in pages for pmid in page] == whole


def test_retmax_defaults_to_twenty(sample: httpx.Client) -> None:
    """Without retmax, or with one that is no number, twenty ids are given."""
    assert len(search(sample, "humans", retmax="")["idlist"]) == 20
    assert search(sample, "humans", retmax="100000")["retmax"] == search(sample, "humans")["count"]
