"""Implied counts: the rules against the definition, by trying every whole number of regions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from egov_kg.errors import SourceError
from egov_kg.namespaces import expand
from egov_kg.release.derive import Derived, derive
from egov_kg.release.registry import DERIVED
from egov_kg.release.sources import read_sources
from egov_kg.resources import Sources
from egov_kg.store.base import Dataset
from egov_kg.store.snapshot import Snapshot
from support.sources import EDITION, make_sources, observation, region, turtle

ID = "https://w3id.org/egov-kg/id/"
SIZE = 137
SHARES = ["0", "0.4", "1", "12.5", "33.33", "50", "50.0", "60", "71", "85", "90", "93", "99", "99.9", "100"]
QUALIFIERS = ["exact", "over", "at-least", "at-most", "nearly", "under", "about", "hedged"]


@dataclass(frozen=True)
class Case:
    slug: str
    share: str
    qualifier: str
    origin: str = "digits"


CASES = [Case(f"case-{n}-{q}", share, q) for q in QUALIFIERS for n, share in enumerate(SHARES)]
CASES += [Case("case-all-in-words", "100", "exact", "verbal")]


def run(sources: Sources, scratch: Path) -> Derived:
    said = read_sources(sources)
    file = scratch / "said.nq"
    file.write_bytes(b"".join(sorted(line for lines in said.lines.values() for line in lines)))
    with Snapshot.memory([file], Dataset((*said.lines, DERIVED))) as store:
        return derive(store, sources, scratch)


def as_graph(made: Derived) -> Graph:
    triples = b"".join(line.rsplit(b" ", 2)[0] + b" .\n" for line in made.lines)
    return Graph().parse(data=triples, format="nt")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    root = tmp_path_factory.mktemp("derive")
    sources = make_sources(root / "sources")
    counties = [region(f"{110101 + n}", "county") for n in range(SIZE)]
    regions = [region("cn", "country"), region("110000", "province"), region("710000", "province"), *counties]
    (sources.data / "regions.ttl").write_text(turtle("\n".join(regions)), "utf-8")
    body = [observation(case.slug, case.share, case.qualifier, origin=case.origin) for case in CASES]
    # Not shares of the regions of a level, and so not derived from: another unit, area, level or indicator.
    body += [
        observation("not-percent", "50", unit="NUM"),
        observation("not-the-country", "50", area="110000"),
        observation("not-a-level-of-regions", "50", level="central"),
        observation("threshold", "50").replace(
            "a qb:Observation", "a qb:Observation , egov:ThresholdShareObservation"
        ),
        observation("not-of-regions", "50").replace("code/indicator/coverage", "code/indicator/other"),
    ]
    (sources.data / EDITION / "observations.ttl").write_text(turtle("\n".join(body)), "utf-8")
    return as_graph(run(sources, root))


def value(graph: Graph, case: Case, curie: str) -> Decimal | None:
    found = list(graph.objects(URIRef(f"{ID}observation/derived-count-{case.slug}"), URIRef(expand(curie))))
    assert len(found) <= 1
    return Decimal(str(found[0])) if found else None


def allowed(case: Case) -> Iterator[int]:
    """Every count of regions that the wording allows, by the definition, in exact arithmetic."""
    share = Fraction(case.share)
    half = Fraction(1, 2 * 10 ** len(case.share.partition(".")[2]))
    for count in range(SIZE + 1):
        of = Fraction(100 * count, SIZE)
        if {
            "exact": of == share if case.origin == "verbal" else abs(of - share) <= half,
            "over": of > share,
            "at-least": of >= share,
            "at-most": of <= share,
            "nearly": of < share,
            "under": of < share,
            "about": abs(of - share) <= share / 10,
            "hedged": False,
        }[case.qualifier]:
            yield count


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.qualifier}-{case.share}-{case.origin}")
def test_the_bounds_are_those_of_every_count_the_wording_allows(case: Case, made: Graph) -> None:
    counts = list(allowed(case))
    lower, upper = value(made, case, "egov:lowerBound"), value(made, case, "egov:upperBound")
    central = value(made, case, "sdmx-measure:obsValue")
    if not counts:
        assert (lower, upper, central) == (None, None, None)
        return
    assert lower == (None if case.qualifier in ("at-most", "nearly", "under") else counts[0])
    assert upper == (None if case.qualifier in ("over", "at-least") else counts[-1])
    assert central in counts
    # The central value is the allowed count nearest to the printed share.
    printed = Fraction(SIZE) * Fraction(case.share) / 100
    assert abs(Fraction(central) - printed) == min(abs(count - printed) for count in counts)


def test_only_shares_of_the_regions_of_a_level_are_derived_from(made: Graph) -> None:
    subjects = {str(subject) for subject in made.subjects()}
    wanted = {f"{ID}observation/derived-count-{case.slug}" for case in CASES if list(allowed(case))}
    assert subjects == wanted


def test_a_derived_value_carries_what_it_rests_on(made: Graph) -> None:
    case = next(case for case in CASES if (case.qualifier, case.share) == ("exact", "71"))
    node = URIRef(f"{ID}observation/derived-count-{case.slug}")

    def objects(curie: str) -> set[str]:
        return {str(item) for item in made.objects(node, URIRef(expand(curie)))}

    assert objects("prov:wasDerivedFrom") == {f"{ID}observation/{case.slug}", f"{ID}region-set/county-2012"}
    assert objects("egov:denominator") == {f"{ID}region-set/county-2012"}
    assert objects("egov:denominatorValue") == {str(SIZE)}
    assert objects("egov:denominatorStated") == {"false"}
    assert objects("egov:formula") == {
        "ceil(137 * 70.5 / 100) .. floor(137 * 71.5 / 100); round(137 * 71 / 100)"
    }
    for curie in ("rdfs:label", "egov:rounding", "skos:note"):
        languages = [getattr(item, "language", None) for item in made.objects(node, URIRef(expand(curie)))]
        assert sorted(map(str, languages)) == ["en", "zh"], curie
    dimensions = ("egov:indicator", "sdmx-dimension:refArea", "egov:populationLevel", "egov:subject")
    for curie in (*dimensions, "sdmx-dimension:refPeriod", "egov:condition", "qb:dataSet"):
        assert len(objects(curie)) == 1, curie


def test_the_denominator_is_counted_and_leaves_out_what_the_set_excludes(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    (sources.data / EDITION / "observations.ttl").write_text(
        turtle(observation("provinces", "100", level="provincial")), "utf-8"
    )
    for provinces in (1, 3):
        codes = ["710000", *(f"{11 + n}0000" for n in range(provinces))]
        regions = turtle("\n".join(region(code, "province") for code in codes))
        (sources.data / "regions.ttl").write_text(regions, "utf-8")
        graph = as_graph(run(sources, tmp_path))
        assert [str(size) for size in graph.objects(None, URIRef(expand("egov:denominatorValue")))] == [
            str(provinces)
        ]


def test_two_rules_may_not_make_the_same_node(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    rules = sources.shapes / "rules"
    (rules / "99-again.rq").write_text((rules / "10-count-printed-figure.rq").read_text("utf-8"), "utf-8")
    with pytest.raises(SourceError, match=r"99-again\.rq and shapes/rules/10-.*\.rq both make"):
        run(sources, tmp_path)


def test_every_rule_says_what_it_does_in_both_languages() -> None:
    from support.sources import ROOT

    rules = sorted((ROOT / "shapes" / "rules").glob("*.rq"))
    assert rules
    for rule in rules:
        text = rule.read_text("utf-8")
        assert "# title_en: " in text, rule.name
        assert "# title_zh: " in text, rule.name
