"""The E-utilities calls on db=pubmed: esearch, esummary and efetch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from starlette.responses import JSONResponse, Response

from upstreams import esearch
from upstreams.article import Article
from upstreams.history import History
from upstreams.search import Search
from upstreams.text import whole_number

PREFIX = "/entrez/eutils/"
MOST_PER_CALL = 10_000
"""retmax is coerced down to this."""
LAST_START = 9_998
"""PubMed's esearch reaches only the first 9,999 hits."""
_DEFAULT_SEARCH_SIZE = 20
_XML = "text/xml"
_TOO_FAR = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, "
    "ESearch can only retrieve the first 9,999 records matching the query."
)
_SUMMARY_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSummaryResult PUBLIC '
    '"-//NLM//DTD esummary v1 20041029//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20041029/esummary-v1.dtd">\n'
)
_FETCH_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eEfetchResult PUBLIC '
    '"-//NLM//DTD efetch 20131226//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">\n'
)
_SET_HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC '
    '"-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)


@dataclass(frozen=True, slots=True)
class PubMed:
    """Answers from the stored records; each method takes the parameters of one call."""

    articles: Mapping[str, Article]
    """PMID to record."""
    history: History
    """Result sets of `usehistory=y`."""

    def esearch(self, parameters: Mapping[str, str]) -> Response:
        """Search; JSON with retmode=json, else XML."""
        as_json = parameters.get("retmode", "xml") == "json"
        problem = _search_problem(parameters)
        if problem:
            return _search_answer({"ERROR": problem}, as_json)
        found = Search(self.articles).find(parameters)
        kept = None
        if parameters.get("usehistory") == "y":
            kept = self.history.keep(found.pmids, parameters.get("WebEnv", ""))
        start = _number(parameters, "retstart", 0)
        size = min(_number(parameters, "retmax", _DEFAULT_SEARCH_SIZE), MOST_PER_CALL)
        return _search_answer(esearch.result(found, start, size, kept), as_json)

    def esummary(self, parameters: Mapping[str, str]) -> Response:
        """Summarise by id or history as JSON; `retmode=xml` is not served (501)."""
        pmids = self._asked(parameters)
        if pmids is None or _database_problem(parameters):
            problem = _database_problem(parameters) or _missing(
                parameters, "Neither query_key nor id specified"
            )
            return _xml_error("eSummaryResult", _SUMMARY_HEAD, problem)
        if parameters.get("retmode", "xml") != "json":
            return Response(
                "esummary is served with retmode=json only", 501, media_type="text/plain"
            )
        documents: dict[str, Any] = {pmid: self._summary(pmid) for pmid in pmids}
        header = {"type": "esummary", "version": "0.3"}
        return JSONResponse({"header": header, "result": {"uids": [*documents], **documents}})

    def efetch(self, parameters: Mapping[str, str]) -> Response:
        """Hand out the records' own XML in the order asked; an unknown id is left out."""
        pmids = self._asked(parameters)
        if pmids is None or _database_problem(parameters):
            problem = _database_problem(parameters) or _missing(
                parameters, "Empty id list - nothing todo"
            )
            return _xml_error("eFetchResult", _FETCH_HEAD, problem, 400)
        if parameters.get("retmode", "xml") != "xml":
            return Response("efetch is served with retmode=xml only", 501, media_type="text/plain")
        found = [self.articles[pmid].xml for pmid in pmids if pmid in self.articles]
        body = "".join(f"{xml}\n" for xml in found)
        return Response(f"{_SET_HEAD}<PubmedArticleSet>{body}</PubmedArticleSet>", media_type=_XML)

    def _asked(self, parameters: Mapping[str, str]) -> list[str] | None:
        """List the PMIDs of a call once each, cut by retstart and retmax; None without any."""
        if parameters.get("id", "").strip():
            pmids: list[str] | None = re.findall(r"\w+", parameters["id"])
        else:
            key = parameters.get("query_key", "")
            pmids = self.history.recall(parameters.get("WebEnv", ""), key)
        if pmids is None:
            return None
        start = _number(parameters, "retstart", 0)
        size = min(_number(parameters, "retmax", MOST_PER_CALL), MOST_PER_CALL)
        return [*dict.fromkeys(pmids)][start : start + size]

    def _summary(self, pmid: str) -> dict[str, Any]:
        if pmid in self.articles:
            return self.articles[pmid].summary
        return {"uid": pmid, "error": "cannot get document summary"}


def _search_problem(parameters: Mapping[str, str]) -> str:
    if _database_problem(parameters):
        return _database_problem(parameters)
    if not parameters.get("term", "").strip():
        return "Empty term and query_key - nothing todo"
    return _TOO_FAR if _number(parameters, "retstart", 0) > LAST_START else ""


def _database_problem(parameters: Mapping[str, str]) -> str:
    database = parameters.get("db", "")
    return "" if database == "pubmed" else f"Invalid db name specified: {database}"


def _missing(parameters: Mapping[str, str], nothing: str) -> str:
    key = parameters.get("query_key", "")
    return f"Unable to obtain query #{key}" if key else nothing


def _search_answer(answer: dict[str, Any], as_json: bool) -> Response:
    if as_json:
        header = {"type": "esearch", "version": "0.3"}
        return JSONResponse({"header": header, "esearchresult": answer})
    if "ERROR" in answer:
        return _xml_error("eSearchResult", esearch.XML_HEAD, answer["ERROR"])
    return Response(esearch.as_xml(answer), media_type=_XML)


def _xml_error(root: str, head: str, problem: str, status: int = 200) -> Response:
    body = f"{head}<{root}>\n\t<ERROR>{escape(problem)}</ERROR>\n</{root}>\n"
    return Response(body, status, media_type=_XML)


def _number(parameters: Mapping[str, str], name: str, default: int) -> int:
    value = whole_number(parameters.get(name, ""))
    return default if value is None else value
