"""Paging through ClinicalTrials.gov, with pages that the recorded server never gives."""

import json

import pytest

from runtime.budget import Deadline
from runtime.research.ctgov import CtGov
from runtime.research.evidence import SourceResult, SourceStatus
from runtime.research.frame import parse_frame
from tests.runtime.upstream.parts import open_upstream, scripted


def page(*numbers: int, more: str | None = None, total: int | None = None) -> tuple[int, bytes]:
    """Return a page of studies."""
    ids = [f"NCT{number:08d}" for number in numbers]
    studies = [{"protocolSection": {"identificationModule": {"nctId": nct}}} for nct in ids]
    extra = {"nextPageToken": more, "totalCount": total}
    stated = {name: value for name, value in extra.items() if value is not None}
    return 200, json.dumps({"studies": studies, **stated}).encode()


async def search(*answers: tuple[int, bytes], question: str = "asthma") -> SourceResult:
    """Return what a search makes of these answers."""
    async with scripted(*answers) as url, open_upstream(url, retries=0) as upstream:
        return await CtGov(upstream, 3).search(parse_frame(question), Deadline.after_ms(20_000))


async def test_an_empty_page_with_a_token_is_not_the_end() -> None:
    """Documented: a page may be empty and have a nextPageToken."""
    found = await search(page(more="a", total=2), page(1, 2))
    assert [record.id for record in found.records] == ["NCT00000001", "NCT00000002"]
    assert (found.status, found.total, found.attempts) == (SourceStatus.OK, 2, 2)


async def test_pages_are_read_until_there_are_enough() -> None:
    """A study that comes twice counts once, and no page too many is asked for."""
    found = await search(page(1, 2, more="a"), page(2, 3, 4, more="b"))
    assert [record.id[-1] for record in found.records] == ["1", "2", "3"]


async def test_a_failed_page_makes_the_result_partial() -> None:
    """What came stays, and what is missing is said."""
    found = await search(page(1, more="a", total=9), (500, b""))
    assert (found.status, len(found.records), found.total) == (SourceStatus.PARTIAL, 1, 9)
    assert "500" in found.reason


async def test_pages_without_end_end() -> None:
    """ORC-07: every loop has a provable exit."""
    found = await search(*[page(more="again")] * 9)
    assert found.status is SourceStatus.EMPTY
    assert found.attempts == 5


@pytest.mark.parametrize(
    "body", [b"[]", b'{"studies": {}}', b'{"studies": [1]}', b"<html>", b"[" * 100_000, b'"\xff"']
)
async def test_another_shape_is_a_failure(body: bytes) -> None:
    """Fault 22: not what the interface promises."""
    found = await search((200, body))
    assert found.status is SourceStatus.FAILED


async def test_a_trial_under_a_new_number_is_told() -> None:
    """Obsolete numbers lead to the current study."""
    found = await search(page(7), question="NCT00000005")
    assert found.records[0].id == "NCT00000007"
    assert found.warnings == (
        "not found under this number: NCT00000005; registered now as NCT00000007",
    )
