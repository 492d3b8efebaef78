"""A small source tree of invented regions and figures, under the project's own rules, quick to build."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

from egov_kg.namespaces import PREFIXES
from egov_kg.resources import Sources

ROOT = Path(__file__).resolve().parents[2]
COUNTIES = 7
EDITION = "report-test"

_HEADER = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
_ONTOLOGY = """
<https://w3id.org/egov-kg/ontology> a owl:Ontology ; rdfs:label "Words"@en , "词汇"@zh .
egov:Region a owl:Class ; rdfs:label "Region"@en , "地区"@zh .
<https://w3id.org/egov-kg/code/indicator/coverage> a egov:Indicator , skos:Concept ;
    rdfs:label "Coverage"@en , "覆盖率"@zh ;
    egov:populationUnit <https://w3id.org/egov-kg/code/population-unit/region> .
<https://w3id.org/egov-kg/code/condition/none> a skos:Concept ; rdfs:label "none"@en , "无"@zh .
"""
_EDITION = """
<https://w3id.org/egov-kg/id/dataset/report-test> a qb:DataSet ;
    dcterms:title "A test"@en , "测试"@zh ; rdfs:label "A test"@en , "测试"@zh .
<https://w3id.org/egov-kg/id/network/one> a egov:Network ; rdfs:label "Network, \\"one\\""@en , "网络一"@zh .
<https://w3id.org/egov-kg/id/period/end-of-2012> a time:Instant ; time:inXSDDate "2012-12-31"^^xsd:date ;
    rdfs:label "end of 2012"@en , "2012 年底"@zh .
<https://w3id.org/egov-kg/id/period/not-stated> a time:TemporalEntity ;
    rdfs:label "not stated"@en , "未说明"@zh .
<https://w3id.org/egov-kg/id/period/since-2010> a time:Interval ;
    rdfs:label "since 2010"@en , "2010 年以来"@zh ;
    time:hasBeginning <https://w3id.org/egov-kg/id/period/start-of-2010> ;
    time:hasEnd <https://w3id.org/egov-kg/id/period/not-stated> .
<https://w3id.org/egov-kg/id/period/start-of-2010> a time:Instant ; time:inXSDDate "2010-01-01"^^xsd:date ;
    rdfs:label "start of 2010"@en , "2010 年初"@zh .
<https://w3id.org/egov-kg/id/span/report-test-0010-0014> a oa:SpecificResource ;
    egov:section <https://w3id.org/egov-kg/id/section/report-test-one> ;
    oa:hasSelector <https://w3id.org/egov-kg/id/selector/report-test-0010-0014> .
<https://w3id.org/egov-kg/id/selector/report-test-0010-0014> a oa:TextPositionSelector ;
    oa:start 10 ; oa:end 14 .
"""
_SHAPES = """
<https://w3id.org/egov-kg/shape/observation-qualifier> a sh:NodeShape ;
    sh:targetClass qb:Observation ;
    sh:or ( [ sh:class egov:DerivedObservation ]
            [ sh:property [ sh:path egov:qualifier ; sh:minCount 1 ] ] ) ;
    sh:message "An observation needs a qualifier: add egov:qualifier."@en , "观测值缺少限定词。"@zh .
"""


def turtle(body: str) -> str:
    """Turtle with the project's prefixes declared."""
    return _HEADER + body


def region(code: str, level: str) -> str:
    """A region of a level, in Turtle."""
    return (
        f"<https://w3id.org/egov-kg/id/region/{code}> a egov:Region , skos:Concept ;\n"
        f'    rdfs:label "Region {code}"@en , "地区 {code}"@zh ;\n'
        f'    skos:notation "{code}"^^egov:gbt2260-2012 ;\n'
        f"    egov:regionLevel <https://w3id.org/egov-kg/code/region-level/{level}> .\n"
    )


