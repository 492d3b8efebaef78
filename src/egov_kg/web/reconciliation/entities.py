"""What the service says of entities, types and candidates, as both versions of the API write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from egov_kg.match.hits import Hit
from egov_kg.match.identifiers import shortened
from egov_kg.match.properties import PROPERTIES
from egov_kg.match.reconcile import Candidate, Reconciler
from egov_kg.match.scope import Type
from egov_kg.match.scoring import FEATURES
from egov_kg.namespaces import shrink
from egov_kg.settings import Language
from egov_kg.web import label_index
from egov_kg.web.kept import Kept
from egov_kg.web.label_index import KIND_NAMES, described, said
from egov_kg.web.service import service

_AGREES: Final[Mapping[str, str]] = {"en": "“{}” agrees", "zh": "“{}”相符"}


def reconciler() -> Reconciler:
    """That of the release that the request is answered from.

    Raises:
        NotFound: as `label_index.index`.
    """
    return _reconcilers.get(service().release.id)


def name(hit: Hit, lang: Language) -> str:
    """What a thing is called, never nothing."""
    return said(hit.labels, lang) or shrink(hit.iri)


def named(hit: Hit, lang: Language) -> dict[str, str]:
    """The name of a thing as 1.0 writes it: with its language where it has none in the one asked for."""
    found = {"name": name(hit, lang)}
    if lang in hit.labels or not hit.labels:
        return found
    return found | {"lang": next(iter(hit.labels))}


def type_of(one: Type, lang: Language) -> dict[str, Any]:
    """A type with the broader one."""
    found: dict[str, Any] = {"id": one.id, "name": said(one.labels, lang) or one.id}
    if one.kind:
        found["broader"] = [{"id": one.kind, "name": KIND_NAMES[one.kind][lang]}]
    return found


def types_of(hit: Hit, lang: Language) -> list[dict[str, str]]:
    """The kind and the classes of a thing."""
    every = reconciler().types.all
    known = (every[id_] for id_ in map(shrink, hit.types) if id_ in every)
    classes = [{"id": one.id, "name": said(one.labels, lang)} for one in known]
    return [{"id": hit.kind, "name": KIND_NAMES[hit.kind][lang]}, *classes]


def candidate(one: Candidate, lang: Language, *, is_draft: bool) -> dict[str, Any]:
    """A candidate.

    Args:
        one: the candidate.
        lang: of its name and description.
        is_draft: whether to write it as in version 1.0: features have names, and names a language.
    """
    features = [
        {"id": id_} | ({"name": _feature(id_, lang)} if is_draft else {}) | {"value": value}
        for id_, value in one.features.values().items()
    ]
    return {
        "id": shortened(one.hit.iri),
        **(named(one.hit, lang) if is_draft else {"name": name(one.hit, lang)}),
        "description": described(one.hit, lang),
        "type": types_of(one.hit, lang),
        "score": one.score,
        "features": features,
        "match": one.match,
    }


def _feature(id_: str, lang: Language) -> str:
    if id_ in FEATURES:
        return FEATURES[id_][lang]
    return _AGREES[lang].format(PROPERTIES[id_.partition(":")[2]].name(lang))


def _made() -> Reconciler:
    return Reconciler(label_index.index())


_reconcilers: Final = Kept(_made)
