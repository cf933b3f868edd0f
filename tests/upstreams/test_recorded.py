"""Our answers held against the real recorded ones, where these are present."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import httpx

from upstreams.piece import PIECES
from upstreams.records import load
from upstreams.study import values_at

EUTILS = "/entrez/eutils/"


def shape(value: Any) -> Any:
    """Reduce a JSON value to its keys and types; of a list only the first entry counts."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(item) for item in value[:1]] if isinstance(value, list) else type(value).__name__


def read(path: Path) -> Any:
    """Read a recorded JSON file."""
    return json.loads(path.read_text("utf-8"))


def xml(content: bytes) -> Element:
    """Parse a recorded file or one of our answers."""
    return fromstring(content)  # noqa: S314  # recorded files and our own server


def test_every_record_of_the_real_data_is_loaded(data: Path) -> None:
    """All 169 studies and all 406 articles in XML files.

    The data's README counts 410: four stand only inside a recorded exchange (YAML), which is no
    records file.
    """
    records = load(data)
    assert (len(records.articles), len(records.studies), len(records.documents)) == (406, 169, 75)
    cassette = (data / "pubmed" / "cassettes" / "efetch_four_pmids.yml").read_text()
    [inside] = re.findall(r'string: "&(id=.*?)"', cassette)
    apart = {*re.findall(r"\d+", inside)} - {*records.articles}
    assert len(records.articles) + len(apart) == 410


def test_esearch_has_the_recorded_shape(recorded: httpx.Client, data: Path) -> None:
    """The same keys in the same nesting, for hits, dropped phrases, no hits and an error."""
    folder = data / "pubmed"
    for term, more, file in (
        ("cancer[tiab]", {}, "esearch/three_hits.json"),
        ("cancer p.E1317Q", {}, "esearch/errorlist_phrase_not_found.json"),
        ("qqzzqq", {"usehistory": "y"}, "esearch/zero_hits.json"),
        ("lung cancer", {"sort": "date"}, "pair_ai_radiology/esearch.json"),
        ("", {}, "errors/200_esearch_error_empty_term.json"),
    ):
        parameters = {"db": "pubmed", "term": term, "retmode": "json", **more}
        ours = recorded.get(f"{EUTILS}esearch.fcgi", params=parameters).json()
        assert _keys(ours) == _keys(read(folder / file)), file


def _keys(answer: Any) -> Any:
    result = shape(answer)
    # Whether a search is translated depends on its words, not on the answer's form.
    result["esearchresult"].pop("translationset", None)
    for name in ("errorlist", "warninglist"):
        lists = result["esearchresult"].get(name, {})
        result["esearchresult"] |= {name: sorted(lists)} if lists else {}
    return result


def test_esearch_xml_has_the_recorded_elements(recorded: httpx.Client, data: Path) -> None:
    """Zero hits in XML name the same elements in the same order."""
    theirs = xml((data / "pubmed" / "esearch" / "biopython_esearch8.xml").read_bytes())
    answer = recorded.get(f"{EUTILS}esearch.fcgi", params={"db": "pubmed", "term": "abcXYZ"})
    assert [e.tag for e in xml(answer.content).iter()] == [e.tag for e in theirs.iter()]
    assert xml(answer.content).findtext("QueryTranslation") == theirs.findtext("QueryTranslation")


def test_esummary_has_the_recorded_keys(recorded: httpx.Client, data: Path) -> None:
    """Every key of a recorded summary is there, no other, and with the same type."""
    theirs = shape(read(data / "pubmed" / "esummary" / "27933103.json"))
    parameters = {"db": "pubmed", "id": "29440426,30193098", "retmode": "json"}
    ours = shape(recorded.get(f"{EUTILS}esummary.fcgi", params=parameters).json())
    assert ours["header"] == theirs["header"]
    document, expected = ours["result"]["30193098"], theirs["result"]["27933103"]
    assert {*document} == {*expected}
    # The recorded count is a number; the service sends an empty text where it has none.
    differing = {key for key in expected if document[key] != expected[key]}
    assert differing <= {"pmcrefcount", "references"}


