"""The document index."""

from pathlib import Path

import pytest

from runtime.budget import Deadline
from runtime.research.documents import Documents, open_library
from runtime.research.evidence import EvidenceKind, SourceResult, SourceStatus
from runtime.research.frame import parse_frame
from runtime.research.passage import LONGEST_PASSAGE, passages
from runtime.upstream.limiter import PodLimiter
from tests.upstreams.server import recorded_data

ASTHMA = """# Asthma

Publisher: An institute
Address: https://example.org/asthma

## What causes asthma?

Pollen and cold air can trigger asthma attacks.

## How is asthma treated?

Inhaled corticosteroids prevent asthma attacks.
"""


async def search(folder: Path | None, question: str, results: int = 10) -> SourceResult:
    """Return what an index over a folder has on a question."""
    async with open_library(str(folder) if folder else None) as library:
        documents = Documents(library, PodLimiter("rag", 1000.0), results)
        return await documents.search(parse_frame(question), Deadline.after_ms(20_000))


async def test_the_passage_under_the_right_heading_comes_first(tmp_path: Path) -> None:
    """Headings weigh more than text, and the address that a document names is kept."""
    (tmp_path / "asthma.md").write_text(ASTHMA)
    (tmp_path / "other.txt").write_text("Gout is painful.\n\nAsthma is another disease.")
    found = await search(tmp_path, "Do inhaled corticosteroids prevent asthma?")
    assert found.records[0].title == "Asthma: How is asthma treated?"
    assert found.records[0].url == "https://example.org/asthma"
    assert found.records[0].id == "asthma.md#2"
    assert found.evidence is EvidenceKind.LIVE


async def test_word_forms_match(tmp_path: Path) -> None:
    """The tokenizer stems, so that attack finds attacks."""
    (tmp_path / "asthma.md").write_text(ASTHMA)
    assert (await search(tmp_path, "asthma attack")).records


async def test_a_passage_that_only_shares_a_word_is_left_out(tmp_path: Path) -> None:
    """`lung` is not `lung cancer`."""
    (tmp_path / "lung.md").write_text("# Lung\n\nThe lung is an organ.")
    assert (await search(tmp_path, "lung cancer")).status is SourceStatus.EMPTY


async def test_a_missing_folder_is_a_failure_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    """A wrong path must not read as "nothing found"."""
    missing = await search(tmp_path / "nowhere", "asthma")
    assert (missing.status, "nowhere" in missing.reason) == (SourceStatus.FAILED, True)
    empty = await search(tmp_path, "asthma")
    assert (empty.status, "no .md or .txt" in empty.reason) == (SourceStatus.EMPTY, True)


async def test_without_a_folder_the_sample_documents_are_searched() -> None:
    """And they are called what they are."""
    found = await search(None, "SGLT2 inhibitors in heart failure")
    assert (found.status, found.evidence) == (SourceStatus.OK, EvidenceKind.SAMPLE)


async def test_files_that_are_no_text_are_skipped(tmp_path: Path) -> None:
    """One broken file does not take the others with it."""
    (tmp_path / "broken.md").write_bytes(b"\xff\xfe asthma")
    (tmp_path / "asthma.md").write_text(ASTHMA)
    async with open_library(str(tmp_path)) as library:
        assert library.index is not None
        assert library.index.skipped == ["broken.md"]
        assert library.index.documents == 1


async def test_equal_contents_have_one_hash(tmp_path: Path) -> None:
    """The cache goes by it: an edited document must not be answered from before."""
    hashes = []
    for text in (ASTHMA, ASTHMA, ASTHMA + "More."):
        (tmp_path / "asthma.md").write_text(text)
        async with open_library(str(tmp_path)) as library:
            assert library.index is not None
            hashes.append(library.index.content_hash)
    assert hashes[0] == hashes[1] != hashes[2]


def test_long_sections_are_cut_between_paragraphs() -> None:
    """A passage is something that a reader can take in."""
    text = "# T\n\n" + "\n\n".join(f"Paragraph {number}. " + "x" * 400 for number in range(10))
    found = passages(text, "t")
    assert len(found) > 1
    assert all(len(each.text) <= LONGEST_PASSAGE for each in found)


@pytest.mark.parametrize(
    "text", ["", "#", "# ", "\n\n\n", "####### seven", "plain", "# a\n# b\n# c"]
)
def test_any_text_is_cut(text: str) -> None:
    """No form is needed."""
    assert all(each.text for each in passages(text, "name"))


async def test_recorded_documents_answer_a_patients_question() -> None:
    """75 real documents: the disease's own page comes first."""
    folder = recorded_data()
    if folder is None:
        pytest.skip("no recorded data: set PLUMBLINE_DATA or place it at ../shared/data")
    found = await search(folder / "documents", "What are the symptoms of asthma?")
    assert found.records[0].id.startswith("nhlbi-asthma.md#")
