"""What formats are called on pages."""

from __future__ import annotations

from typing import Final

from egov_kg.formats import RDF, RESULTS

NAMES: Final = {
    "json": "JSON",
    "xml": "XML",
    "csv": "CSV",
    "tsv": "TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF/XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}
"""Names of syntaxes as people write them."""

_BY_TYPE: Final = {one.media_type: NAMES[one.name] for one in (*RESULTS, *RDF)} | {
    "application/json": "JSON",
    "application/rdf-patch": "RDF Patch",
    "text/plain": "TXT",
}


def format_name(media_type: str) -> str:
    """The name of a format by its media type, which stands for itself where it has none here."""
    return _BY_TYPE.get(media_type, media_type)
