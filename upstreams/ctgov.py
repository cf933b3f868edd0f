"""The ClinicalTrials.gov API v2 calls: studies, one study, version and size."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from upstreams import page
from upstreams.errors import ParameterError
from upstreams.essie import matching
from upstreams.order import ordered
from upstreams.piece import path_of, split_list
from upstreams.study import AREAS, Study, projected, values_at
from upstreams.text import whole_number

PREFIX = "/api/v2/"
API_VERSION = "2.0.3"
"""As the service's OpenAPI description has it."""
MOST_PER_PAGE = 1000
_DEFAULT_PAGE_SIZE = 10
_LISTED_STATUSES = """
ACTIVE_NOT_RECRUITING COMPLETED ENROLLING_BY_INVITATION NOT_YET_RECRUITING RECRUITING SUSPENDED
TERMINATED WITHDRAWN AVAILABLE NO_LONGER_AVAILABLE TEMPORARILY_NOT_AVAILABLE
APPROVED_FOR_MARKETING WITHHELD UNKNOWN
"""
_STATUSES = frozenset(_LISTED_STATUSES.split())
_SHOWN = ("format", "markupFormat", "fields")
_PAGED = ("sort", "countTotal", "pageSize", "pageToken")
_FILTERS = tuple(
    f"{kind}.{name}"
    for kind in ("filter", "postFilter")
    for name in ("overallStatus", "ids", "advanced")
)
_NOT_RECORDED = (
    "filter.geo",
    "postFilter.geo",
    "filter.synonyms",
    "postFilter.synonyms",
    "aggFilters",
    "geoDecay",
)
"""Parameters the service has and this server does not: answered 501, never silently ignored."""
_NCT = re.compile(r"NCT0*[1-9]\d{0,7}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CtGov:
    """Answers from the stored studies; each method takes the parameters of one call."""

    studies: Mapping[str, Study]
    """NCT number to study."""
    aliases: Mapping[str, str]
    """Obsolete NCT number to the current one."""

    def search(self, parameters: Mapping[str, str]) -> Response:
        """One page of studies; 400 text/plain for a parameter that the service would refuse."""
        for name in _NOT_RECORDED:
            if name in parameters:
                return PlainTextResponse(f"`{name}` is not served from records", 501)
        try:
            _check(parameters, (*AREAS, *_FILTERS, *_SHOWN, *_PAGED))
            return self._page(parameters)
        except ParameterError as error:
            return PlainTextResponse(str(error), 400)

    def single(self, parameters: Mapping[str, str], nct_id: str) -> Response:
        """One study; an obsolete number is redirected (301), an unknown one is 404 text/plain."""
        try:
            _check(parameters, _SHOWN)
            paths = _paths(parameters)
        except ParameterError as error:
            return PlainTextResponse(str(error), 400)
        if not _NCT.fullmatch(nct_id):
            return PlainTextResponse(f"Parameter 'nctId' has incorrect format: '{nct_id}'", 400)
        number = _canonical(nct_id)
        if number in self.aliases:
            query = f"?{urlencode(parameters)}" if parameters else ""
            return RedirectResponse(f"{PREFIX}studies/{self.aliases[number]}{query}", 301)
        if number not in self.studies:
            return PlainTextResponse(f"NCT number {nct_id} not found", 404)
        return JSONResponse(_shown(self.studies[number], paths))

    def version(self, _parameters: Mapping[str, str]) -> Response:
        """Tell the API's version and the newest update among the stored studies."""
        newest = max((_update(study) for study in self.studies.values()), default="")
        stamp = f"{newest or '1970-01-01'}T00:00:00"
        return JSONResponse({"apiVersion": API_VERSION, "dataTimestamp": stamp})

    def size(self, _parameters: Mapping[str, str]) -> Response:
        """How many studies there are, and how long they are as JSON."""
        sizes = sorted(((s.size_bytes, n) for n, s in self.studies.items()), reverse=True)
        total = sum(size for size, _ in sizes)
        return JSONResponse(
            {
                "totalStudies": len(sizes),
                "averageSizeBytes": total // len(sizes) if sizes else 0,
                "largestStudies": [{"id": n, "sizeBytes": size} for size, n in sizes[:10]],
            }
        )

    def _page(self, parameters: Mapping[str, str]) -> Response:
        paths, size = _paths(parameters), _page_size(parameters)
        given = parameters.get("pageToken")
        start = 0 if given is None else page.offset_of(given, parameters)
        hits = ordered(self.studies, self._found(parameters), parameters)
        shown = hits[start : start + size]
        counted = parameters.get("countTotal") == "true" and given is None
        answer: dict[str, Any] = {"totalCount": len(hits)} if counted else {}
        answer["studies"] = [_shown(self.studies[number], paths) for number in shown]
        # The service looks no further than a full page, so the last token can lead to an empty one.
        if len(shown) == size:
            answer["nextPageToken"] = page.token(start + size, parameters)
        return JSONResponse(answer)

    def _found(self, parameters: Mapping[str, str]) -> frozenset[str]:
        queries = {name: parameters[name] for name in AREAS if parameters.get(name)}
        only_ids = [ids for text in queries.values() if (ids := _only_ids(text))]
        found = frozenset(self.studies)
        for name, text in queries.items():
            ids = _only_ids(text)
            found &= self._numbered(ids) if ids else matching(self.studies, text, name)
        return found if only_ids else self._filtered(found, parameters)

    def _filtered(self, found: frozenset[str], parameters: Mapping[str, str]) -> frozenset[str]:
        for name in (name for name in _FILTERS if parameters.get(name)):
            value = parameters[name]
            if name.endswith("ids"):
                found &= self._numbered(_nct_list(value, name))
            elif name.endswith("advanced"):
                found &= matching(self.studies, value, "query.term")
            else:
                found &= self._with_status(split_list(value), name)
        return found

    def _with_status(self, statuses: list[str], parameter: str) -> frozenset[str]:
        for status in statuses:
            if status not in _STATUSES:
                raise ParameterError(f"Parameter '{parameter}' contains invalid value: '{status}'")
        path = path_of("OverallStatus", parameter)
        return frozenset(
            n for n, s in self.studies.items() if {*values_at(s.body, path)} & {*statuses}
        )

    def _numbered(self, numbers: list[str]) -> frozenset[str]:
        canonical = {_canonical(number) for number in numbers}
        return frozenset(self.aliases.get(number, number) for number in canonical) & {*self.studies}


def _check(parameters: Mapping[str, str], known: tuple[str, ...]) -> None:
    for name in parameters:
        if name not in known:
            raise ParameterError(f"`{name}` is unknown parameter")
    if parameters.get("format", "json") != "json":
        raise ParameterError("Parameter 'format': only json is recorded here")


def _paths(parameters: Mapping[str, str]) -> list[str] | None:
    if "fields" not in parameters:
        return None
    names = split_list(parameters["fields"])
    if not names:
        raise ParameterError("Parameter 'fields' must not be empty")
    return [path_of(name, "fields") for name in names]


def _page_size(parameters: Mapping[str, str]) -> int:
    text = parameters.get("pageSize", "0")
    size = whole_number(text)
    if size is None:
        raise ParameterError(f"Parameter 'pageSize' has incorrect value: '{text}'")
    return min(size, MOST_PER_PAGE) or _DEFAULT_PAGE_SIZE


def _shown(study: Study, paths: list[str] | None) -> dict[str, Any]:
    return study.body if paths is None else projected(study.body, paths)


def _only_ids(text: str) -> list[str]:
    parts = text.replace(",", " ").split()
    return parts if parts and all(_NCT.fullmatch(part) for part in parts) else []


def _nct_list(value: str, parameter: str) -> list[str]:
    for number in split_list(value):
        if not _NCT.fullmatch(number):
            raise ParameterError(f"Parameter '{parameter}' has incorrect format: '{number}'")
    return split_list(value)


def _canonical(number: str) -> str:
    return f"NCT{int(number[3:]):08d}"


def _update(study: Study) -> str:
    path = path_of("LastUpdatePostDate", "sort")
    return next(values_at(study.body, path), "")
