"""CSVW: a validator of others accepts the table with its description, and refuses what does not fit it."""

from __future__ import annotations

import json
import shutil
import socket
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from csvw import CSVW
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import RDFS

from egov_kg.namespaces import expand
from egov_kg.publish.columns import COLUMNS
from egov_kg.release.registry import Release
from egov_kg.store.rdf_io import parse_rdf

METADATA = "observations.csv-metadata.json"

Metadata = dict[str, Any]


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("the description must be readable without the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def table(own: Release, tmp_path: Path) -> Path:
    for name in ("observations.csv", METADATA):
        shutil.copy(own.path / name, tmp_path)
    return tmp_path


def read(folder: Path) -> CSVW:
    return CSVW(str(folder / METADATA), validate=True)


def complaints(folder: Path) -> list[str]:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        found = read(folder)
        try:
            valid = found.is_valid
        except ValueError as error:
            return [str(error)]
    said = [str(warning.message) for warning in (*heard, *found.warnings)]
    return said + ([] if valid else ["not valid"])


def test_the_table_is_valid(table: Path) -> None:
    assert complaints(table) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace(",PERCENT,0,", ",PERCENT,none,", 1),
        lambda text: text.replace("2012-12-31", "31.12.2012", 1),
        lambda text: text + text.splitlines()[1] + "\n",
        lambda text: text.replace("lower_inclusive", "inclusive", 1),
        lambda text: text.replace("https://w3id.org/egov-kg/id/observation/", "no iri ", 1),
    ],
    ids=["not a number", "not a day", "a figure twice", "another header", "no IRI"],
)
def test_a_table_that_is_not_as_described_is_refused(table: Path, spoil: Callable[[str], str]) -> None:
    path = table / "observations.csv"
    text = path.read_text("utf-8")
    spoilt = spoil(text)
    assert spoilt != text
    path.write_text(spoilt, encoding="utf-8")
    assert complaints(table)


def test_every_column_is_described_in_both_languages(own: Release) -> None:
    described: Metadata = json.loads((own.path / METADATA).read_text("utf-8"))
    columns = [column for column in described["tableSchema"]["columns"] if not column.get("virtual")]
    assert tuple(column["name"] for column in columns) == COLUMNS
    for column in columns:
        assert column["titles"]["und"] == column["name"]
        assert len({column["titles"][language] for language in ("und", "en", "zh")}) == 3
    assert described["tableSchema"]["primaryKey"] == "observation"
    assert described["url"] == "observations.csv"
    assert described["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}


def triples(folder: Path) -> Iterator[tuple[URIRef, URIRef, str]]:
    """The conversion of Generating RDF from Tabular Data on the Web, section 4.2, minimal mode."""
    (found,) = read(folder).tables
    schema = found.tableSchema
    for number, row in enumerate(found.iterdicts(), start=1):
        for column in schema.columns:
            value = row.get(column.name)
            if column.suppressOutput or (value is None and not column.virtual):
                continue

            def expanded(template: Any, row: Any = row, number: int = number) -> str:
                return str(found.expand(template, row, _row=number))

            about = URIRef(expanded(column.aboutUrl or schema.aboutUrl))
            property_ = URIRef(expanded(column.propertyUrl))
            yield about, property_, expanded(column.valueUrl) if column.valueUrl else str(value)


def test_a_row_stands_for_triples_of_the_graph(own: Release, table: Path) -> None:
    data = b"".join(f"{quad.triple} .\n".encode() for quad in parse_rdf(own.nquads) if quad.graph_name)
    graph = Graph().parse(data=data, format="nt")
    said = {(s, p, str(o).removesuffix(".0")) for s, p, o in graph}
    converted = {(s, p, o.lower() if o in ("True", "False") else o) for s, p, o in triples(table)}
    assert converted <= said
    observations = {s for s, p, o in converted if p == RDF.type}
    assert len(observations) > 50
    predicates = {p for s, p, _ in converted if s in observations}
    assert predicates >= {URIRef(expand("sdmx-measure:obsValue")), URIRef(expand("egov:lowerBound"))}
    assert RDFS.label in {p for s, p, _ in converted if s not in observations}
