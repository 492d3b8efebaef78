"""IRIs for blank nodes: the same for the same graph, whatever their labels (RDF 1.1 Concepts, section 3.5).

A node is named by a hash of what is said of it and what says something of it, refined until no more nodes can
be told apart (colour refinement). Those that are still alike are numbered in the order of the document.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from egov_kg.store.foreign import TextTriple

_MOST_ROUNDS: Final = 64


def skolemised(triples: Sequence[TextTriple], mint: Callable[[str], str]) -> list[TextTriple]:
    """The triples with IRIs for blank nodes.

    Args:
        triples: in the order of the document.
        mint: makes an IRI of a word of hexadecimal digits, and perhaps a hyphen and a number.
    """
    edges: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for subject, predicate, value in triples:
        if subject.startswith("_:"):
            edges[subject].append(("out", predicate, value))
        if value.startswith("_:"):
            edges[value].append(("in", predicate, subject))
    if not edges:
        return list(triples)
    colours = _refined(edges)
    seen: Counter[str] = Counter()
    names: dict[str, str] = {}
    for node, colour in colours.items():
        seen[colour] += 1
        number = f"-{seen[colour]}" if seen[colour] > 1 else ""
        names[node] = f"<{mint(colour[:16] + number)}>"
    return [
        (names.get(subject, subject), predicate, names.get(value, value))
        for subject, predicate, value in triples
    ]


def _refined(edges: dict[str, list[tuple[str, str, str]]]) -> dict[str, str]:
    colours = dict.fromkeys(edges, "")
    told_apart = 1
    for _ in range(_MOST_ROUNDS):
        colours = {
            node: _hash(
                [
                    colours[node],
                    *(f"{way} {by} {colours.get(other, other)}" for way, by, other in edges[node]),
                ]
            )
            for node in edges
        }
        found = len(set(colours.values()))
        if found == told_apart:
            break
        told_apart = found
    return colours


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
