"""Terms as N-Triples text, and a small graph of them: what is imported is rewritten, not queried."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from egov_kg.namespaces import PREFIXES, expand
from egov_kg.store.foreign import TextTriple

_LITERAL: Final = re.compile(
    r'"((?:[^"\\]|\\.)*)"(?:@(?P<lang>[A-Za-z0-9-]+)|\^\^<(?P<type>[^>]*)>)?', re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_NO_IRI: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
XSD: Final = PREFIXES["xsd"]


class Text(NamedTuple):
    """A literal in its parts; the datatype is empty for a plain string and for one with a language."""

    value: str
    lang: str = ""
    datatype: str = ""


def iri(text: str) -> str:
    """An IRI as a term."""
    return f"<{text}>"


def name(curie: str) -> str:
    """`prefix:local` as a term."""
    return iri(expand(curie))


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI, as far as its characters tell."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) is not None and not _NO_IRI.search(text)


def literal(value: str, lang: str = "", datatype: str = "") -> str:
    """A literal as a term."""
    text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if lang:
        return f'"{text}"@{lang}'
    return f'"{text}"^^<{datatype}>' if datatype and datatype != f"{XSD}string" else f'"{text}"'


def text_of(term: str) -> Text | None:
    """The parts of a literal; None for an IRI or a blank node."""
    match = _LITERAL.fullmatch(term)
    if match is None:
        return None
    return Text(_ESCAPE.sub(_unescaped, match[1]), match["lang"] or "", match["type"] or "")


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])


def bare(term: str) -> str:
    """An IRI without its brackets."""
    return term[1:-1]


TYPE: Final = name("rdf:type")
LABEL: Final = name("rdfs:label")


class TextGraph:
    """Distinct triples, found by subject, or by predicate and object."""

    def __init__(self, triples: Iterable[TextTriple] = ()) -> None:
        self._by_subject: dict[str, dict[str, list[str]]] = {}
        self._by_object: dict[tuple[str, str], list[str]] = {}
        self._size = 0
        for triple in triples:
            self.add(*triple)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[TextTriple]:
        for subject, facts in self._by_subject.items():
            for predicate, values in facts.items():
                for value in values:
                    yield subject, predicate, value

    def add(self, subject: str, predicate: str, value: str) -> None:
        """Add a triple, unless it is there."""
        values = self._by_subject.setdefault(subject, {}).setdefault(predicate, [])
        known = self._by_object.setdefault((predicate, value), [])
        if value in values if len(values) < len(known) else subject in known:
            return
        values.append(value)
        known.append(subject)
        self._size += 1

    def objects(self, subject: str, *predicates: str) -> list[str]:
        """The values of properties of a subject."""
        facts = self._by_subject.get(subject, {})
        return [value for predicate in predicates for value in facts.get(predicate, ())]

    def subjects(self, predicate: str, value: str) -> list[str]:
        """What has a value."""
        return list(self._by_object.get((predicate, value), ()))

    def of_type(self, *types: str) -> list[str]:
        """The instances of some classes, each once, in their order."""
        return list(dict.fromkeys(one for type_ in types for one in self.subjects(TYPE, type_)))

    def facts(self, subject: str) -> dict[str, list[str]]:
        """The properties of a subject and their values; not to be changed."""
        return self._by_subject.get(subject, {})

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """Subjects and values of a property."""
        return [
            (subject, value)
            for subject, facts in self._by_subject.items()
            for value in facts.get(predicate, ())
        ]
