"""The query parser: it accepts anything, and its operators are set operators."""

from hypothesis import given
from hypothesis import strategies as st

from upstreams.parser import ESSIE, PUBMED, Dialect, parse
from upstreams.terms import EVERY, Term, evaluate, joined, terms_of

RECORDS = frozenset("abcdef")
SETS = {"x": frozenset("abc"), "y": frozenset("bcd"), "z": frozenset("cde"), "none": frozenset("")}
dialects = st.sampled_from([PUBMED, ESSIE])
names = st.sampled_from([*SETS])
soup = st.lists(
    st.sampled_from(
        ["AND", "OR", "NOT", "(", ")", '"', "[ti]", "[", "]", ":", "2020", "x", "AREA[", "*"]
    )
).map(" ".join)


def found(query: str, dialect: Dialect = PUBMED) -> frozenset[str]:
    """Work out what a query finds among six records, each term standing for a known set."""

    def leaf(term: Term) -> frozenset[str]:
        return RECORDS if term == EVERY else SETS.get(term.text, frozenset())

    return evaluate(parse(query, dialect), leaf, joined) or frozenset()


@given(st.text() | soup, dialects)
def test_any_text_is_parsed_and_evaluated(text: str, dialect: Dialect) -> None:
    """No text makes the parser fail, and its postfix always works out to one value."""
    assert found(text, dialect) <= RECORDS


@given(names, names, dialects)
def test_operators_are_intersection_union_and_difference(a: str, b: str, dialect: Dialect) -> None:
    """AND intersects, OR unites, NOT subtracts, and words side by side are joined by AND."""
    assert found(f"{a} AND {b}", dialect) == SETS[a] & SETS[b] == found(f"{a} {b}", dialect)
    assert found(f"{a} OR {b}", dialect) == SETS[a] | SETS[b]
    assert found(f"{a} NOT {b}", dialect) == SETS[a] - SETS[b] == found(f"{a} AND NOT {b}", dialect)


@given(names, names, names)
def test_pubmed_reads_from_left_to_right(a: str, b: str, c: str) -> None:
    """PubMed has no precedence; parentheses change the order."""
    assert found(f"{a} OR {b} AND {c}") == (SETS[a] | SETS[b]) & SETS[c]
    assert found(f"{a} OR ({b} AND {c})") == SETS[a] | (SETS[b] & SETS[c])


@given(names, names, names)
def test_essie_binds_and_before_or(a: str, b: str, c: str) -> None:
    """In Essie NOT binds before AND, and AND before OR."""
    assert found(f"{a} OR {b} AND {c}", ESSIE) == SETS[a] | (SETS[b] & SETS[c])
    assert found(f"{a} OR NOT {b}", ESSIE) == SETS[a] | (RECORDS - SETS[b])


@given(names, dialects)
def test_parentheses_and_dangling_operators_change_nothing(a: str, dialect: Dialect) -> None:
    """Open, stray and empty parentheses and operators without an operand are ignored."""
    for query in (f"(({a}", f"{a}))", f"() {a}", f"{a} AND", f"OR {a}", f"{a} NOT", f"({a} OR )"):
        assert found(query, dialect) == SETS[a]


def test_a_lone_not_finds_nothing_and_a_leading_one_subtracts_from_everything() -> None:
    """NOT alone is no query; NOT x is every record but x."""
    assert found("NOT") == frozenset()
    assert found("NOT x") == RECORDS - SETS["x"]


def test_a_deeply_nested_query_needs_no_recursion() -> None:
    """Ten thousand parentheses are parsed like one."""
    assert found("(" * 10_000 + "x" + ")" * 10_000) == SETS["x"]


def test_a_pubmed_tag_covers_the_words_before_it() -> None:
    """`heart failure[ti]` is one phrase in the title; a quoted phrase keeps its own tag."""
    assert parse("heart failure[ti]", PUBMED) == (Term(text="heart failure", field="ti"),)
    terms = [*terms_of(parse('"heart failure"[mh] trial', PUBMED))]
    assert terms == [Term(text="heart failure", field="mh", quoted=True), Term(text="trial")]


def test_a_date_range_is_one_term() -> None:
    """Ranges are read bare, quoted and tagged, and in Essie's RANGE."""
    assert parse("2020:2023[dp]", PUBMED) == (Term(text="2020", until="2023", field="dp"),)
    quoted = parse('"2020/01/01"[pdat] : "2023"[pdat]', PUBMED)
    assert quoted == (Term(text="2020/01/01", until="2023", field="pdat"),)
    essie = parse("AREA[StartDate]RANGE[2020-01-01, MAX]", ESSIE)
    assert essie == (Term(text="2020-01-01", until="MAX", field="StartDate"),)


def test_a_dropped_term_leaves_the_other_side() -> None:
    """A leaf of None drops out of AND, OR and the right of NOT; left of NOT it drops all."""

    def leaf(term: Term) -> frozenset[str] | None:
        return SETS.get(term.text)

    kept = [evaluate(parse(q, PUBMED), leaf, joined) for q in ("x AND q", "q OR x", "x NOT q")]
    assert kept == [SETS["x"]] * 3
    assert evaluate(parse("q NOT x", PUBMED), leaf, joined) is None
