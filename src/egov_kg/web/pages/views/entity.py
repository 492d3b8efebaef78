"""The page of a resource: what it is, what the report says of it, and all that the graph has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Response

from egov_kg.namespaces import PREFIXES, expand, shrink
from egov_kg.publish.describe import Description
from egov_kg.publish.observations import Term
from egov_kg.publish.statements import KINDS
from egov_kg.publish.void import read_query
from egov_kg.web import citing, described, paged
from egov_kg.web.documents import Document
from egov_kg.web.i18n import gettext
from egov_kg.web.pages.parts import embedded, facts, linked, properties, provenance, shown_query
from egov_kg.web.pages.parts.shown import Shown, term
from egov_kg.web.pages.views import (
    concepts,
    dataset,
    indicator,
    observation,
    pilot,
    region,
    said,
    source,
    vocabulary,
)
from egov_kg.web.responses import language

_EACH: Final = 12
_KINDS: Final = 3
_DEFINITIONS: Final = ("skos:definition", "dcterms:description", "rdfs:comment")
_NOTES: Final = ("skos:note", "skos:scopeNote")
# Classes that say less than the others a resource has.
_GENERAL: Final = frozenset(
    map(
        expand,
        (
            "skos:Concept",
            "dcterms:Location",
            "void:Dataset",
            "dcat:Dataset",
            "dcterms:PeriodOfTime",
            "egov:Statement",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class View:
    """How the resources of a class are shown.

    Attributes:
        template: extends `pages/entity.html` and fills its block `view`.
        context: works out what the template needs besides; None where the resource lacks what it shows. In it
            is `mentions`, where the view shows the places in the source itself.
        has_incoming: whether the template lists what refers to the resource.
    """

    template: str
    context: Callable[[Document], Mapping[str, Any] | None]
    has_incoming: bool = True


VIEWS: Final[Mapping[str, View]] = {
    expand("egov:DerivedObservation"): View("pages/derived.html", observation.derived),
    expand("qb:Observation"): View("pages/observation.html", observation.reported),
    expand("egov:Indicator"): View("pages/indicator.html", indicator.view),
    expand("egov:Region"): View("pages/region.html", region.context),
    expand("qb:DataSet"): View("pages/dataset.html", dataset.view),
    expand("dcat:Dataset"): View("pages/dataset.html", dataset.view),
    expand("egov:Pilot"): View("pages/pilot.html", pilot.context),
    **dict.fromkeys(KINDS, View("pages/statement.html", said.context)),
    expand("egov:SourceDocument"): View("pages/document.html", source.document),
    expand("egov:Section"): View("pages/section.html", source.section),
    expand("oa:SpecificResource"): View("pages/span.html", source.span),
    expand("owl:Ontology"): View("pages/ontology.html", vocabulary.context, has_incoming=False),
    expand("skos:ConceptScheme"): View("pages/scheme.html", concepts.scheme),
    expand("skos:Concept"): View("pages/concept.html", concepts.concept),
}
"""Classes (their IRIs) that have a view of their own; of a resource with several, the first counts."""


def page(document: Document, *, in_graph: bool = True) -> Response:
    """The page that shows a document, by the view of its class if it has one.

    Args:
        document: what to show.
        in_graph: whether the graph says more of it than the document does.
    """
    iri, about = document.about.iri, document.about
    types = {str(value) for value in about.values(expand("rdf:type"))}
    view = next((VIEWS[name] for name in VIEWS if name in types), None) if in_graph else None
    found = view.context(document) if view else None
    context = shown(about, language()) | {"folded": found is not None}
    if not in_graph:
        context["crumbs"] = ()
    else:
        context |= facts.context(iri) if found is None else found
        alone = facts.stand_alone(context.get("figures", ()), context.get("kinds", ()))
        if "mentions" not in context:
            context["mentions"] = provenance.mentions(iri) if _has_places(about) else ()
        context |= {
            "incoming": _incoming(iri, alone, context.get("referring"))
            if view is None or view.has_incoming
            else (),
            "neighbourhood": linked.neighbourhood(iri),
            "triples_query": shown_query.link(read_query("describe-facts.rq"), resource=iri),
        }
    if "embedded" not in context:
        context["embedded"] = embedded.described(about, context.get("figures", ()))
    is_cited = document.path.startswith("/doc/") and expand("egov:ImportedDataset") not in types
    context |= {"cited": citing.box(about) if is_cited else None}
    template = "pages/entity.html" if view is None or found is None else view.template
    response = paged.page(template, document=document, licence=document.licence, **context)
    links = document.links(document.available[0])
    response.headers["Link"] = f"{links}, {citing.links(about)}" if is_cited else links
    return response


def shown(about: Description, lang: str) -> dict[str, Any]:
    """What every page of a resource has.

    Returns:
        `title`, `title_lang` and `other_names`; `kinds_of_it`, its classes; `crumbs`, the way to it;
        `definition` and `notes`; `also`, its other names; `groups`, its properties, and `key`, those that
        tell most; `triples`, with their graphs; `is_deprecated` and its `replacement`.
    """
    kinds = _kinds(about, lang)
    groups = properties.groups(about, about.own, lang)
    replaced = described.replacement(about)
    deprecated = any(str(value) == "true" for value in about.values(expand("owl:deprecated")))
    return {
        "title": about.label(lang) or shrink(about.iri),
        "title_lang": _title_language(about, lang),
        "other_names": _other_names(about, lang),
        "kinds_of_it": kinds,
        "crumbs": _crumbs(about, kinds, lang),
        "definition": properties.texts(about, _DEFINITIONS, lang),
        "notes": properties.texts(about, _NOTES, lang),
        "groups": groups,
        "key": [one for one in groups if one.rank == 0],
        "also": [one for one in _also(about, lang) if "pinyin" not in one.lang],
        "triples": sorted(
            (shrink(fact.predicate), _written(fact.value), tuple(map(shrink, fact.graphs)))
            for fact in about.own
        ),
        "is_deprecated": deprecated,
        "replacement": term(about, replaced, lang) if replaced else None,
    }


def _has_places(about: Description) -> bool:
    return any(fact.predicate in properties.PLACES for fact in about.facts)


def _kinds(about: Description, lang: str) -> tuple[Shown, ...]:
    """Its classes, those that say most first, each leading to everything of that class."""
    types = sorted(map(str, about.values(expand("rdf:type"))), key=lambda one: (one in _GENERAL, one))
    own = [one for one in types if one not in _GENERAL] or types
    return tuple(replace(term(about, one, lang), href=everything_of(one)) for one in own[:_KINDS])


def everything_of(class_: str) -> str:
    """The address of the list of all things of a class."""
    return paged.at("/links", of=shrink(class_), property="rdf:type")


def _crumbs(about: Description, kinds: tuple[Shown, ...], lang: str) -> tuple[Shown, ...]:
    schemes = sorted(map(str, about.values(expand("skos:inScheme"))))
    broader = sorted(
        map(str, about.values(expand("skos:broader")) or about.values(expand("dcterms:isPartOf")))
    )
    found = [term(about, one, lang) for one in (*schemes[:1], *broader[:1])]
    home = Shown(gettext("Ontology"), href=paged.at("/ontology"))
    return tuple(one for one in (found or [home, *kinds[:1]]) if one.href)


def _also(about: Description, lang: str) -> tuple[Shown, ...]:
    """The other names that it has in any language."""
    return properties.texts(about, ("skos:altLabel",), lang, every=True)


def _other_names(about: Description, lang: str) -> tuple[Shown, ...]:
    """Its name in the other language."""
    words = about.labels.get(about.iri, {})
    title = about.label(lang)
    return tuple(
        Shown(text, other) for other, text in sorted(words.items()) if other != lang and text != title
    )


def _title_language(about: Description, lang: str) -> str:
    """The language of the title, where it is not the reader's; else empty."""
    title = about.label(lang)
    words = about.labels.get(about.iri, {})
    return (
        "" if words.get(lang) else next((one for one, text in words.items() if title and text == title), "")
    )


def _written(value: Any) -> tuple[str, str]:
    """The object of a triple as N-Triples have it but for CURIEs, and where it leads."""
    from rdflib.term import URIRef

    if isinstance(value, URIRef):
        name = shrink(str(value))
        return (name if name != str(value) else f"<{value}>", paged.place(str(value)))
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    if lang := getattr(value, "language", None):
        return (f'"{text}"@{lang}', "")
    datatype = str(getattr(value, "datatype", None) or PREFIXES["xsd"] + "string")
    return (f'"{text}"' + ("" if datatype == expand("xsd:string") else f"^^{shrink(datatype)}"), "")


def _incoming(
    iri: str, alone: frozenset[str], referring: tuple[tuple[Term, int], ...] | None
) -> list[dict[str, Any]]:
    """What refers to a resource, without the facts that its page shows by themselves."""
    found = []
    for one in linked.incoming(iri, _EACH + len(alone), referring):
        things = tuple(thing for thing in one.things if thing.iri not in alone)[:_EACH]
        if things:
            rest = one.total > len(things)
            link = paged.at("/links", of=shrink(iri), property=shrink(one.by.iri)) if rest else ""
            found.append({"by": one.by, "total": one.total, "things": things, "all": link})
    return found
