"""Links to other graphs as Turtle, each with its evidence: a mapping of SSSOM, which is an annotated axiom.

Specification: SSSOM 1.0 (Simple Standard for Sharing Ontological Mappings), RDF serialisation; here the
axioms have IRIs, since the graph has no blank nodes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from egov_kg import iris
from egov_kg.namespaces import PREFIXES, expand

Review = Literal["extracted", "reviewed"]

PREDICATES: Final = tuple(f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow", "related"))
"""The mapping properties of SKOS (SKOS Reference, section 10)."""

_PREFIXES: Final = ("egov", "owl", "rdfs", "semapv", "skos", "sssom")
_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link and why it is thought right.

    Attributes:
        source: the IRI of a thing of ours.
        predicate: one of `PREDICATES`.
        target: the http IRI of a thing elsewhere.
        justification: a term of semapv, without its prefix, such as `ManualMappingCuration`.
        review: whether a person has checked it.
        confidence: a decimal from 0 to 1; empty if none was worked out.
        comment: the evidence in words, by language.
        denied: the link is known to be wrong: it is recorded, not stated.
    """

    source: str
    predicate: str
    target: str
    justification: str
    review: Review
    confidence: str = ""
    comment: Mapping[str, str] = field(default_factory=dict)
    denied: bool = False

    @property
    def iri(self) -> str:
        """The IRI of its mapping; a function of the link alone."""
        digest = hashlib.sha256(f"{self.source} {self.predicate} {self.target}".encode()).hexdigest()
        return iris.thing("mapping", f"{iris.parse(self.source).slug}-{digest[:10]}")


def head() -> str:
    """The prefixes of what `turtle` writes."""
    lines = {name: PREFIXES[name] for name in _PREFIXES} | {
        "c-review-state": f"{PREFIXES['ecode']}review-state/"
    }
    return "".join(f"@prefix {name}: <{lines[name]}> .\n" for name in sorted(lines))


def turtle(links: Iterable[Link]) -> Iterator[str]:
    """The statements, one link after the other, in the order given."""
    for link in links:
        if not link.denied:
            yield f"<{link.source}> {link.predicate} <{link.target}> .\n"
        yield f"<{link.iri}> a owl:Axiom ;\n"
        yield f"    owl:annotatedSource <{link.source}> ;\n"
        yield f"    owl:annotatedProperty {link.predicate} ;\n"
        yield f"    owl:annotatedTarget <{link.target}> ;\n"
        if link.denied:
            yield f"    sssom:predicate_modifier <{expand('sssom:NegatedPredicate')}> ;\n"
        yield f"    sssom:mapping_justification semapv:{link.justification} ;\n"
        if link.confidence:
            yield f"    sssom:confidence {link.confidence} ;\n"
        for language, text in sorted(link.comment.items()):
            yield f"    rdfs:comment {literal(text)}@{language} ;\n"
        yield f"    egov:reviewState c-review-state:{link.review} .\n\n"


def linkset(described: Path, links: Iterable[Link]) -> str:
    """A file of links.

    Args:
        described: a file with the prefixes, the linkset and what it links to.
        links: in the order in which they are written.
    """
    return "".join([described.read_text(encoding="utf-8"), "\n", *turtle(links)])


def literal(text: str) -> str:
    """A text as a string of Turtle (RDF 1.1 Turtle, section 6.4)."""
    return f'"{text.translate(_ESCAPES)}"'
