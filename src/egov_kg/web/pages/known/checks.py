"""What a release was checked for, and what was found: the rules, and the validation report by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.errors import EgovError
from egov_kg.namespaces import PREFIXES
from egov_kg.publish.about import Words
from egov_kg.release.registry import Release
from egov_kg.web.kept import Kept
from egov_kg.web.service import service

REPORT: Final = "validation-report.ttl"
REPORT_TEXT: Final = "validation-report.txt"

_SHAPE: Final = f"<{PREFIXES['sh']}sourceShape>"
_INTEGRITY: Final = "ic-"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that releases are held to.

    Attributes:
        iri: its IRI.
        title: what holds in good data, by language; of a shape, what to do.
        group: `cube`, an integrity constraint of RDF Data Cube; `integrity`, another check of the graph as a
            whole; `shape`, a SHACL shape.
        severity: `Violation`, `Warning` or `Info`.
    """

    iri: str
    title: Words
    group: str
    severity: str

    @property
    def name(self) -> str:
        """Its short name: `ic-06`, `observation-unit`."""
        return self.iri.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of validation.

    Attributes:
        conforms: whether the release keeps its rules; None where it was not validated.
        engine: the SHACL engine, empty where not said.
        rules: how many were checked, 0 where not said.
        remarks: findings that do not make data fail.
        found: findings by the IRI of the rule.
        files: names of the report's files that there are.
    """

    conforms: bool | None
    engine: str
    rules: int
    remarks: int
    found: Mapping[str, int]
    files: Sequence[str]


def rules() -> tuple[Rule, ...]:
    """The rules of this version of the program, by group and name."""
    return _rules.get("")


def checked() -> Checked:
    """What was found in the release at hand."""
    release = service().edition.release
    facts = release.manifest.get("validation") or {}
    files = [name for name in (REPORT, REPORT_TEXT) if name in release.manifest["files"]]
    return Checked(
        conforms=facts.get("conforms"),
        engine=str(facts.get("engine", "")),
        rules=int(facts.get("rules", 0)),
        remarks=int(facts.get("remarks", 0)),
        found=_found.get(release.id) if REPORT in files else {},
        files=files,
    )


def _read_rules() -> tuple[Rule, ...]:
    from egov_kg.release.rules import load_checks, load_shapes
    from egov_kg.resources import find_sources

    sources = find_sources()
    found = [
        Rule(
            check.iri,
            {"en": check.title_en, "zh": check.title_zh},
            "cube" if check.path.stem.startswith(_INTEGRITY) else "integrity",
            "Violation",
        )
        for check in load_checks(sources)
    ]
    found += [
        Rule(shape.iri, {"en": shape.message_en, "zh": shape.message_zh}, "shape", shape.severity)
        for shape in load_shapes(sources).rules.values()
    ]
    groups = ("cube", "integrity", "shape")
    return tuple(sorted(found, key=lambda rule: (groups.index(rule.group), rule.name)))


def _read_found() -> Mapping[str, int]:
    return Counter(_sources(service().edition.release))


def _sources(release: Release) -> Iterator[str]:
    """The rule of each finding in the report; none where the report cannot be read."""
    from egov_kg.store.rdf_io import parse_rdf

    try:
        for quad in parse_rdf(release.path / REPORT):
            if str(quad.predicate) == _SHAPE:
                yield str(quad.object).strip("<>")
    except EgovError:
        return


_rules: Final = Kept(_read_rules)
_found: Final = Kept(_read_found)