def test_efetch_hands_out_the_records_as_stored(recorded: httpx.Client, data: Path) -> None:
    """Element by element the same article, markup in its title included, in the order asked."""
    stored = xml((data / "pubmed" / "pair_ai_radiology" / "efetch.xml").read_bytes())
    ids = [e.findtext(".//PMID") or "" for e in stored]
    asked = {"db": "pubmed", "id": ",".join(reversed(ids)), "retmode": "xml"}
    ours = xml(recorded.post(f"{EUTILS}efetch.fcgi", data=asked).content)
    for mine, theirs in zip(ours, reversed([*stored]), strict=True):
        assert _flat(mine) == _flat(theirs)


def _flat(record: Element) -> list[tuple[str, dict[str, str], str]]:
    return [(e.tag, e.attrib, (e.text or "").strip()) for e in record.iter()]


def test_an_empty_efetch_is_the_recorded_one(recorded: httpx.Client, data: Path) -> None:
    """The body for an unavailable PMID, but for the year of its document type."""
    theirs = (data / "pubmed" / "errors" / "200_efetch_empty_set.xml").read_text().strip()
    parameters = {"db": "pubmed", "id": "32816848", "retmode": "xml"}
    ours = recorded.get(f"{EUTILS}efetch.fcgi", params=parameters).text
    assert re.sub(r"\d{4}|\d{6}", "", ours) == re.sub(r"\d{4}|\d{6}", "", theirs)


def test_errors_are_the_recorded_ones(recorded: httpx.Client, data: Path) -> None:
    """The texts of ClinicalTrials.gov's errors are the same to the letter."""
    folder = data / "ctgov" / "errors"
    for path, status, file in (
        ("/api/v2/studies?filter.phase=PHASE3", 400, "400_unknown_parameter.txt"),
        ("/api/v2/studies?fields=StudyDesign", 400, "400_invalid_field_name.txt"),
        ("/api/v2/studies/NCT99999999", 404, "404_study_not_found.txt"),
    ):
        answer = recorded.get(path)
        assert (answer.status_code, answer.text) == (status, (folder / file).read_text().strip())


def test_a_study_is_handed_out_as_stored(recorded: httpx.Client, data: Path) -> None:
    """A whole study equals its file, alone and on a page."""
    stored = read(data / "ctgov" / "single_NCT02210780.json")
    assert recorded.get("/api/v2/studies/NCT02210780").json() == stored
    page = recorded.get("/api/v2/studies", params={"filter.ids": "NCT02210780"}).json()
    assert page == {"studies": [stored]}


def test_fields_give_the_recorded_part(recorded: httpx.Client, data: Path) -> None:
    """A recorded partial page is reproduced from the stored studies by the same fields."""
    theirs = read(data / "ctgov" / "fields_page1.json")["studies"]
    ids = [next(values_at(study, PIECES["NCTId"])) for study in theirs]
    names = {name for study in theirs for name in _pieces(study)}
    parameters = {"filter.ids": ",".join(ids), "fields": "|".join(names)}
    ours = recorded.get("/api/v2/studies", params=parameters).json()["studies"]
    assert sorted(ours, key=str) == sorted(theirs, key=str)


def _pieces(study: dict[str, Any]) -> set[str]:
    # Sections and modules would bring everything below them.
    small = {name: path for name, path in PIECES.items() if path.count(".") > 1}
    return {name for name, path in small.items() if [*values_at(study, path)]}


def test_every_field_of_the_recorded_partial_answers_is_known(data: Path) -> None:
    """Each scalar of the recorded `fields` answers lies under a known piece."""
    known = tuple(PIECES.values())
    studies = read(data / "ctgov" / "fields_page2.json")["studies"]
    paths = {path for study in studies for path in _paths(study, "")}
    assert [p for p in paths if not any(p == k or p.startswith(f"{k}.") for k in known)] == []


def _paths(value: Any, path: str) -> set[str]:
    if isinstance(value, dict):
        return {
            p for key, inner in value.items() for p in _paths(inner, f"{path}.{key}".strip("."))
        }
    if isinstance(value, list):
        return {p for item in value for p in _paths(item, path)}
    return {path}
