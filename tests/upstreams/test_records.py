"""Loading a records folder."""

import gzip
import json
from pathlib import Path

import pytest

from upstreams.errors import RecordsError
from upstreams.records import SAMPLE_FOLDER, load

SAMPLE_NOTE = "Sample record written for Plumbline; not a real"


def test_the_sample_covers_what_a_newcomer_asks() -> None:
    """Thirty records, eighteen trials, twelve documents; one retraction, one without abstract."""
    records = load(SAMPLE_FOLDER)
    counts = (len(records.articles), len(records.studies), len(records.documents))
    assert counts == (30, 18, 12)
    assert records.evidence == "sample"
    kinds = [kind for a in records.articles.values() for kind in a.summary["pubtype"]]
    assert {"Retracted Publication", "Retraction of Publication"} <= {*kinds}
    assert any(not a.fields["abstract"] for a in records.articles.values())
    assert any(not a.xml.isascii() for a in records.articles.values())
    assert sum(s.body["hasResults"] for s in records.studies.values()) == 1


def test_every_sample_record_says_that_it_is_one() -> None:
    """Nobody can take a sample for evidence: text and reserved numbers in each."""
    records = load(SAMPLE_FOLDER)
    for article in records.articles.values():
        assert SAMPLE_NOTE in article.xml
        assert 900_000_000 < int(article.pmid) < 900_000_100
    for study in records.studies.values():
        assert SAMPLE_NOTE in json.dumps(study.body)
        assert study.nct_id.startswith("NCT990000")
    assert all("Sample document written for Plumbline" in d.read_text() for d in records.documents)


def test_nested_packed_and_repeated_files_are_loaded_once(tmp_path: Path) -> None:
    """A gzip copy in another folder adds nothing; a study array and a single study are read."""
    source = (SAMPLE_FOLDER / "pubmed" / "migraine.xml").read_bytes()
    (tmp_path / "pubmed" / "deep").mkdir(parents=True)
    (tmp_path / "ctgov").mkdir()
    (tmp_path / "pubmed" / "one.xml").write_bytes(source)
    (tmp_path / "pubmed" / "deep" / "two.xml.gz").write_bytes(gzip.compress(source))
    studies = json.loads((SAMPLE_FOLDER / "ctgov" / "migraine.json").read_text())["studies"]
    (tmp_path / "ctgov" / "array.json").write_text(json.dumps(studies[:2]))
    (tmp_path / "ctgov" / "single.json").write_text(json.dumps(studies[2]))
    records = load(tmp_path)
    assert (len(records.articles), len(records.studies)) == (7, 3)
    assert records.evidence == "recorded"


def test_of_two_versions_the_fuller_one_is_kept(tmp_path: Path) -> None:
    """A partial study from a search with `fields` does not hide the whole one."""
    (tmp_path / "ctgov").mkdir()
    study = json.loads((SAMPLE_FOLDER / "ctgov" / "migraine.json").read_text())["studies"][0]
    identification = {"identificationModule": study["protocolSection"]["identificationModule"]}
    (tmp_path / "ctgov" / "z.json").write_text(json.dumps({"protocolSection": identification}))
    (tmp_path / "ctgov" / "a.json").write_text(json.dumps(study))
    assert next(iter(load(tmp_path).studies.values())).body == study


def test_of_two_articles_the_fuller_one_is_kept(tmp_path: Path) -> None:
    """A stub with the same PMID does not hide the record, whichever file comes first."""
    (tmp_path / "pubmed").mkdir()
    stub = (
        "<PubmedArticle><MedlineCitation><PMID>900000023</PMID></MedlineCitation></PubmedArticle>"
    )
    whole = (SAMPLE_FOLDER / "pubmed" / "migraine.xml").read_bytes()
    for name, content in (("a", stub.encode()), ("b", whole), ("c", stub.encode())):
        (tmp_path / "pubmed" / f"{name}.xml").write_bytes(content)
    assert load(tmp_path).articles["900000023"].summary["title"].startswith("Erenumab")


def test_every_broken_file_is_named(tmp_path: Path) -> None:
    """Broken XML, gzip, JSON and text, and a record without id, stop the start by name."""
    for folder in ("pubmed", "ctgov", "documents"):
        (tmp_path / folder).mkdir()
    nameless = "<PubmedArticle><MedlineCitation/></PubmedArticle>"
    (tmp_path / "pubmed" / "cut.xml").write_text("<PubmedArticleSet><PubmedArticle>")
    (tmp_path / "pubmed" / "nameless.xml").write_text(nameless)
    (tmp_path / "pubmed" / "cut.xml.gz").write_bytes(gzip.compress(b"<a/>")[:-4])
    (tmp_path / "ctgov" / "cut.json").write_text('{"studies": [')
    (tmp_path / "documents" / "latin.md").write_bytes(b"na\xefve")
    with pytest.raises(RecordsError) as raised:
        load(tmp_path)
    for name in ("cut.xml:", "nameless.xml", "cut.xml.gz", "cut.json", "latin.md"):
        assert name in str(raised.value)


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    """A file with entity definitions is named as broken, not expanded."""
    (tmp_path / "pubmed").mkdir()
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><PubmedArticleSet>&b;</PubmedArticleSet>'
    (tmp_path / "pubmed" / "bomb.xml").write_text(bomb)
    with pytest.raises(RecordsError, match=r"bomb\.xml"):
        load(tmp_path)


def test_a_missing_or_empty_folder_is_refused(tmp_path: Path) -> None:
    """A mistyped folder must not serve zero hits."""
    with pytest.raises(RecordsError, match="does not exist"):
        load(tmp_path / "absent")
    with pytest.raises(RecordsError, match="no records"):
        load(tmp_path)
