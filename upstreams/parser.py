"""Query text to postfix, for PubMed's syntax and for ClinicalTrials.gov's (Essie).

It never fails: both services answer anything typed. A parenthesis left open is closed at the end,
a stray one and a dangling operator are ignored, words side by side are joined by AND.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from upstreams.terms import EVERY, Operator, Postfix, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one service reads a query."""

    binding: Mapping[Operator, int]
    """How tightly each operator binds; equal numbers are read from left to right."""
    tag_covers_run: bool
    """Whether a tag belongs to the whole run of bare words before it, as one phrase."""


PUBMED = Dialect(binding={Operator.AND: 1, Operator.OR: 1, Operator.NOT: 1}, tag_covers_run=True)
"""PubMed reads strictly from left to right; `heart failure[ti]` is one phrase."""
ESSIE = Dialect(binding={Operator.OR: 1, Operator.AND: 2, Operator.NOT: 3}, tag_covers_run=False)
"""Essie takes NOT before AND before OR; its fields come first: `AREA[Phase]PHASE3`."""

_OPEN, _CLOSE = "()"
_TAG = r"(?:\s*\[(?P<{0}>[^\[\]]*)\])?"
_TOKEN = re.compile(
    r"AREA\[(?P<area>[^\[\]]*)\]\s*"
    r"|RANGE\[(?P<low>[^\[\],]*),(?P<high>[^\[\],]*)\]"
    r'|"?(?P<since>\d{4}[\d/]*)"?(?:\[[^\[\]]*\])?\s*:\s*"?(?P<until>\d{4}[\d/]*)"?'
    + _TAG.format("rangetag")
    + r'|"(?P<phrase>[^"]*)"?'
    + _TAG.format("phrasetag")
    + r"|(?P<bracket>[()])"
    r'|(?P<word>[^\s()"\[\]]+)' + _TAG.format("wordtag")
)


@dataclass(slots=True)
class _Group:
    """What stands between two parentheses, as far as it was read."""

    parts: list[tuple[Operator, Postfix]] = field(default_factory=list)
    pending: Operator = Operator.AND
    base: Operator | None = None
    """How "every record" joins what came before, when a NOT has no left side of its own."""

    def take(self, operator: Operator) -> None:
        if operator is not Operator.NOT:
            self.base = None
        elif self.base is None and (not self.parts or self.pending is Operator.OR):
            self.base = self.pending
        self.pending = operator

    def add(self, operand: Postfix) -> None:
        if not operand:
            return
        if self.base is not None:
            self.parts.append((self.base, (EVERY,)))
        self.parts.append((self.pending, operand))
        self.pending, self.base = Operator.AND, None

    def postfix(self, binding: Mapping[Operator, int]) -> Postfix:
        output: list[Term | Operator] = []
        waiting: list[Operator] = []
        for position, (operator, operand) in enumerate(self.parts):
            while position and waiting and binding[waiting[-1]] >= binding[operator]:
                output.append(waiting.pop())
            if position:
                waiting.append(operator)
            output.extend(operand)
        return (*output, *reversed(waiting))


def parse(text: str, dialect: Dialect) -> Postfix:
    """Turn a query into postfix; the empty tuple when nothing in it can be looked for."""
    groups = [_Group()]
    tokens = _tokens(text)
    for part in _merged(tokens) if dialect.tag_covers_run else tokens:
        if part == _OPEN:
            groups.append(_Group())
        elif part == _CLOSE:
            _close(groups, dialect)
        elif isinstance(part, Operator):
            groups[-1].take(part)
        elif isinstance(part, Term):
            groups[-1].add((part,))
    while len(groups) > 1:
        _close(groups, dialect)
    return groups[0].postfix(dialect.binding)


def _close(groups: list[_Group], dialect: Dialect) -> None:
    if len(groups) > 1:
        inner = groups.pop()
        groups[-1].add(inner.postfix(dialect.binding))


def _tokens(text: str) -> Iterator[Term | Operator | str]:
    area = ""
    for match in _TOKEN.finditer(text):
        if match["area"] is not None:
            area = match["area"].strip()
        elif match["bracket"]:
            yield match["bracket"]
        elif match["word"] in Operator.__members__ and match["wordtag"] is None:
            yield Operator(match["word"])
        else:
            yield _term(match, area)
            area = ""


def _term(match: re.Match[str], area: str) -> Term:
    if match["low"] is not None:
        return Term(text=match["low"].strip(), until=match["high"].strip(), field=area)
    if match["since"]:
        tag = (match["rangetag"] or "").strip()
        return Term(text=match["since"], until=match["until"], field=tag or area)
    if match["phrase"] is not None:
        tag = (match["phrasetag"] or "").strip()
        return Term(text=match["phrase"].strip(), field=tag or area, quoted=True)
    tag = (match["wordtag"] or "").strip()
    return Term(text=match["word"], field=tag or area)


def _merged(tokens: Iterable[Term | Operator | str]) -> Iterator[Term | Operator | str]:
    """Give a tag to the whole run of bare words before it: `heart failure[ti]` is one phrase."""
    run: list[Term] = []
    for token in tokens:
        bare = isinstance(token, Term) and not token.quoted and token.until is None
        if isinstance(token, Term) and bare and not token.field:
            run.append(token)
            continue
        if isinstance(token, Term) and bare:
            text = " ".join([*(word.text for word in run), token.text])
            yield Term(text=text, field=token.field)
        else:
            yield from run
            yield token
        run = []
    yield from run
