"""Statements are read whole, and said in sentences that name all that they name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.intervals import Language
from egov_kg.namespaces import expand
from egov_kg.publish.observations import Term
from egov_kg.publish.sentences import in_words, sentence
from egov_kg.publish.statements import KINDS, Statement, read_statements
from egov_kg.release.registry import Registry
from egov_kg.store.snapshot import Snapshot
from support.releases import publish

SECTIONS = ("overview", "business-systems", "websites", "information-resources", "microblogs")


@pytest.fixture(scope="module")
def every(own_store: Snapshot) -> tuple[Statement, ...]:
    """All statements of the project's own data: each stands in a section."""
    found = {
        one.iri: one
        for name in SECTIONS
        for one in read_statements(own_store, iris.thing("section", f"report-2012-2013-{name}"))
    }
    return tuple(found.values())


def test_every_statement_is_read_with_its_place(own_store: Snapshot, every: tuple[Statement, ...]) -> None:
    counted = own_store.select(
        "SELECT ?one WHERE { ?one a ?kind . ?kind "
        "<http://www.w3.org/2000/01/rdf-schema#subClassOf>* <https://w3id.org/egov-kg/ontology#Statement> }"
    )
    assert {one.iri for one in every} == {str(row["one"]) for row in counted}
    assert {one.kind.iri for one in every} == set(KINDS)
    for one in every:
        assert one.places
        assert one.roles
        assert {"en", "zh"} <= one.words.keys()
        for place in one.places:
            assert 0 <= place.start < place.end
            assert place.paragraph > 0
            assert place.section.words
            assert place.span.startswith(iris.BASE + "id/span/")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sentence_names_everything_that_its_statement_names(
    every: tuple[Statement, ...], lang: Language
) -> None:
    for one in every:
        parts = sentence(one, lang)
        named = {part.iri for part in parts if isinstance(part, Term)}
        assert named == {term.iri for terms in one.roles.values() for term in terms}, one.iri
        words = "".join(part for part in parts if isinstance(part, str))
        assert not set("{}[]") & set(words), one.iri
        assert words[-1] == ("。" if lang == "zh" else ".")


def test_a_region_has_what_names_it_and_what_is_operated_in_it(own_store: Snapshot) -> None:
    beijing = iris.thing("region", "110000")
    found = read_statements(own_store, beijing)
    assert [one for one in found if one.names(beijing)]
    halls = [one for one in found if one.names(iris.thing("hall", "beijing"))]
    assert {one.kind.notation for one in halls} == {"HallLeadership", "Membership", "QualitativeAssessment"}
    assert [KINDS.index(one.kind.iri) for one in found] == sorted(KINDS.index(one.kind.iri) for one in found)
    assert read_statements(own_store, iris.thing("region", "610102")) == ()


def test_a_statement_says_when_and_from_what_list_it_is(own_store: Snapshot) -> None:
    (one,) = read_statements(own_store, iris.thing("statement", "2012-2013-pilot-shaanxi"))
    assert one.period is not None
    assert (one.period.notation, one.completeness, one.is_hedged) == ("2012-03-2012-12", "open", False)
    assert [(place.start, place.end) for place in one.places] == [(795, 835)]
    assert in_words(one, "en") == (
        "Shaanxi took part in E-government public platform pilot, "
        "organised by Ministry of Industry and Information Technology."
    )
    assert in_words(one, "zh") == "陕西省参加了电子政务公共平台试点，组织者为工业和信息化部。"
    (hedged,) = read_statements(own_store, iris.thing("statement", "2012-2013-corps-complete"))
    assert hedged.is_hedged
    (noted,) = read_statements(own_store, iris.thing("statement", "2012-2013-guideline-published"))
    assert {"en", "zh"} <= noted.note.keys()


STRANGE = """
egov:Rumour rdfs:subClassOf egov:Statement ; rdfs:label "rumour"@en .
<https://w3id.org/egov-kg/id/statement/a> a egov:Rumour ; rdfs:label "They say so"@en ;
    egov:about <https://w3id.org/egov-kg/id/region/x> .
<https://w3id.org/egov-kg/id/statement/b> a egov:PlatformUse ; rdfs:label "Somebody uses it"@en ;
    rdfs:subClassOf egov:Statement ; egov:user "somebody" , <https://w3id.org/egov-kg/id/region/x> .
egov:PlatformUse rdfs:subClassOf egov:Statement .
"""


@pytest.fixture
def strange(tmp_path: Path) -> Iterator[Snapshot]:
    release = publish(tmp_path, STRANGE)
    with Snapshot.memory([release.nquads], release.dataset) as store:
        yield store
    assert Registry(tmp_path).current() == release


def test_a_statement_that_no_pattern_fits_is_its_label(strange: Snapshot) -> None:
    rumour, use = sorted(read_statements(strange, iris.thing("region", "x")), key=lambda one: one.iri)
    assert rumour.kind.iri == expand("egov:Rumour")
    assert sentence(rumour, "zh") == ("They say so",)
    assert "user" not in use.roles
    assert in_words(use, "en") == "Somebody uses it"
    assert use.places == ()
