"""Suggestions of entities, types and properties while one types, and what is said of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, get_args

from egov_kg.errors import NotFound
from egov_kg.match.hits import Hit
from egov_kg.match.identifiers import resolved, shortened
from egov_kg.match.properties import KINDS, PROPERTIES, QUALIFIERS, Property
from egov_kg.match.query import LONGEST
from egov_kg.namespaces import expand, shrink
from egov_kg.settings import Language
from egov_kg.web import label_index
from egov_kg.web.label_index import described, said
from egov_kg.web.reconciliation import entities, questions

What = Literal["entity", "type", "property"]
WHATS: Final[tuple[What, ...]] = get_args(What)

_FIGURES: Final[Mapping[Language, str]] = {
    "en": "What the report states of this indicator, in words, with its qualifier.",
    "zh": "报告给出的该指标数值，以文字表述，保留其限定词。",
}


def suggested(
    what: What, prefix: str, lang: Language, limit: int, offset: int, types: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """What a text may become.

    Args:
        what: is wanted.
        prefix: the text, empty for everything.
        lang: of names and descriptions.
        limit, offset: how many, and how many to pass over.
        types: of entities, any of which they have; empty for all.

    Raises:
        UsageError: there is no such type.
        QueryTimeout, ReleaseError: the index cannot be asked.
    """
    prefix = prefix.strip()
    if what == "entity":
        return _entities(prefix, lang, limit, offset, types)
    if what == "type":
        every = entities.reconciler().types.all.values()
        found = _fitting(prefix, [(one.labels, entities.type_of(one, lang)) for one in every])
    else:
        known = [({"en": one.en, "zh": one.zh}, property_of(one, lang)) for one in PROPERTIES.values()]
        figures = [(hit.labels, indicator(hit, lang)) for hit in indicators(lang)]
        found = _fitting(prefix, [*known, *figures])
    return found[offset : offset + limit]


def _entities(
    prefix: str, lang: Language, limit: int, offset: int, types: Sequence[str]
) -> list[dict[str, Any]]:
    scope = entities.reconciler().types.scope(types)
    if len(prefix) > LONGEST:
        return []
    text = resolved(prefix)
    found = label_index.index().search(text, lang=lang, facets=scope.facets, limit=limit, offset=offset)
    return [
        {
            "id": shortened(hit.iri),
            "name": entities.name(hit, lang),
            "description": described(hit, lang),
            "notable": entities.types_of(hit, lang)[:1],
        }
        for hit in found.hits
        if scope.has(hit.number)
    ]


def _fitting(prefix: str, known: Sequence[tuple[Mapping[str, str], dict[str, Any]]]) -> list[dict[str, Any]]:
    """What has a text in its id or in a name; what begins so first, otherwise in the order given."""
    wanted = prefix.casefold()
    begun, inside = [], []
    for names, one in known:
        texts = [text.casefold() for text in (one["id"], *names.values())]
        if any(text.startswith(wanted) for text in texts):
            begun.append(one)
        elif any(wanted in text for text in texts):
            inside.append(one)
    return begun + inside


def property_of(one: Property, lang: Language) -> dict[str, Any]:
    """A property, with how its values can be compared."""
    found: dict[str, Any] = {"id": one.id, "name": one.name(lang), "description": one.about(lang)}
    if known := questions.qualifiers(one):
        found["matchQualifiers"] = [{"id": id_, "name": QUALIFIERS[id_][lang]} for id_ in known]
    return found


def indicator(hit: Hit, lang: Language) -> dict[str, Any]:
    """An indicator as a property: the figures that something has of it."""
    return {"id": shortened(hit.iri), "name": entities.name(hit, lang), "description": _FIGURES[lang]}


def indicators(lang: Language) -> list[Hit]:
    """Every indicator, in the order of their IRIs."""
    kinds = {"kind": ["indicator"]}
    found: list[Hit] = []
    while True:
        page = label_index.index().search("", lang=lang, facets=kinds, limit=100, offset=len(found))
        found += page.hits
        if not page.hits or len(found) >= page.total:
            return found


def proposed(type_: str, lang: Language, limit: int) -> list[dict[str, Any]]:
    """Properties that things of a type may have, those that are asked for most first.

    Raises:
        UsageError: there is no such type.
    """
    types = entities.reconciler().types
    kinds = KINDS
    if type_:
        types.scope((type_,))
        known = types.all.get(type_) or types.all[shrink(type_)]
        kinds = frozenset((known.kind or known.id,))
    found = [
        {"id": one.id, "name": one.name(lang), "description": one.about(lang)}
        for one in PROPERTIES.values()
        if not kinds.isdisjoint(one.kinds)
    ]
    if not kinds.isdisjoint(PROPERTIES["figure"].kinds):
        found += [indicator(hit, lang) for hit in indicators(lang)]
    return found[:limit]


def described_by_id(what: What, id_: str, lang: Language) -> tuple[str, str, Hit | None]:
    """The name of something, what is said of it, and the thing itself where it is one.

    Raises:
        NotFound: there is no such thing, type or property.
    """
    if what == "type":
        for one in entities.reconciler().types.all.values():
            if id_ in (one.id, _expanded(one.id)):
                return (
                    said(one.labels, lang),
                    entities.type_of(one, lang).get("broader", [{"name": ""}])[0]["name"],
                    None,
                )
    elif what == "property" and id_ in PROPERTIES:
        return PROPERTIES[id_].name(lang), PROPERTIES[id_].about(lang), None
    else:
        iri = resolved(id_)
        if hit := entities.reconciler().known((iri,), lang).get(iri):
            return entities.name(hit, lang), described(hit, lang), hit
    raise NotFound(
        f"There is no {what} {id_[:80]!r} here; /reconcile/suggest/{what} lists what there is.",
        f"此处没有 {what} {id_[:80]!r}；可用的见 /reconcile/suggest/{what}。",
    )


def _expanded(id_: str) -> str:
    return expand(id_) if ":" in id_ else id_
