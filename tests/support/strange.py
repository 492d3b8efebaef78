"""A release of strange data, and a client of the application over it: what no shape would let through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from egov_kg.iris import BASE
from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from support.releases import publish

MANY = 250
"""How many things refer to `id/thing/busy`."""


def _iri(path: str) -> str:
    return f"<{BASE}{path}>"


def turtle() -> str:
    """Regions in a circle, one without anything, a thing much referred to, one deprecated, odd values."""
    region, thing, code = (BASE + path for path in ("id/region/", "id/thing/", "code/"))
    lines = [
        f"<{region}one> a egov:Region ; skos:broader <{region}two> .",
        f"<{region}one> egov:regionLevel <{code}region-level/county> .",
        f'<{region}two> a egov:Region ; skos:broader <{region}one> ; rdfs:label "Two"@en .',
        f"<{region}bare> a egov:Region .",
        f"<{region}self> a egov:Region ; skos:broader <{region}self> , <{region}nowhere> .",
        f'<{region}busy> a egov:Region ; rdfs:label "Busy"@en , "忙"@zh ; skos:altLabel "<b>"@en .',
        f'<{thing}old> rdfs:label "Old"@en ; owl:deprecated true ; dcterms:isReplacedBy <{thing}odd> .',
        f'<{thing}odd> a egov:Platform ; rdfs:label "<script>alert(1)</script>"@en ;'
        ' rdfs:comment "a\\nb \\"c\\" \\\\d" ; egov:order 3 ;'
        " rdfs:seeAlso <javascript:alert(1)> , <urn:x:y> .",
        f'<{thing}busy> a egov:Platform ; rdfs:label "Busy thing"@en .',
        f'<{code}scale> a skos:ConceptScheme ; rdfs:label "Scale"@en , "量表"@zh .',
        'egov:user rdfs:label "user"@en , "使用者"@zh .',
    ]
    for place, name in enumerate(("high", "low", "medium")):
        lines.append(
            f'<{code}scale/{name}> a skos:Concept ; skos:inScheme <{code}scale> ; skos:notation "{name}" ;'
            f' rdfs:label "{name}"@en ; egov:order {(3, 1, 2)[place]} .'
        )
    for number in range(MANY):
        lines.append(f"<{thing}n{number:04d}> egov:user <{thing}busy> , <{region}busy> .")
    return "\n".join(lines)


@contextmanager
def client_of(home: Path) -> Iterator[FlaskClient]:
    """A client of the application over the releases of a folder."""
    settings = Settings(home, evaluators=1)
    editions = Editions(Registry(home), settings)
    try:
        editions.refresh()
        yield create_app(settings, editions).test_client()
    finally:
        editions.close()


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client over the strange data."""
    home = tmp_path_factory.mktemp("strange")
    publish(home, turtle())
    with client_of(home) as client:
        yield client
