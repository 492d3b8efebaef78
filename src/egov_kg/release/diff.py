"""What changed from one release to another: by entity, as values; the words are in `release.difference_text`.

The catalogue graph is left out: it describes the release, and so differs always. Both files are sorted and
read side by side, so that memory grows with the difference and not with the releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final, Literal

from egov_kg.errors import ResultTooLarge
from egov_kg.namespaces import expand
from egov_kg.release.registry import CATALOGUE, Release

__all__ = ["Change", "Difference", "EntityChange", "count", "diff"]

_LABEL: Final = f"<{expand('rdfs:label')}>"
_CATALOGUE: Final = f" <{CATALOGUE}> .\n".encode()


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one property of one entity.

    Attributes:
        predicate: its IRI.
        removed, added: objects in N-Triples syntax, sorted.
    """

    predicate: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What became of one entity.

    Attributes:
        iri: the entity.
        kind: `added` or `removed` when the other release does not describe it at all, else `changed`.
        changes: by property, in the order of their IRIs.
        facts: all its properties in the release that has it (the newer one, if both): IRI to objects in
            N-Triples syntax.
    """

    iri: str
    kind: Literal["added", "removed", "changed"]
    changes: tuple[Change, ...]
    facts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """From release `old` to release `new`.

    Attributes:
        old, new: their ids.
        entities: what changed, in the order of the IRIs.
        added, removed: N-Quads lines, sorted.
        labels: language to label, by IRI, of what the difference speaks of; the newer release's words.
    """

    old: str
    new: str
    entities: tuple[EntityChange, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    labels: Mapping[str, Mapping[str, str]]

    def to_text(self, lang: Literal["en", "zh"] = "en") -> str:
        """The difference in words, facts first."""
        from egov_kg.release.difference_text import difference_text

        return difference_text(self, lang)

    def to_nquads(self) -> str:
        """The difference as N-Quads.

        Each quad of a graph `graph/<name>` is in a graph `graph/<name>-added` or `graph/<name>-removed`.
        """
        lines = [
            f"{line.removesuffix('> .' + chr(10))}-{kind}> .\n"
            for kind, lines in (("added", self.added), ("removed", self.removed))
            for line in lines
        ]
        return "".join(sorted(lines))

    def to_patch(self) -> str:
        """The difference as an RDF Patch: one line a quad, `A` for added and `D` for deleted."""
        return "".join(
            [*(f"D {line}" for line in self.removed), *(f"A {line}" for line in self.added)],
        )


def diff(a: Release, b: Release, most: int | None = None) -> Difference:
    """Compare two releases.

    Args:
        a: the older one.
        b: the newer one.
        most: triples that the difference may have, added and removed together; None for any number.

    Raises:
        OSError: a release has lost its N-Quads.
        ResultTooLarge: more than `most`.
    """
    entities, added, removed = [], [], []
    for subject, old, new in _side_by_side(_subjects(a.nquads), _subjects(b.nquads)):
        if old == new:
            continue
        gone, come = sorted(old - new), sorted(new - old)
        removed += gone
        added += come
        if most is not None and len(removed) + len(added) > most:
            raise ResultTooLarge(
                f"From {a.id} to {b.id}, more than {most:,} triples differ: run `egov-kg diff`, or compare "
                "the files of the releases.",
                f"从 {a.id} 到 {b.id} 有超过 {most:,} 个三元组不同：请运行 `egov-kg diff`，"
                "或比较两个发布版本的文件。",
                limit=most,
            )
        kind: Literal["added", "removed", "changed"] = (
            "changed" if old and new else "added" if new else "removed"
        )
        entities.append(EntityChange(subject, kind, _changes(gone, come), _by_predicate(new or old)))
    spoken_of = {one.iri for one in entities} | set(_iris([*added, *removed]))
    labels = _labels(a.nquads, spoken_of)
    for iri, words in _labels(b.nquads, spoken_of).items():
        labels.setdefault(iri, {}).update(words)
    return Difference(a.id, b.id, tuple(entities), tuple(sorted(added)), tuple(sorted(removed)), labels)


def count(a: Path, b: Path) -> tuple[int, int]:
    """How many quads were added and removed from one release to another, without keeping any of them.

    Args:
        a: the N-Quads of the older one.
        b: those of the newer one.

    Raises:
        OSError: a file cannot be read.
    """
    olds, news = _lines(a), _lines(b)
    old, new = next(olds, None), next(news, None)
    added = removed = 0
    while old is not None or new is not None:
        if old == new:
            old, new = next(olds, None), next(news, None)
        elif new is None or (old is not None and old < new):
            removed += 1
            old = next(olds, None)
        else:
            added += 1
            new = next(news, None)
    return added, removed


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        yield from (line for line in handle if not line.endswith(_CATALOGUE))


def _subjects(path: Path) -> Iterator[tuple[bytes, set[str]]]:
    """Lines by subject. Sorted by bytes, the lines of one subject follow one another."""
    for subject, lines in groupby(_lines(path), key=lambda line: line[: line.index(b" ")]):
        yield subject, {line.decode() for line in lines}


def _side_by_side(
    olds: Iterator[tuple[bytes, set[str]]], news: Iterator[tuple[bytes, set[str]]]
) -> Iterator[tuple[str, set[str], set[str]]]:
    old, new = next(olds, None), next(news, None)
    while old or new:
        # No subject is the beginning of another, as each ends in `>`: they sort as the lines do.
        first = min(side[0] for side in (old, new) if side)
        old_lines: set[str] = set()
        new_lines: set[str] = set()
        if old and old[0] == first:
            old_lines, old = old[1], next(olds, None)
        if new and new[0] == first:
            new_lines, new = new[1], next(news, None)
        yield first.decode()[1:-1], old_lines, new_lines


def _split(line: str) -> tuple[str, str]:
    """Predicate IRI and object of a line; the object may have blanks, what is around it has none."""
    _, predicate, rest = line.split(" ", 2)
    return predicate[1:-1], rest.rsplit(" ", 2)[0]


def _by_predicate(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for predicate, value in map(_split, lines):
        found.setdefault(predicate, set()).add(value)
    return {predicate: tuple(sorted(found[predicate])) for predicate in sorted(found)}


def _changes(gone: list[str], come: list[str]) -> tuple[Change, ...]:
    removed, added = _by_predicate(gone), _by_predicate(come)
    return tuple(
        Change(predicate, removed.get(predicate, ()), added.get(predicate, ()))
        for predicate in sorted({*removed, *added})
    )


def _iris(lines: Iterable[str]) -> Iterator[str]:
    for predicate, value in map(_split, lines):
        yield predicate
        if value.startswith("<"):
            yield value[1:-1]


def _labels(path: Path, wanted: set[str]) -> dict[str, dict[str, str]]:
    from rdflib.util import from_n3

    found: dict[str, dict[str, str]] = {}
    mark = f" {_LABEL} ".encode()
    for line in _lines(path):
        if mark in line and (subject := line[1 : line.index(b">")].decode()) in wanted:
            predicate, value = _split(line.decode())
            if predicate == _LABEL[1:-1]:
                literal = from_n3(value)
                found.setdefault(subject, {})[getattr(literal, "language", None) or ""] = str(literal)
    return found
