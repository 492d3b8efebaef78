"""Data that try to get past the rules: every one of these is found, by every engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from egov_kg.release.engines import Finding, run_pyshacl, run_shacl
from egov_kg.release.in_store import run_sparql
from egov_kg.release.rules import ShapeSet
from egov_kg.store.rdf_io import Quad, parse_rdf
from support.rules import SHAPE_SET, THERE, conforming, context, failing_checks, named

Engine = Callable[[Iterable[Quad], ShapeSet], Iterator[Finding]]

OBSERVATION = {
    "value-string": ('obsValue 42.0', 'obsValue "42.0"'),
    "value-ill-typed": ("obsValue 42.0", 'obsValue "42,0"^^xsd:decimal'),
    "value-nan": ("obsValue 42.0", 'obsValue "NaN"^^xsd:decimal'),
    "value-full-width": ("obsValue 42.0", 'obsValue "４２"^^xsd:decimal'),
    "value-underscore": ("obsValue 42.0", 'obsValue "4_2"^^xsd:decimal'),
    "value-infinite": ("obsValue 42.0", 'obsValue "Infinity"^^xsd:decimal'),
    "value-padded": ("obsValue 42.0", 'obsValue " 42.0"^^xsd:decimal'),
    "value-double": ("obsValue 42.0", "obsValue 42.0e0"),
    "value-negative": ("obsValue 42.0", "obsValue -42.0"),
    "value-twice": ("obsValue 42.0", "obsValue 42.0 , 43.0"),
    "value-iri": ("obsValue 42.0", "obsValue unit:NUM"),
    "printed-number": ('reportedValue "42"', "reportedValue 42"),
    "printed-tagged": ('reportedValue "42"', 'reportedValue "42"@en'),
    "printed-empty": ('reportedValue "42"', 'reportedValue ""'),
    "bound-string": ("lowerBound 42.0", 'lowerBound "42.0"'),
    "bound-twice": ("lowerBound 42.0", "lowerBound 41.0 , 42.0"),
    "bound-apart": ("lowerBound 42.0", "lowerBound 42.5"),
    "inclusive-one": ("lowerInclusive true", 'lowerInclusive "1"^^xsd:boolean'),
    "inclusive-capitals": ("lowerInclusive true", 'lowerInclusive "TRUE"^^xsd:boolean'),
    "inclusive-word": ("lowerInclusive true", 'lowerInclusive "true"'),
    "inclusive-twice": ("lowerInclusive true", "lowerInclusive true , false"),
    "upper-missing": ("    egov:upperBound 42.0 ;\n    egov:upperInclusive true ;\n", ""),
    "qualifier-twice": ("c-qualifier:exact", "c-qualifier:exact , c-qualifier:about"),
    "qualifier-literal": ("c-qualifier:exact", '"exact"'),
    "qualifier-other-list": ("c-qualifier:exact", "c-level:county"),
    "qualifier-scheme": ("c-qualifier:exact", "<https://w3id.org/egov-kg/code/qualifier>"),
    "unit-literal": ("unit:PERCENT", '"PERCENT"'),
    "unit-twice": ("unit:PERCENT", "unit:PERCENT , unit:NUM"),
    "mult-string": ("unitMult 0", 'unitMult "0"'),
    "mult-decimal": ("unitMult 0", "unitMult 0.0"),
    "domain-wrong": ("domainUpperBound 100.0", "domainUpperBound 200.0"),
    "domain-string": ("domainUpperBound 100.0", 'domainUpperBound "100.0"'),
    "label-blank": ('"Example share: 42%"@en', '"   "@en'),
    "label-other-language": ('"Example share: 42%"@en', '"Beispiel"@de'),
    "label-untagged": ('"Example share: 42%"@en', '"Example share"'),
    "label-two-chinese": ('"Example share: 42%"@en', '"另一示例"@zh'),
    "period-literal": ("refPeriod period:example-year", 'refPeriod "2012"'),
    "period-undescribed": ("refPeriod period:example-year", "refPeriod period:nowhere"),
    "subject-literal": ("subject network:example", 'subject "network"'),
    "area-undescribed": ("refArea region:990000", "refArea region:990099"),
    "area-literal": ("refArea region:990000", 'refArea "990000"'),
    "spans-two": ("figureSpan span:", "figureSpan span:example-0030-0040 , span:"),
    "span-selector": ("figureSpan span:example-0010-0020", "figureSpan document:example"),
    "type-subclass-only": ("a qb:Observation", "a egov:ThresholdShareObservation"),
    "type-missing": ("a qb:Observation ;\n    rdfs", "rdfs"),
    "derived-in-disguise": ("a qb:Observation", "a egov:DerivedObservation , qb:Observation"),
}  # fmt: skip
PREFIXES = [
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n",
    "@prefix document: <https://w3id.org/egov-kg/id/document/> .\n",
    "@prefix c-level: <https://w3id.org/egov-kg/code/level/> .\n",
    "@prefix selector: <https://w3id.org/egov-kg/id/selector/> .\n",
]
# What the store keeps in its canonical form: what is served is right.
IN_OTHER_WORDS = {"obs-inclusive-one"}
CODE_POINTS = ("codePoints 1000", "codePoints 105")
HASH = '"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"'
SPAN = {
    "hash-capitals": (f"spanSha256 {HASH}", f"spanSha256 {HASH.upper()}"),
    "hash-newline": (f"spanSha256 {HASH}", f'spanSha256 {HASH[:-1]}\\n"'),
    "start-negative": ("oa:start 100", "oa:start -1"),
    "start-decimal": ("oa:start 100", "oa:start 100.0"),
    "start-after-end": ("oa:start 100", "oa:start 111"),
    "end-missing": (" ;\n    oa:end 110", ""),
    "selectors-two": ("hasSelector selector:", "hasSelector selector:example-0010-0020 , selector:"),
    "document-shorter": CODE_POINTS,
    "document-length-string": ("codePoints 1000", 'codePoints "1000"'),
    "named-otherwise": ("oa:end 110", "oa:end 109"),
    "quotation": ("oa:end 110", 'oa:end 110 ; oa:exact "示例"'),
    "quotation-type": ("a oa:TextPositionSelector", "a oa:TextPositionSelector , oa:TextQuoteSelector"),
    "paragraph-zero": ("paragraph 1", "paragraph 0"),
}
READING = {
    "rank-string": ("egov:rank 2", 'egov:rank "2"'),
    "rank-decimal": ("egov:rank 2", "egov:rank 2.0"),
    "rank-tie": ("egov:rank 2", "egov:rank 1"),
    "rank-gap": ("egov:rank 2", "egov:rank 3"),
    "rank-zero": ("egov:rank 1", "egov:rank 0"),
    "rank-missing": ("    egov:rank 2 ;\n", ""),
    "untyped": ("reading:escape-untyped-2 a egov:Reading ;\n    rdfs", "reading:escape-untyped-2 rdfs"),
}
PERIOD = {
    "reversed": ('"2012-12-31"^^xsd:date', '"2011-12-31"^^xsd:date'),
    "date-string": ('"2012-12-31"^^xsd:date', '"2012-12-31"'),
    "date-basic": ('"2012-12-31"^^xsd:date', '"20121231"^^xsd:date'),
    "date-zone": ('"2012-12-31"^^xsd:date', '"2012-12-31Z"^^xsd:date'),
    "end-undescribed": ("hasEnd period:escape-end-undescribed-last", "hasEnd period:nowhere"),
    "end-an-interval": ("hasEnd period:escape-end-an-interval-last", "hasEnd period:example-year"),
}
CASES = [
    *(("observation-source", f"obs-{name}", change) for name, change in OBSERVATION.items()),
    *(("span-hash", f"span-{name}", change) for name, change in SPAN.items()),
    *(("reading-ranks", name, change) for name, change in READING.items()),
    *(("interval-order", name, change) for name, change in PERIOD.items()),
]


def case(rule: str, name: str, change: tuple[str, str]) -> str:
    """A conforming file with one change, its nodes renamed after the case."""
    text = conforming(rule).read_text(encoding="utf-8").replace(rule, f"escape-{name}")
    assert change[0] in text, name
    known = {line for line in text.splitlines() if line.startswith("@prefix")}
    return "".join(line for line in PREFIXES if line.strip() not in known) + text.replace(*change)


def parsed(text: str, folder: Path) -> list[Quad]:
    path = folder / "data.ttl"
    path.write_text(text, encoding="utf-8")
    return list(parse_rdf(path, THERE))


@pytest.mark.parametrize("engine", [run_pyshacl, run_shacl, run_sparql])
def test_nothing_broken_gets_past_the_shapes(engine: Engine, tmp_path: Path) -> None:
    """All cases at once; the nodes of each carry its name."""
    quads = list(context())
    control = [
        (rule, f"control-{rule}", ("@prefix", "@prefix")) for rule in sorted({rule for rule, _, _ in CASES})
    ]
    for rule, name, change in [*CASES, *control]:
        quads += parsed(case(rule, name, change), tmp_path)
    found = "\n".join(f"{focus} {value}" for _, focus, value in named(engine(quads, SHAPE_SET)))
    assert "/escape-control" not in found
    missed = {name for _, name, _ in CASES if not re.search(rf"/escape-{name}(?![a-z])", found)}
    assert missed == (IN_OTHER_WORDS if engine is run_sparql else set())


@pytest.mark.parametrize(("rule", "name", "text", "check"), [
    ("statement-hedged", "label-region", '"Example statement"@en-GB', "label-tag"),
    ("statement-hedged", "label-trailing-newline", '"Example statement\\n"@en', "label-line"),
])  # fmt: skip
def test_what_engines_see_differently_is_caught_by_a_check(
    rule: str, name: str, text: str, check: str, tmp_path: Path
) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(case(rule, name, ('"Example statement"@en', text)), encoding="utf-8")
    assert check in failing_checks(path, tmp_path)
