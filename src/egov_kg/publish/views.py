"""Other views of a resource: the part of a release's file in another vocabulary that is about it.

Each view is a profile in the sense of Content Negotiation by Profile (W3C Working Draft, 2019).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egov_kg.errors import ReleaseError, SourceError
from egov_kg.iris import BASE
from egov_kg.namespaces import PREFIXES
from egov_kg.publish.extract import describe_catalogue
from egov_kg.store.rdf_io import parse_rdf

if TYPE_CHECKING:
    from egov_kg.store.base import Store


@dataclass(frozen=True, slots=True)
class Profile:
    """A vocabulary in which a resource can be described.

    Attributes:
        token: a short name, as in `_profile=`.
        uri: what identifies it, as in `Accept-Profile`.
        title_en, title_zh: for readers.
        file: the release's file that holds it, if one does.
    """

    token: str
    uri: str
    title_en: str
    title_zh: str
    file: str = ""


QB: Final = Profile("qb", "http://purl.org/linked-data/cube#", "RDF Data Cube", "RDF 数据立方体")
PROFILES: Final = (
    QB,
    Profile("cube-link", "https://cube.link/", "cube.link", "cube.link 立方体", "cube.ttl"),
    Profile("schema", "https://schema.org/", "schema.org", "schema.org", "schema.jsonld"),
    Profile("dcat", "http://data.europa.eu/r5r/", "DCAT-AP 3", "DCAT-AP 3"),
)
"""All profiles; the first is the default."""

_WHOLE: Final = (f"{BASE}id/dataset/", f"{BASE}id/catalogue/")
_DERIVED: Final = f"<{PREFIXES['prov']}wasDerivedFrom>"


@dataclass(frozen=True, slots=True)
class _View:
    """Lines by subject; and, by resource, the subjects that say they were derived from it."""

    lines: Mapping[str, tuple[str, ...]]
    derived: Mapping[str, tuple[str, ...]]

    def roots(self, iri: str) -> tuple[str, ...]:
        """The subjects that stand for a resource."""
        name = f"<{iri}>"
        return (*((name,) if name in self.lines else ()), *self.derived.get(name, ()))


class Views:
    """The views of one release.

    Args:
        folder: of the release.
        files: names of the files that are in it.
    """

    def __init__(self, folder: Path, files: Container[str]) -> None:
        self._folder, self._files = folder, files
        self._read: dict[Profile, _View] = {}

    def available(self, iri: str, store: Store) -> tuple[Profile, ...]:
        """The profiles in which a resource is described, the default first; raises as `about` does."""
        return (QB, *(one for one in PROFILES[1:] if self._view(one, store).roots(iri)))

    def about(self, profile: Profile, iri: str, store: Store) -> tuple[str, ...]:
        """The N-Triples lines that a view has about a resource, with the blank nodes they lead to.

        Of a dataset and of the catalogue the view is the whole of it; of others, also what says that it was
        derived from them (`prov:wasDerivedFrom`), since a cube has observations of its own.

        Args:
            profile: any but the default, whose description is `describe`'s.
            iri: the resource.
            store: the release's.

        Raises:
            ReleaseError: a file of the release cannot be read.
            EvaluationError: the store did not answer.
        """
        view = self._view(profile, store)
        roots = view.roots(iri)
        if roots and iri.startswith(_WHOLE):
            return tuple(line for lines in view.lines.values() for line in lines)
        seen: set[str] = set()
        return tuple(line for root in roots for line in _about(root, view.lines, seen))

    def _view(self, profile: Profile, store: Store) -> _View:
        """A view; a release that an earlier version made may lack its file."""
        if profile not in self._read:
            if not profile.file:
                self._read[profile] = _catalogue(store)
            else:
                self._read[profile] = (
                    self._file(profile.file) if profile.file in self._files else _View({}, {})
                )
        return self._read[profile]

    def _file(self, name: str) -> _View:
        try:
            return _by_subject(
                (str(quad.subject), f"{quad.triple} .\n") for quad in parse_rdf(self._folder / name)
            )
        except SourceError as error:
            raise ReleaseError(
                f"The release {self._folder.name} has no readable {name}: run `egov-kg build`.",
                f"发布版本 {self._folder.name} 中无法读取 {name}：请运行 `egov-kg build`。",
            ) from error


def _catalogue(store: Store) -> _View:
    text = describe_catalogue(store).serialize(format="nt")
    return _by_subject((line.partition(" ")[0], f"{line}\n") for line in text.splitlines() if line)


def _by_subject(lines: Iterable[tuple[str, str]]) -> _View:
    found: dict[str, list[str]] = {}
    derived: dict[str, list[str]] = {}
    for subject, line in lines:
        found.setdefault(subject, []).append(line)
        _, predicate, rest = line.split(" ", 2)
        if predicate == _DERIVED:
            derived.setdefault(rest.rsplit(" ", 1)[0], []).append(subject)
    return _View(
        {subject: tuple(some) for subject, some in found.items()},
        {resource: tuple(some) for resource, some in derived.items()},
    )


def _about(subject: str, subjects: Mapping[str, tuple[str, ...]], seen: set[str]) -> Iterator[str]:
    seen.add(subject)
    for line in subjects.get(subject, ()):
        yield line
        value = line.rsplit(" ", 2)[1]
        if value.startswith("_:") and value not in seen:
            yield from _about(value, subjects, seen)
