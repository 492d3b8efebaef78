"""What a few files are checked against: the project's terms, and the part of its data that is about them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from egov_kg import iris
from egov_kg.resources import Sources
from egov_kg.store.rdf_io import Quad

_DESCRIPTION: Final = re.compile(
    f"<{re.escape(iris.BASE)}id/(?:dataset|activity|agent|checksum|mapping|mapping-checksum)/{iris.IMPORT}"
)


def describes_import(subject: str) -> bool:
    """Whether a subject, as a term, is part of the description of an import, and not of what it holds."""
    return _DESCRIPTION.match(subject) is not None


def term_files(sources: Sources) -> list[Path]:
    """The ontology, its code lists and alignments."""
    files = [*sources.ontology.glob("*.ttl")]
    for folder in ("codelists", "alignments"):
        files += (sources.ontology / folder).glob("*.ttl")
    return sorted(path.resolve() for path in files)


def data_files(given: Sequence[Path], sources: Sources) -> list[Path]:
    """Data that some files may speak of: all of the project's, of which `about` takes what they do speak of.

    Args:
        given: resolved paths; they are not among the answer.
        sources: the project's own files.
    """
    return sorted({path.resolve() for path in sources.data.rglob("*.ttl")}.difference(given))


def about(given: Sequence[Quad], others: Iterable[Quad]) -> Iterator[Quad]:
    """Those of the other quads that describe what the given ones speak of, or what speaks of them.

    Followed from node to node, so that a region comes with the one it is in: a rule about a given node finds
    everything it looks at, and the thousands of regions that nobody named cost nothing.
    """
    described: dict[object, list[Quad]] = defaultdict(list)
    subjects = {quad.subject for quad in given}
    waiting = {term for quad in given for term in (quad.subject, quad.predicate, quad.object)}
    for quad in others:
        described[quad.subject].append(quad)
        if quad.object in subjects:
            waiting.add(quad.subject)
    seen = set(waiting)
    while waiting:
        for quad in described.get(waiting.pop(), ()):
            yield quad
            if quad.object not in seen:
                seen.add(quad.object)
                waiting.add(quad.object)
