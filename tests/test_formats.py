"""Names of syntaxes, and content negotiation (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg import formats
from egov_kg.errors import NotAcceptable, UsageError
from egov_kg.formats import HTML, JSON, JSONLD, RDF, RESULTS, TURTLE, Syntax, choose, negotiate, parse_accept

JSON_RESULTS = "application/sparql-results+json"
XML_RESULTS = "application/sparql-results+xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def refuses(accept: str, offers: tuple[Syntax, ...]) -> bool:
    try:
        negotiate(accept, offers)
    except NotAcceptable:
        return True
    return False


@pytest.mark.parametrize(
    ("accept", "offers", "expected"),
    [
        (None, RESULTS, JSON_RESULTS),
        ("", RESULTS, JSON_RESULTS),
        ("*/*", RESULTS, JSON_RESULTS),
        ("*", RESULTS, JSON_RESULTS),
        ("text/*", RESULTS, "text/csv"),
        (XML_RESULTS, RESULTS, XML_RESULTS),
        (f"{JSON_RESULTS};q=0.5, {XML_RESULTS}", RESULTS, XML_RESULTS),
        (f"{XML_RESULTS};q=0.001, {JSON_RESULTS};q=0", RESULTS, XML_RESULTS),
        ("text/csv, */*;q=0.1", RESULTS, "text/csv"),
        (f"*/*, {JSON_RESULTS};q=0", RESULTS, XML_RESULTS),
        ("text/*;q=0.3, text/csv;q=0.1", RESULTS, "text/tab-separated-values"),
        ("TEXT/CSV", RESULTS, "text/csv"),
        ("text/csv ; Q=1", RESULTS, "text/csv"),
        ("text/csv;charset=UTF-8", RESULTS, "text/csv"),
        ('text/csv;header=present;charset="utf-8"', RESULTS, "text/csv"),
        ("text/csv;q=.2", RESULTS, "text/csv"),
        ("application/json", RESULTS, "application/json"),
        ("application/json, text/csv", RESULTS, "application/json"),
        (f"application/json, {JSON_RESULTS}", RESULTS, JSON_RESULTS),
        ("application/xml", RESULTS, "application/xml"),
        ("text/xml", RESULTS, "text/xml"),
        ("nonsense, text/csv", RESULTS, "text/csv"),
        ('text/plain;a="x,y;q=1", text/csv;q=0.1', RESULTS, "text/csv"),
        ("*/*", RDF, "text/turtle"),
        ("application/rdf+xml", RDF, "application/rdf+xml"),
        ("application/n-triples, text/turtle;q=0.9", RDF, "application/n-triples"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', RDF, "application/ld+json"),
        (BROWSER, (*RESULTS, HTML), "text/html"),
        (BROWSER, (*RDF, HTML), "text/html"),
        ("text/turtle;q=0, */*", RDF, "application/n-triples"),
    ],
)
def test_the_best_offer(accept: str | None, offers: tuple[Syntax, ...], expected: str) -> None:
    assert negotiate(accept, offers).media_type == expected


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "text/csv;charset=latin-1",
        "text/csv;header=absent",
        "*/*;q=0",
        "text/*;q=0, image/*",
        "text/turtle",
        "text/csv;q=0.0001",
    ],
)
def test_nothing_fits(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, RESULTS)
    assert caught.value.extra["available"] == [offer.media_type for offer in RESULTS]
    assert accept in caught.value.detail_zh


@pytest.mark.parametrize("accept", ["nonsense", ";;;", "text/csv;q=2.5x", "*/csv", "a/b/c", 'text/csv;"'])
def test_a_header_that_is_all_malformed_counts_as_absent(accept: str) -> None:
    assert parse_accept(accept) == ()
    assert negotiate(accept, RESULTS) == JSON


_TYPES = st.sampled_from(
    [syntax.media_type for syntax in (*RESULTS, *RDF)] + ["*/*", "text/*", "application/*"]
)
_QUALITIES = st.integers(0, 1000).map(lambda thousandths: f"{thousandths / 1000:.3f}")
_MEMBERS = st.lists(st.tuples(_TYPES, _QUALITIES), min_size=1, max_size=6, unique_by=lambda member: member[0])


def _header(members: list[tuple[str, str]]) -> str:
    return ", ".join(f"{type_};q={quality}" for type_, quality in members)


def _expected(members: list[tuple[str, str]], media_type: str) -> float:
    """RFC 9110's rule, said another way: the exact type, else type/*, else */*, else nothing."""
    known = dict(members)
    for key in (media_type, media_type.split("/")[0] + "/*", "*/*"):
        if key in known:
            return float(known[key])
    return 0.0


@given(_MEMBERS)
def test_no_offer_is_better_than_the_chosen_one(members: list[tuple[str, str]]) -> None:
    header = _header(members)
    best = max(_expected(members, offer.media_type) for offer in RESULTS)
    if refuses(header, RESULTS):
        assert best == 0
    else:
        chosen = negotiate(header, RESULTS).media_type
        assert _expected(members, chosen) == best > 0
        earlier = [o.media_type for o in RESULTS[: [x.media_type for x in RESULTS].index(chosen)]]
        assert all(_expected(members, other) < best for other in earlier)


