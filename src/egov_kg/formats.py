"""Media types, syntaxes and file suffixes; HTTP content negotiation (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from egov_kg.errors import NotAcceptable, UsageError

Kind = Literal["results", "rdf", "page"]


@dataclass(frozen=True, slots=True)
class Syntax:
    """A way to write an answer.

    Attributes:
        name: how it is called on the command line and in `format=`.
        media_type: what Content-Type says, without parameters.
        suffix: of a file, without the dot.
        kind: `results` for SELECT and ASK, `rdf` for CONSTRUCT and DESCRIBE, `page` for readers.
        aliases: other media types a client may ask for and then gets.
        nicknames: other names and file suffixes it is known by.
    """

    name: str
    media_type: str
    suffix: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The Content-Type header: text types say that they are UTF-8, the others define it themselves."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type

    @property
    def canonical(self) -> Syntax:
        """The registered syntax of the same name, where this one goes by an alias."""
        return _registered(self.name)


JSON: Final = Syntax(
    "json", "application/sparql-results+json", "srj", "results", ("application/json",), ("sparql-json",)
)
XML: Final = Syntax(
    "xml",
    "application/sparql-results+xml",
    "srx",
    "results",
    ("application/xml", "text/xml"),
    ("sparql-xml",),
)
CSV: Final = Syntax("csv", "text/csv", "csv", "results")
TSV: Final = Syntax("tsv", "text/tab-separated-values", "tsv", "results")

# Names from before the registered ones, which clients still send: Turtle is N3, too.
TURTLE: Final = Syntax(
    "turtle", "text/turtle", "ttl", "rdf", ("application/x-turtle", "text/n3", "text/rdf+n3")
)
NTRIPLES: Final = Syntax("ntriples", "application/n-triples", "nt", "rdf", ("text/plain",), ("n-triples",))
JSONLD: Final = Syntax(
    "jsonld", "application/ld+json", "jsonld", "rdf", ("application/json",), ("json-ld", "json")
)
RDFXML: Final = Syntax(
    "rdfxml",
    "application/rdf+xml",
    "rdf",
    "rdf",
    ("application/xml", "text/xml"),
    ("rdf+xml", "rdf-xml", "xml"),
)
TRIG: Final = Syntax("trig", "application/trig", "trig", "rdf")
NQUADS: Final = Syntax("nquads", "application/n-quads", "nq", "rdf", (), ("n-quads",))

HTML: Final = Syntax("html", "text/html", "html", "page")
DOCUMENT: Final = Syntax("json", "application/json", "json", "page")
"""JSON of the service's own, where the answer is no query's."""

RESULTS: Final = (JSON, XML, CSV, TSV)
"""Syntaxes of SELECT and ASK answers; the first is the default."""

RDF: Final = (TURTLE, NTRIPLES, JSONLD, RDFXML, TRIG, NQUADS)
"""Syntaxes of graphs; the first is the default."""


def find(name: str, among: Sequence[Syntax] = RESULTS + RDF) -> Syntax | None:
    """The syntax called `name`: its name, a file suffix, another name or a media type; None if there is none.

    A media type that is an alias gives the syntax as served under that alias.
    """
    wanted = name.strip().lower().replace(" ", "+")  # what an unescaped + in a URL has become
    for syntax in among:
        if wanted in (syntax.name, syntax.suffix, syntax.media_type, *syntax.nicknames):
            return syntax
    for syntax in among:
        if wanted in syntax.aliases:
            return replace(syntax, media_type=wanted)
    return None


def of_input(media_type: str, file_name: str = "") -> Syntax | None:
    """The RDF syntax of what a client sends; None if it is none that is read.

    Args:
        media_type: what Content-Type says, with or without parameters; only registered names count, and
            `application/x-turtle`.
        file_name: decides by its suffix where the media type says nothing.
    """
    name = media_type.partition(";")[0].strip().lower()
    if name in ("", "application/octet-stream"):
        suffix = file_name.rpartition(".")[2].lower() if "." in file_name else ""
        return next((syntax for syntax in RDF if syntax.suffix == suffix), None)
    if name == TURTLE.aliases[0]:
        return TURTLE
    return next((syntax for syntax in RDF if syntax.media_type == name), None)


def by_name(name: str, among: Sequence[Syntax] = RESULTS + RDF) -> Syntax:
    """The syntax called `name`, as `find`.

    Raises:
        UsageError: no syntax is called so; the message lists those that are.
    """
    syntax = find(name, among)
    if syntax is None:
        known = ", ".join(item.name for item in among)
        raise UsageError(f"No format {name!r}: there are {known}.", f"没有格式 {name!r}：可用 {known}。")
    return syntax


@lru_cache
def _registered(name: str) -> Syntax:
    return by_name(name)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One member of an Accept header.

    Attributes:
        type: lower case, or `*`.
        subtype: lower case, or `*`.
        parameters: name (lower case) to value, without `q`.
        quality: thousandths, 0 (not acceptable) to 1000.
    """

    type: str
    subtype: str
    parameters: Mapping[str, str]
    quality: int

    @property
    def precedence(self) -> tuple[int, int]:
        """How specific it is; the most specific range that matches sets a representation's quality."""
        return (self.type != "*") + (self.subtype != "*"), len(self.parameters)

    def matches(self, media_type: str) -> bool:
        """Whether it covers a media type that is written in UTF-8."""
        type_, _, subtype = media_type.partition("/")
        return (
            self.type in ("*", type_)
            and self.subtype in ("*", subtype)
            and all(_fulfils(media_type, name, value) for name, value in self.parameters.items())
        )


