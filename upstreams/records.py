"""Loading a records folder: every PubMed record, study and document under it."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from upstreams.article import Article, article
from upstreams.citation import KINDS
from upstreams.errors import RecordsError
from upstreams.study import Study, study

SAMPLE_FOLDER = Path(__file__).parent / "sample"
"""The bundled records, written for this project; ids 9000000xx and NCT990000xx."""
SAMPLE, RECORDED = "sample", "recorded"
"""What the evidence is: the bundled folder, or any other one."""

_BROKEN = (OSError, EOFError, ValueError, ParseError, DefusedXmlException)
Record = TypeVar("Record", Article, Study)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Everything one server answers from."""

    articles: dict[str, Article]
    """PMID to record."""
    studies: dict[str, Study]
    """NCT number to study."""
    aliases: dict[str, str]
    """Obsolete NCT number to the one that replaced it."""
    documents: tuple[Path, ...]
    """Markdown documents; the server only counts them, their readers take the files."""
    evidence: str
    """`SAMPLE` or `RECORDED`."""


def load(folder: Path) -> Records:
    """Read a folder's `pubmed/`, `ctgov/` and `documents/`, nested folders included.

    Of a record that is there twice the larger one is kept. XML and JSON files of another kind
    (search answers, errors) are skipped. Raises `RecordsError` naming every broken file, so that
    nothing is missing without a word.
    """
    if not folder.is_dir():
        raise RecordsError(f"records folder {folder} does not exist; give one with --records")
    broken: list[str] = []
    xml_files = _files(folder / "pubmed", ".xml", ".xml.gz")
    articles = _largest(_each(xml_files, _articles, broken), lambda a: (a.pmid, len(a.xml)))
    json_files = _files(folder / "ctgov", ".json")
    studies = _largest(_each(json_files, _studies, broken), lambda s: (s.nct_id, s.size_bytes))
    documents = _files(folder / "documents", ".md")
    broken += [f"{path}: not UTF-8 text" for path in documents if not _is_text(path)]
    if broken:
        raise RecordsError(
            "cannot read these files, mend or remove them:\n  " + "\n  ".join(broken)
        )
    if not (articles or studies or documents):
        raise RecordsError(f"{folder} has no records in pubmed/, ctgov/ or documents/")
    return Records(
        articles=articles,
        studies=studies,
        aliases={alias: s.nct_id for s in studies.values() for alias in s.aliases},
        documents=tuple(documents),
        evidence=SAMPLE if folder.resolve() == SAMPLE_FOLDER.resolve() else RECORDED,
    )


def _files(folder: Path, *endings: str) -> list[Path]:
    found = folder.rglob("*") if folder.is_dir() else ()
    return sorted(path for path in found if path.is_file() and path.name.endswith(endings))


def _each(
    paths: Iterable[Path], read: Callable[[Path], list[Record]], broken: list[str]
) -> Iterator[Record]:
    for path in paths:
        try:
            yield from read(path)
        except _BROKEN as error:
            broken.append(f"{path}: {error}")


def _largest(
    records: Iterable[Record], key: Callable[[Record], tuple[str, int]]
) -> dict[str, Record]:
    return {key(record)[0]: record for record in sorted(records, key=key)}


def _articles(path: Path) -> list[Article]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    root: Element = ElementTree.fromstring(content)
    found = [root] if root.tag in KINDS else [e for e in root if e.tag in KINDS]
    return [article(record) for record in found]


def _studies(path: Path) -> list[Study]:
    content: Any = json.loads(path.read_text("utf-8"))
    listed = content.get("studies", [content]) if isinstance(content, dict) else content
    bodies = [body for body in listed if isinstance(body, dict)] if isinstance(listed, list) else []
    return [study(body) for body in bodies if "protocolSection" in body]


def _is_text(path: Path) -> bool:
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True