@given(_MEMBERS, st.randoms())
def test_the_order_of_the_header_does_not_matter(members: list[tuple[str, str]], random: object) -> None:
    shuffled = sorted(members, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert refuses(_header(members), RDF) == refuses(_header(shuffled), RDF)
    if not refuses(_header(members), RDF):
        assert negotiate(_header(members), RDF) == negotiate(_header(shuffled), RDF)


@given(_MEMBERS)
def test_what_is_ruled_out_is_never_chosen(members: list[tuple[str, str]]) -> None:
    ruled_out = [type_ for type_, quality in members if float(quality) == 0]
    if not refuses(_header(members), RESULTS):
        assert negotiate(_header(members), RESULTS).media_type not in ruled_out


@given(st.text(max_size=200))
def test_any_text_is_a_header(text: str) -> None:
    for media_range in parse_accept(text):
        assert 0 <= media_range.quality <= 1000
    chosen = None if refuses(text, RESULTS) else negotiate(text, RESULTS)
    assert chosen is None or chosen.canonical in RESULTS


@pytest.mark.parametrize(
    ("accept", "hints", "expected"),
    [
        (None, ["xml"], XML_RESULTS),
        ("*/*", ["csv"], "text/csv"),
        (BROWSER, ["csv"], "text/csv"),
        (BROWSER, ["html"], "text/html"),
        (JSON_RESULTS, ["xml"], JSON_RESULTS),
        ("application/xml", ["xml"], "application/xml"),
        (f"{XML_RESULTS}, {JSON_RESULTS}", ["json"], JSON_RESULTS),
        ("*/*", ["turtle", "csv"], "text/csv"),
        ("*/*", ["nonsense"], JSON_RESULTS),
        (None, ["application/sparql-results xml"], XML_RESULTS),
        (None, [], JSON_RESULTS),
    ],
)
def test_a_hint_counts_where_accept_allows_it(accept: str | None, hints: list[str], expected: str) -> None:
    assert choose(accept, hints, (*RESULTS, HTML)).media_type == expected


def test_a_hint_does_not_widen_what_is_acceptable() -> None:
    with pytest.raises(NotAcceptable):
        choose("image/png", ["json"], RESULTS)


def test_hints_for_graphs_use_the_names_clients_send() -> None:
    names = {"json-ld": JSONLD, "json": JSONLD, "ttl": TURTLE, "turtle": TURTLE}
    for name, syntax in names.items():
        assert choose("*/*", [name], RDF) == syntax
    assert {choose("*/*", [name], RDF).name for name in ("rdf", "rdf+xml", "xml", "rdfxml")} == {"rdfxml"}


def test_every_syntax_is_found_by_its_name_suffix_and_type() -> None:
    for syntax in (*RESULTS, *RDF):
        assert formats.by_name(syntax.name) == syntax
        for among in (RESULTS, RDF):
            if syntax in among:
                assert formats.by_name(syntax.suffix, among) == syntax
                assert formats.by_name(syntax.media_type.upper(), among) == syntax
                for alias in syntax.aliases:
                    served = formats.by_name(alias, among)
                    assert served.media_type == alias
                    assert served.canonical == syntax
    with pytest.raises(UsageError, match="turtle"):
        formats.by_name("docx")


def test_text_types_say_that_they_are_utf_8() -> None:
    assert formats.CSV.content_type == "text/csv; charset=utf-8"
    assert TURTLE.content_type == "text/turtle; charset=utf-8"
    assert JSON.content_type == JSON_RESULTS


@pytest.mark.parametrize("syntax", [*RESULTS, *RDF], ids=lambda syntax: syntax.name)
def test_a_version_is_a_wish(syntax: Syntax) -> None:
    for accept in (f"{syntax.media_type};version=1.2", f'{syntax.media_type}; version="1.2"; q=0.5'):
        assert negotiate(accept, RESULTS if syntax in RESULTS else RDF) == syntax
    assert formats.quality(parse_accept("text/html;version=5"), "text/html") == 0


@pytest.mark.parametrize(
    ("accept", "name", "content_type"),
    [
        ("text/plain, */*;q=0.1", "ntriples", "text/plain; charset=utf-8"),  # rdflib asks so for N-Triples
        ("text/n3, */*;q=0.1", "turtle", "text/n3; charset=utf-8"),
        ("text/rdf+n3", "turtle", "text/rdf+n3; charset=utf-8"),
        ("text/*", "turtle", "text/turtle; charset=utf-8"),
        ("text/plain;q=0.5, text/turtle;q=0.6", "turtle", "text/turtle; charset=utf-8"),
    ],
)
def test_names_from_before_the_registered_ones(accept: str, name: str, content_type: str) -> None:
    chosen = negotiate(accept, RDF)
    assert (chosen.name, chosen.content_type) == (name, content_type)
    with pytest.raises(NotAcceptable):
        negotiate("text/plain, text/n3", RESULTS)


def test_what_is_read_goes_by_its_registered_name() -> None:
    assert formats.of_input("application/x-turtle") == TURTLE
    assert formats.of_input("text/n3") is None  # N3 has more than Turtle
    assert formats.of_input("text/plain") is None
