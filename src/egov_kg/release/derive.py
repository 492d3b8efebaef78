"""Derived values: the rules of `shapes/rules/*.rq`, run over what the sources say.

Each rule is one CONSTRUCT query. Its default graph is the union of all graphs as the sources made them: no
rule sees another's result, so that a derived value is always one step from what was reported, and the order
of the files does not matter to the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from egov_kg.errors import NotAcceptable, SourceError
from egov_kg.release.places import errors_of, read_rq, shown
from egov_kg.release.registry import DERIVED
from egov_kg.resources import Sources
from egov_kg.sparql.protocol import Operation
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads

if TYPE_CHECKING:
    from egov_kg.store.base import Store


@dataclass(frozen=True, slots=True)
class Derived:
    """What the rules made.

    Attributes:
        lines: canonical N-Quads lines of the derived graph, sorted and distinct.
        origins: the rule that made a node, relative to the sources' root, by the node's IRI.
        counts: how many nodes each rule made, by its file's name.
    """

    lines: tuple[bytes, ...]
    origins: Mapping[str, str]
    counts: Mapping[str, int]


def rule_files(sources: Sources) -> list[Path]:
    """The rules, in the order they are run."""
    return sorted((sources.shapes / "rules").glob("*.rq"))


def derive(store: Store, sources: Sources, scratch: Path) -> Derived:
    """Run every rule.

    Args:
        store: the graphs of the sources, their union as its default graph.
        sources: where the rules are.
        scratch: an existing folder for files that are not kept.

    Raises:
        SourceError: a rule that does not parse or is not a CONSTRUCT query, or that makes blank nodes.
        EvaluationError: the engine failed.
    """
    lines: set[bytes] = set()
    origins: dict[str, str] = {}
    counts: dict[str, int] = {}
    for rule in rule_files(sources):
        name = shown(rule, sources)
        with errors_of(rule, sources):
            made = _run(rule, store, scratch)
        subjects = {line[1 : line.index(b">")].decode() for line in made}
        for subject in subjects:
            if origins.setdefault(subject, name) != name:
                raise SourceError(
                    f"{name} and {origins[subject]} both make <{subject}>: a rule needs IRIs of its own.",
                    f"{name} 与 {origins[subject]} 都生成 <{subject}>：各规则须生成各自的 IRI。",
                    file=name,
                )
        lines.update(made)
        counts[rule.name] = len(subjects)
    return Derived(tuple(sorted(lines)), origins, counts)


def _run(rule: Path, store: Store, scratch: Path) -> list[bytes]:
    answer = scratch / f"{rule.stem}.nt"
    try:
        with answer.open("wb") as handle:
            handle.writelines(store.respond(Operation(read_rq(rule)), "application/n-triples"))
        return sorted_nquads(parse_rdf(answer, DERIVED)).splitlines(keepends=True)
    except NotAcceptable:
        raise SourceError(
            "A rule is a CONSTRUCT query, and this is of another form.",
            "规则须为 CONSTRUCT 查询，此处为其他形式。",
        ) from None
    finally:
        answer.unlink(missing_ok=True)
