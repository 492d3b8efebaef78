"""The description of the CSV table that machines read: what each column is, and which triples a row stands
for.

Specifications: Metadata Vocabulary for Tabular Data, sections 5.3 to 5.6; Model for Tabular Data and
Metadata on the Web, section 5.3 (the file has the name by which it is found beside `observations.csv`).

`egov:flag` and what is about something else than the observation (names, days, places in the report) is
left out of the triples: a column with several values cannot stand for several IRIs.
"""

from __future__ import annotations

from typing import Any, Final

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.publish.about import LANGUAGES, About, Words
from egov_kg.publish.columns import TABLE, Column
from egov_kg.publish.export import format_named
from egov_kg.publish.void import WHOLE

_DATATYPES: Final[dict[str, Any]] = {
    # Not anyURI: common readers take the parts of such a value for a list, and cannot put it into a template.
    "iri": {"base": "string", "format": r"[a-z][a-z0-9+.-]*:\S+"},
    "decimal": "decimal",
    "integer": "integer",
    "boolean": "boolean",
    "date": {"base": "date", "format": "yyyy-MM-dd"},
}


def metadata(about: About) -> dict[str, Any]:
    """The metadata of the table, as JSON.

    Args:
        about: the release in words.
    """
    whole = about.whole
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": format_named("csv").file,
        "dialect": {
            "encoding": "utf-8",
            "delimiter": ",",
            "quoteChar": '"',
            "doubleQuote": True,
            "lineTerminators": ["\n"],
            "header": True,
            "headerRowCount": 1,
        },
        "dc:title": _values(whole.title),
        "dc:description": _values(whole.description),
        "dc:license": {"@id": iris.LICENCE},
        "dc:isPartOf": {"@id": WHOLE},
        "dc:publisher": {"@id": about.publisher.iri},
        "dc:bibliographicCitation": _values({one: about.citation(one) for one in LANGUAGES}),
        "dc:source": [{"@id": source.iri} for work in about.datasets.values() for source in work.sources],
        "dcat:version": about.release,
        "notes": _values(_NOTE),
        "tableSchema": {
            "aboutUrl": "{+observation}",
            "primaryKey": "observation",
            "columns": [*(_column(column) for column in TABLE), _TYPE],
        },
    }


_NOTE: Final = {
    "zh": "空单元格表示原文未说明。value、lower、upper 以单位计；lower、upper 只取原文说明的界。",
    "en": "An empty cell means that the source does not say. value, lower and upper are in the unit; "
    "lower and upper are only what the source states.",
}
_TYPE: Final[dict[str, Any]] = {
    "name": "type",
    "virtual": True,
    "propertyUrl": "rdf:type",
    "valueUrl": "qb:Observation",
}


def _column(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        # The header itself has no language, and must be among the titles.
        "titles": {"und": column.name, "en": column.en, "zh": column.zh},
        "datatype": _DATATYPES.get(column.kind, "string"),
        "required": column.required,
    }
    if column.kind == "codes":
        found["separator"] = " "
    if column.language:
        found["lang"] = column.language
    if column.label_of:
        found["aboutUrl"] = f"{{+{column.label_of}}}"
        found["propertyUrl"] = expand("rdfs:label")
    elif column.predicate and column.kind != "codes":
        found["propertyUrl"] = expand(column.predicate)
        if column.kind == "iri":
            found["valueUrl"] = f"{{+{column.name}}}"
        elif column.value:
            found["valueUrl"] = f"{expand(column.value)}{{{column.name}}}"
    else:
        found["suppressOutput"] = True
    return found


def _values(words: Words) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in sorted(words.items())]
