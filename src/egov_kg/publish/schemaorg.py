"""The release in the words of schema.org, as JSON-LD: what search engines for data read.

The whole is a `Dataset` with one `DataDownload` for each file, in a `DataCatalog`; each indicator is a
`StatisticalVariable` and each reported observation an `Observation`, whose value and bounds are those of a
`QuantitativeValue`. schema.org has no word for a bound that is itself excluded: where the source excludes
it, an `additionalProperty` says so. The dimensions that schema.org has no word for are given the same way.

The context is in the document, so that it means the same without the network.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.publish.about import LANGUAGES, Work
from egov_kg.publish.catalog import CATALOGUE, DOWNLOADS
from egov_kg.publish.export import FORMATS, Format
from egov_kg.publish.figures import DIMENSIONS, Figure, Figures, notation

CONTEXT: Final[Mapping[str, Any]] = {
    "@vocab": expand("schema:"),
    "xsd": expand("xsd:"),
    **{name: {"@type": "@id"} for name in ("license", "measuredProperty", "includedInDataCatalog")},
    **{name: {"@type": "@id"} for name in ("contentUrl", "url", "observationAbout", "variableMeasured")},
    **{name: {"@type": "@id"} for name in ("isPartOf", "distribution", "dataset")},
    **{name: {"@type": "xsd:date"} for name in ("datePublished",)},
}
"""The JSON-LD context of everything that is said in these words."""

_OTHER_DIMENSIONS: Final = tuple(name for name in DIMENSIONS if name not in ("indicator", "subject"))
_UNITS: Final = {
    # UN/CEFACT Recommendation 20, which schema.org's unitCode asks for; money has its ISO 4217 code in
    # unitText.
    expand("unit:PERCENT"): {"unitCode": "P1"},
    expand("unit:NUM"): {"unitCode": "C62"},
    expand("unit:YR"): {"unitCode": "ANN"},
    expand("unit:CCY_CNY"): {"unitText": "CNY"},
}


def document(figures: Figures) -> dict[str, Any]:
    """The document.

    Args:
        figures: what to say.
    """
    about = figures.about
    return {
        "@context": CONTEXT,
        "@graph": [
            {
                "@id": CATALOGUE,
                "@type": "DataCatalog",
                **said("name", about.whole.title.items()),
                "license": iris.LICENCE,
                "dataset": [about.whole.iri, *about.datasets],
            },
            _whole(figures, _indicators(figures.all)),
            *(_dataset(figures, work) for work in about.datasets.values()),
            _someone(about.publisher),
            *_downloads(FORMATS),
            *_observed(figures, figures.all),
        ],
    }


def overview(figures: Figures) -> dict[str, Any]:
    """The release as a data set and what it measures, without the observations.

    Args:
        figures: what to say.
    """
    indicators = _indicators(figures.all)
    return {
        "@context": CONTEXT,
        "@graph": [
            _whole(figures, indicators),
            _someone(figures.about.publisher),
            *_downloads(FORMATS),
            *(_variable(figures, indicator) for indicator in indicators),
        ],
    }


def excerpt(figures: Figures, observations: Container[str]) -> dict[str, Any]:
    """Some observations with what they measure, their data sets, and the files that have them all.

    Args:
        figures: all that there are.
        observations: the IRIs of those to say.
    """
    some = [figure for figure in figures.all if figure.iri in observations]
    datasets = figures.about.datasets
    tables = [known for known in FORMATS if known.scope == "observations"]
    return {
        "@context": CONTEXT,
        "@graph": [
            *(
                {
                    **_dataset(figures, datasets[iri]),
                    "isAccessibleForFree": True,
                    "distribution": [DOWNLOADS + known.file for known in tables],
                    "variableMeasured": _indicators(figure for figure in some if figure.dataset == iri),
                }
                for iri in sorted({figure.dataset for figure in some}.intersection(datasets))
            ),
            _someone(figures.about.publisher),
            *_downloads(tables),
            *_observed(figures, some),
        ],
    }


def _indicators(figures: Iterable[Figure]) -> list[str]:
    return sorted({figure.place["indicator"] for figure in figures} - {""})


def _observed(figures: Figures, some: Sequence[Figure]) -> Iterator[dict[str, Any]]:
    """Observations, what they measure, and what else they name."""
    used = {figure.place[name] for figure in some for name in DIMENSIONS if name != "indicator"}
    yield from (_variable(figures, indicator) for indicator in _indicators(some))
    yield from (_named(figures, iri) for iri in sorted(used - {""}))
    yield from (_observation(figures, figure) for figure in some)


def _downloads(formats: Iterable[Format]) -> Iterator[dict[str, Any]]:
    for known in formats:
        yield {
            "@id": DOWNLOADS + known.file,
            "@type": "DataDownload",
            "name": known.file,
            "contentUrl": DOWNLOADS + known.file,
            "encodingFormat": known.media_type,
            "license": iris.LICENCE,
        }


def _whole(figures: Figures, indicators: list[str]) -> dict[str, Any]:
    about = figures.about
    keywords = {one: ", ".join(words) for one, words in about.keywords.items()}
    return {
        **_work(about.whole),
        "publisher": {"@id": about.publisher.iri},
        "creator": {"@id": about.publisher.iri},
        **said("creditText", [(one, about.citation(one)) for one in LANGUAGES]),
        "version": about.release,
        "isAccessibleForFree": True,
        "inLanguage": list(LANGUAGES),
        **said("keywords", keywords.items()),
        "includedInDataCatalog": CATALOGUE,
        "hasPart": [{"@id": iri} for iri in about.datasets],
        **({"temporalCoverage": about.temporal} if about.temporal else {}),
        "distribution": [DOWNLOADS + known.file for known in FORMATS],
        "variableMeasured": indicators,
    }


def _dataset(figures: Figures, work: Work) -> dict[str, Any]:
    sources = [
        {
            "@id": source.iri,
            "@type": "CreativeWork",
            **said("name", source.title.items()),
            "creator": [{"@type": "Person", **_named_work(one)} for one in source.creators],
        }
        for source in work.sources
    ]
    return {
        **_work(work),
        "creator": {"@id": work.publisher or figures.about.publisher.iri},
        "isPartOf": figures.about.whole.iri,
        **({"temporalCoverage": work.temporal} if work.temporal else {}),
        "isBasedOn": sources,
        "citation": [{"@id": source.iri} for source in work.sources],
    }


def _work(work: Work) -> dict[str, Any]:
    return {
        "@id": work.iri,
        "@type": "Dataset",
        **said("name", work.title.items()),
        **said("description", work.description.items()),
        "url": work.iri,
        "identifier": work.iri,
        "license": iris.LICENCE,
        "spatialCoverage": [{"@type": "Place", **_named_work(place)} for place in work.spatial],
        **({"datePublished": work.issued} if work.issued else {}),
    }


def _someone(work: Work) -> dict[str, Any]:
    return {"@type": "Organization", **_named_work(work)}


def _named_work(work: Work) -> dict[str, Any]:
    return {"@id": work.iri, **said("name", work.title.items())}


def _variable(figures: Figures, indicator: str) -> dict[str, Any]:
    return {
        **_named(figures, indicator),
        "@type": "StatisticalVariable",
        **said("description", figures.definitions.get(indicator, {}).items()),
        "measuredProperty": expand("sdmx-measure:obsValue"),
    }


def _named(figures: Figures, iri: str) -> dict[str, Any]:
    return {"@id": iri, "@type": "Thing", **said("name", figures.labels.get(iri, {}).items())}


def _observation(figures: Figures, figure: Figure) -> dict[str, Any]:
    qualified = {one: figures.label(figure.qualifier, one) for one in LANGUAGES} if figure.qualifier else {}
    excluded = [
        {"@type": "PropertyValue", "propertyID": name, "value": False}
        for name, inclusive in (
            (expand("egov:lowerInclusive"), figure.lower_inclusive),
            (expand("egov:upperInclusive"), figure.upper_inclusive),
        )
        if inclusive == "false"
    ]
    placed = [
        {
            "@type": "PropertyValue",
            "propertyID": DIMENSIONS[name],
            "valueReference": {"@id": figure.place[name]},
        }
        for name in _OTHER_DIMENSIONS
        if figure.place[name]
    ]
    numbers = {"value": figure.value, "minValue": figure.lower, "maxValue": figure.upper}
    return {
        "@id": figure.iri,
        "@type": ["Observation", "QuantitativeValue"],
        **({"variableMeasured": figure.place["indicator"]} if figure.place["indicator"] else {}),
        **({"observationAbout": figure.place["subject"]} if figure.place["subject"] else {}),
        **{name: {"@value": text, "@type": "xsd:decimal"} for name, text in numbers.items() if text},
        **(_UNITS.get(figure.unit) or {"unitText": notation(figure.unit)}),
        **said("measurementQualifier", qualified.items()),
        "additionalProperty": [*placed, *excluded],
    }


def said(name: str, texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """A property whose values are texts, if there are any.

    Args:
        name: of the property.
        texts: language, empty where there is none, and text.
    """
    found = [
        {"@value": text, **({"@language": language} if language else {})} for language, text in sorted(texts)
    ]
    return {name: found} if found else {}
