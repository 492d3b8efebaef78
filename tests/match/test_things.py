"""What is read of a release for its index."""

from __future__ import annotations

from pathlib import Path

from egov_kg import iris
from egov_kg.match.things import FACETS, LONGEST, Name, Thing
from egov_kg.namespaces import expand
from support.names import read_turtle

TURTLE = """
eid:region\\/cn a egov:Region ; rdfs:label "China"@en ; egov:regionLevel ecode:region-level\\/country .
eid:region\\/610000 a egov:Region ; skos:prefLabel "陕西省"@zh , "Shaanxi"@en ; rdfs:label "陕西省"@zh ;
    skos:altLabel "陕西"@zh , "shanxisheng"@zh-Latn-pinyin ; skos:hiddenLabel "陜西"@zh ;
    skos:notation "610000"^^egov:gbt2260-2012 ; skos:broader eid:region\\/cn ;
    egov:regionLevel ecode:region-level\\/province .
eid:region\\/610100 a egov:Region ; rdfs:label "西安市"@zh ; skos:broader eid:region\\/610000 ;
    egov:regionLevel ecode:region-level\\/prefecture .
ecode:indicator\\/cost a egov:Indicator ; rdfs:label "cost"@en ; egov:topic ecode:topic\\/network .
eid:observation\\/one a qb:Observation ; rdfs:label "one"@en ; egov:indicator ecode:indicator\\/cost ;
    sdmx-dimension:refArea eid:region\\/610100 ; egov:populationLevel ecode:level\\/county ;
    egov:qualifier ecode:qualifier\\/over ; prov:wasDerivedFrom eid:span\\/s1 ; qb:dataSet eid:dataset\\/d .
eid:span\\/s1 egov:section eid:section\\/overview .
eid:nothing a egov:Region .
"""


def found(folder: Path) -> dict[str, Thing]:
    return {thing.iri.removeprefix(iris.BASE): thing for thing in read_turtle(TURTLE, folder)}


def test_what_has_a_name_in_order(tmp_path: Path) -> None:
    assert list(found(tmp_path)) == [
        *("code/indicator/cost", "id/region/610000", "id/region/cn", "id/region/610100", "id/observation/one")
    ]


def test_names(tmp_path: Path) -> None:
    shaanxi = found(tmp_path)["id/region/610000"]
    assert shaanxi.names == {
        *(Name(0, "zh", "陕西省"), Name(0, "en", "Shaanxi"), Name(1, "zh", "陕西")),
        *(Name(1, "zh-latn-pinyin", "shanxisheng"), Name(2, "zh", "陜西"), Name(3, "", "610000")),
    }
    assert (shaanxi.label("zh"), shaanxi.label("en"), shaanxi.label("fr")) == ("陕西省", "Shaanxi", "")


def test_facts(tmp_path: Path) -> None:
    things = found(tmp_path)
    facts = things["id/observation/one"].facts
    assert {name: sorted(values) for name, values in facts.items() if name in FACETS} == {
        "type": [expand("qb:Observation")],
        "topic": [iris.concept("topic", "network")],
        "populationLevel": [iris.concept("level", "county")],
        "area": [iris.thing("region", "610000")],
        "qualifier": [iris.concept("qualifier", "over")],
        "section": [iris.thing("section", "overview")],
    }
    assert things["id/observation/one"].within == iris.thing("dataset", "d")
    assert things["id/region/610100"].within == iris.thing("region", "610000")
    assert things["id/region/610100"].facts["area"] == {iris.thing("region", "610000")}
    assert things["id/region/cn"].facts["area"] == {iris.thing("region", "cn")}
    assert things["id/region/cn"].within == ""


def test_a_name_that_is_too_long_is_cut(tmp_path: Path) -> None:
    (thing,) = read_turtle(f'eid:a\\/b rdfs:label "{"市" * (LONGEST + 1)}"@zh , "  "@en .', tmp_path)
    assert thing.names == {Name(0, "zh", "市" * LONGEST)}
