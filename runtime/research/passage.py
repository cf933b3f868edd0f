"""A document's text -> the passages that a search finds: one heading's paragraphs each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_NOTE = re.compile(r"^[A-Za-z][\w -]{0,30}:\s+\S")
_ADDRESS = re.compile(r"^(?:Address|URL|Link):\s+(https?://\S+)", re.IGNORECASE | re.MULTILINE)
_BREAK = re.compile(r"\n\s*\n")
LONGEST_PASSAGE = 1200
"""Characters from which a heading's text is cut between two paragraphs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a document."""

    title: str
    """Title of the document."""
    heading: str
    """Heading it stands under; empty before the first."""
    text: str
    """Its paragraphs, white space collapsed."""
    url: str
    """Address that the document names; empty where it names none."""


def passages(text: str, name: str) -> list[Passage]:
    """Cut a Markdown or plain text; a document without a title has the given name.

    Paragraphs that hold nothing but `Key: value` notes are left out.
    """
    address = _ADDRESS.search(text)
    url = address[1] if address else ""
    title = name
    found: list[Passage] = []
    for level, heading, body in _sections(text):
        is_title = level == 1 and not found
        title = heading if is_title else title
        shown = "" if is_title else heading
        found += (
            Passage(title=title, heading=shown, text=chunk, url=url) for chunk in _chunks(body)
        )
    return found


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    level, heading, body = 0, "", list[str]()
    for line in text.splitlines():
        match = _HEADING.match(line)
        if match is None:
            body.append(line)
            continue
        yield level, heading, "\n".join(body)
        level, heading, body = len(match[1]), match[2], []
    yield level, heading, "\n".join(body)


def _chunks(body: str) -> Iterator[str]:
    held = ""
    for paragraph in _BREAK.split(body):
        lines = [line for line in paragraph.splitlines() if line.strip()]
        if not lines or all(_NOTE.match(line.strip()) for line in lines):
            continue
        text = " ".join(paragraph.split())
        if held and len(held) + len(text) > LONGEST_PASSAGE:
            yield held
            held = ""
        held = f"{held} {text}".strip()
    if held:
        yield held