_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110, section 5.6.2
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LONGEST: Final = 4096
_MEMBER = re.compile(rf"(?:{_QUOTED}|[^,])+")
_RANGE = re.compile(rf"\s*({_TOKEN})\s*/\s*({_TOKEN})\s*|\s*(\*)\s*")
_PARAMETER = re.compile(rf";\s*(?:({_TOKEN})\s*=\s*({_TOKEN}|{_QUOTED}))?\s*")
_QUALITY = re.compile(r"[01]?(?:\.\d*)?")


def parse_accept(header: str) -> tuple[MediaRange, ...]:
    """The media ranges of an Accept header, in its order, up to 4,096 characters.

    Members that are malformed are left out.
    """
    return tuple(_ranges(header[:_LONGEST]))


def _ranges(header: str) -> Iterator[MediaRange]:
    for member in _MEMBER.findall(header):
        head = _RANGE.match(member)
        if head is None:
            continue
        # Java's URLConnection writes a bare "*".
        type_, subtype = ("*", "*") if head[3] else (head[1].lower(), head[2].lower())
        if type_ == "*" != subtype:
            continue
        parameters: dict[str, str] = {}
        quality: int | None = 1000
        position = head.end()
        while position < len(member) and (found := _PARAMETER.match(member, position)):
            position = found.end()
            if found[1] is None:
                continue
            name, value = found[1].lower(), _unquoted(found[2])
            if name == "q":
                quality = _thousandths(value)
                position = len(member)  # what follows q never belonged to the media range
            else:
                parameters[name] = value
        if position == len(member) and quality is not None:
            yield MediaRange(type_, subtype, parameters, quality)


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _thousandths(value: str) -> int | None:
    if not _QUALITY.fullmatch(value) or value in ("", "."):
        return None
    return min(1000, round(float(value) * 1000))


def _fulfils(media_type: str, name: str, value: str) -> bool:
    if name == "charset":
        return value.lower() in ("utf-8", "utf8")
    # A version (RDF 1.2) is a wish, not a condition, as is a profile (JSON-LD 1.1, section 6). A CSV answer
    # has a header row.
    return (
        (name == "version" and media_type != HTML.media_type)
        or (media_type, name) == ("application/ld+json", "profile")
        or (media_type, name, value.lower()) == ("text/csv", "header", "present")
    )


def quality(ranges: Sequence[MediaRange], media_type: str) -> int:
    """The quality, in thousandths, that an Accept header gives a media type; 0 is not acceptable."""
    matching = [item for item in ranges if item.matches(media_type)]
    return max(matching, key=lambda item: item.precedence).quality if matching else 0


def negotiate(accept: str | None, offers: Sequence[Syntax]) -> Syntax:
    """The offer a client likes best (RFC 9110, section 12.5.1); among equals, the first.

    Args:
        accept: the Accept header; None, empty or wholly malformed accepts everything.
        offers: in the server's order of preference.

    Returns:
        The offer, with its `media_type` replaced by an alias where only the alias was asked for.

    Raises:
        NotAcceptable: nothing fits; `extra["available"]` lists the media types.
    """
    ranges = parse_accept(accept or "")
    if not ranges:
        return offers[0]
    best, best_quality = offers[0], 0
    exact = [item for item in ranges if item.subtype != "*"]  # a wildcard never picks an alias
    for offer in offers:
        for media_type in (offer.media_type, *offer.aliases):
            found = quality(ranges if media_type == offer.media_type else exact, media_type)
            if found > best_quality:
                best, best_quality = replace(offer, media_type=media_type), found
    if best_quality == 0:
        available = [offer.media_type for offer in offers]
        raise NotAcceptable(
            f"Nothing matches Accept: {accept}. Available: {', '.join(available)}.",
            f"没有与 Accept: {accept} 相符的格式。可用：{', '.join(available)}。",
            available=available,
        )
    return best


def choose(accept: str | None, hints: Sequence[str], offers: Sequence[Syntax]) -> Syntax:
    """Negotiate where a client also named a format in the URL, as SPARQLWrapper does.

    The first hint that names an offer the Accept header does not rule out is taken. Accept alone decides
    where it rules the hint out, and where a hint names nothing that is offered.

    Raises:
        NotAcceptable: as `negotiate`.
    """
    ranges = parse_accept(accept or "")
    for hint in hints:
        syntax = find(hint, offers)
        if syntax is not None:
            if not ranges or quality(ranges, syntax.media_type):
                return syntax
            exact = [item for item in ranges if item.subtype != "*"]
            for alias in syntax.aliases:
                if quality(exact, alias):
                    return replace(syntax, media_type=alias)
    return negotiate(accept, offers)