def observation(
    slug: str,
    value: Decimal | str,
    qualifier: str | None = "exact",
    *,
    printed: str | None = None,
    level: str = "county",
    area: str = "cn",
    unit: str = "PERCENT",
    origin: str = "digits",
    period: str = "end-of-2012",
    extra: str = "",
) -> str:
    """An observation with every dimension, in Turtle."""
    code = "https://w3id.org/egov-kg/code"
    thing = "https://w3id.org/egov-kg/id"
    stated = f"    egov:qualifier <{code}/qualifier/{qualifier}> ;\n" if qualifier else ""
    return (
        f"<{thing}/observation/{slug}> a qb:Observation ;\n"
        f"    qb:dataSet <{thing}/dataset/report-test> ;\n"
        f'    rdfs:label "Coverage {slug}"@en , "覆盖率 {slug}"@zh ;\n'
        f"    egov:indicator <{code}/indicator/coverage> ;\n"
        f"    sdmx-dimension:refArea <{thing}/region/{area}> ;\n"
        f"    egov:populationLevel <{code}/level/{level}> ;\n"
        f"    egov:subject <{thing}/network/one> ;\n"
        f"    sdmx-dimension:refPeriod <{thing}/period/{period}> ;\n"
        f"    egov:condition <{code}/condition/none> ;\n"
        f'    sdmx-measure:obsValue "{value}"^^xsd:decimal ;\n'
        f"    sdmx-attribute:unitMeasure unit:{unit} ;\n"
        "    sdmx-attribute:unitMult 0 ;\n"
        f'    egov:reportedValue "{printed or value}" ;\n{stated}'
        f"    egov:valueOrigin <{code}/value-origin/{origin}> ;\n{extra}"
        f"    egov:figureSpan <{thing}/span/report-test-0010-0014> ;\n"
        f"    egov:reviewState <{code}/review-state/reviewed> .\n"
    )


def observations(counties_exact: str = "71") -> str:
    """The observations of the tree: one for each way in which a share can be qualified, and an amount."""
    flag = "https://w3id.org/egov-kg/code/flag"
    bounds = (
        "egov:lowerBound 71.0 ; egov:lowerInclusive true ; egov:upperBound 71.0 ; egov:upperInclusive true ;"
    )
    return "\n".join(
        (
            observation("exact", counties_exact, extra=f"    {bounds}\n"),
            observation(
                "over", "60", "over", extra="    egov:lowerBound 60.0 ; egov:lowerInclusive false ;\n"
            ),
            observation("about", "80", "about", period="not-stated"),
            observation(
                "hedged", "100", "hedged", extra=f"    egov:flag <{flag}/one-off> , <{flag}/average> ;\n"
            ),
            observation("amount", "12500000000.5", unit="CCY_CNY", area="110000", period="since-2010"),
        )
    )


def make_sources(root: Path) -> Sources:
    """Write the tree below a new folder."""
    sources = Sources(root)
    edition = sources.data / EDITION
    for folder in (sources.ontology, edition, sources.shapes / "integrity"):
        folder.mkdir(parents=True)
    for name in ("derived", "catalogue"):
        shutil.copytree(ROOT / "data" / "ttl" / name, sources.data / name)
    for name in ("rules", "imports"):
        shutil.copytree(ROOT / "shapes" / name, sources.shapes / name)
    regions = [region("110000", "province"), region("710000", "province"), region("cn", "country")]
    regions += [region(f"11010{n}", "county") for n in range(1, COUNTIES + 1)]
    (sources.ontology / "egov.ttl").write_text(turtle(_ONTOLOGY), encoding="utf-8")
    (sources.data / "regions.ttl").write_text(turtle("\n".join(regions)), encoding="utf-8")
    (edition / "dataset.ttl").write_text(turtle(_EDITION), encoding="utf-8")
    (edition / "observations.ttl").write_text(turtle(observations()), encoding="utf-8")
    (sources.shapes / "shapes.ttl").write_text(turtle(_SHAPES), encoding="utf-8")
    return sources
