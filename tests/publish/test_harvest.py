"""The catalogue as CKAN harvests it: ckanext-dcat's profile for DCAT-AP 3 reads just these paths."""

from __future__ import annotations

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF
from rdflib.paths import Path as PropertyPath
from rdflib.term import Node

from egov_kg import iris
from egov_kg.publish.export import FORMATS
from egov_kg.publish.extract import describe_catalogue
from egov_kg.publish.void import WHOLE
from egov_kg.store.snapshot import Snapshot

SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
DATASET = URIRef(WHOLE)


@pytest.fixture(scope="module")
def harvested(own_store: Snapshot) -> Graph:
    """What a harvester has after it read the answer: RDF/XML, as CKAN asks for by default."""
    text = describe_catalogue(own_store).serialize(format="xml")
    return Graph().parse(data=text, format="xml")


def values(graph: Graph, subject: Node, path: URIRef | PropertyPath) -> list[str]:
    return [str(value) for value in graph.objects(subject, path)]


def in_both(graph: Graph, subject: Node, path: URIRef | PropertyPath) -> set[str | None]:
    return {value.language for value in graph.objects(subject, path) if isinstance(value, Literal)}


def test_a_package_has_its_fields(harvested: Graph) -> None:
    for path in (DCTERMS.title, DCTERMS.description, DCAT.keyword, DCTERMS.publisher / FOAF.name):
        assert in_both(harvested, DATASET, path) == {"zh", "en"}, path
    assert values(harvested, DATASET, URIRef(f"{DCAT}version"))
    assert values(harvested, DATASET, DCAT.theme)
    assert len(values(harvested, DATASET, DCTERMS.language)) == 2
    assert values(harvested, DATASET, DCTERMS.license) == [iris.LICENCE]
    assert values(harvested, DATASET, DCTERMS.spatial) == [f"{iris.BASE}id/region/cn"]
    assert in_both(harvested, DATASET, DCAT.contactPoint / VCARD.fn) == {"zh", "en"}
    assert values(harvested, DATASET, DCAT.contactPoint / VCARD.hasURL) == [iris.BASE]


def test_an_edition_says_what_time_it_is_about(harvested: Graph) -> None:
    edition = URIRef(iris.thing("dataset", "report-2012-2013"))
    assert values(harvested, edition, DCTERMS.temporal / DCAT.startDate) == ["2012-01-01"]
    assert values(harvested, edition, DCTERMS.temporal / DCAT.endDate) == ["2013-12-31"]
    assert values(harvested, edition, DCTERMS.issued)


def test_every_resource_has_its_fields(harvested: Graph) -> None:
    resources = set(harvested.objects(DATASET, DCAT.distribution))
    assert len(resources) == len(FORMATS)
    known = {f"{iris.BASE}download/{one.file}": one for one in FORMATS}
    for resource in resources:
        (url,) = values(harvested, resource, DCAT.downloadURL)
        form = known.pop(url)
        assert values(harvested, resource, DCAT.accessURL) == [url]
        assert in_both(harvested, resource, DCTERMS.title) == {"zh", "en"}
        assert values(harvested, resource, DCTERMS.license) == [iris.LICENCE]
        assert values(harvested, resource, DCAT.mediaType)[0].endswith(form.media_type)
        assert values(harvested, resource, DCTERMS.format)[0].endswith(f"/{form.file_type}")
        if not form.syntax:
            (size,) = values(harvested, resource, DCAT.byteSize)
            assert int(size) > 0
            (digest,) = values(harvested, resource, SPDX.checksum / SPDX.checksumValue)
            assert len(digest) == 64
            assert values(harvested, resource, SPDX.checksum / SPDX.algorithm)[0].endswith("_sha256")
    assert known == {}
