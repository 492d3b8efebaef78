"""The tables of a release in Croissant, as JSON-LD: what tools of machine learning load data by.

The files with the observations are described with their checksums, at addresses that never change: those of
this release. The CSV and the Parquet file are each a record set, a field for each column.

Croissant has one text for a name or a description, not one for each language: here it is the English one, and
`alternateName` and the text after it have the Chinese.

Specification: Croissant Format Specification 1.0 (MLCommons, 2024).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from egov_kg import iris
from egov_kg.publish.about import LANGUAGES, About, Words, in_language
from egov_kg.publish.catalog import FileFacts, scope_words
from egov_kg.publish.columns import TABLE, Column
from egov_kg.publish.export import FORMATS, Format

CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.0"
RECORDS: Final = ("csv", "parquet")
"""The formats whose columns are described."""

_TERMS: Final = (
    "citeAs",
    "column",
    "extract",
    "field",
    "fileProperty",
    "fileObject",
    "fileSet",
    "format",
    "includes",
    "isLiveDataset",
    "jsonPath",
    "key",
    "md5",
    "parentField",
    "path",
    "recordSet",
    "references",
    "regex",
    "repeated",
    "replace",
    "separator",
    "source",
    "subField",
    "transform",
)
# Readers compare it with that of the specification (1.0, appendix 1), terms that are not used included.
_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    **{term: f"cr:{term}" for term in _TERMS},
    **{term: {"@id": f"cr:{term}", "@type": "@json"} for term in ("data", "examples")},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
}
# The name that readers of Croissant know; IANA has registered the other one since.
_MEDIA_TYPES: Final = {"application/vnd.apache.parquet": "application/x-parquet"}
_DATA_TYPES: Final = {
    "iri": "sc:URL",
    "code": "sc:Text",
    "codes": "sc:Text",
    "text": "sc:Text",
    "decimal": "sc:Float",
    "integer": "sc:Integer",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}


def document(about: About, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    """The document.

    Args:
        about: the release in words.
        files: the files that are ready, by name; those with the observations are described.
    """
    whole = about.whole
    tables = [known for known in FORMATS if known.scope == "observations" and known.file in files]
    issued = max((work.issued for work in (whole, *about.datasets.values())), default="")
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "@id": whole.iri,
        "conformsTo": CONFORMS_TO,
        "name": whole.name("en"),
        "alternateName": whole.name("zh"),
        "description": _both(whole.description),
        "url": whole.iri,
        "license": iris.LICENCE,
        "creator": _publisher(about),
        "publisher": _publisher(about),
        "inLanguage": list(LANGUAGES),
        "keywords": [word for language in LANGUAGES for word in about.keywords.get(language, ())],
        "citeAs": about.citation("en"),
        "version": about.release,
        "isLiveDataset": False,
        **({"datePublished": issued} if issued else {}),
        **({"temporalCoverage": about.temporal} if about.temporal else {}),
        "distribution": [_file(known, about.release, files[known.file]) for known in tables],
        "recordSet": [_records(known) for known in tables if known.name in RECORDS],
    }


def _publisher(about: About) -> dict[str, Any]:
    return {"@type": "sc:Organization", "name": about.publisher.name("en"), "url": about.publisher.iri}


def _file(known: Format, release: str, facts: FileFacts) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": known.file,
        "name": known.file,
        "description": _both(scope_words(known)),
        "contentUrl": f"{iris.BASE}releases/{release}/{known.file}",
        "contentSize": f"{facts.size} B",
        "encodingFormat": _MEDIA_TYPES.get(known.media_type, known.media_type),
        "sha256": facts.sha256,
    }


def _records(known: Format) -> dict[str, Any]:
    name = f"observations-{known.name}"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{_both(scope_words(known))} ({known.file})",
        "key": {"@id": f"{name}/observation"},
        "field": [_field(name, column, known.file) for column in TABLE],
    }


def _field(records: str, column: Column, file: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{records}/{column.name}",
        "name": f"{records}/{column.name}",
        "description": _both({"en": column.en, "zh": column.zh}),
        "dataType": _DATA_TYPES[column.kind],
        "source": {"fileObject": {"@id": file}, "extract": {"column": column.name}},
    }


def _both(words: Words) -> str:
    """The text in both languages, English first."""
    return " / ".join(dict.fromkeys(in_language(words, language) for language in reversed(LANGUAGES)))
