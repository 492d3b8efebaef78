"""What a thing is, in a few lines: a small page for frames of other programs, HTML beside suggestions."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from flask import render_template

from egov_kg.errors import NotFound, UsageError
from egov_kg.match.hits import Hit
from egov_kg.match.identifiers import resolved
from egov_kg.match.properties import PROPERTIES
from egov_kg.settings import Language
from egov_kg.web import paged, public_url
from egov_kg.web.reconciliation import entities, suggestions
from egov_kg.web.reconciliation.extension import extended
from egov_kg.web.reconciliation.suggestions import What

_SHOWN: Final = ("name-zh", "name-en", "other-name", "code", "within", "level", "topic", "unit", "figure")
_MOST: Final = 3


def page(id_: str, lang: Language) -> str:
    """The page of an entity: its names, what tells it apart, and some figures, as HTML.

    Raises:
        UsageError: no identifier was given.
        NotFound: there is no such entity.
    """
    about, hit = _known(id_, lang)
    facts: list[tuple[str, list[str]]] = []
    asked = {"ids": [id_], "properties": [{"id": one, "settings": {"limit": _MOST}} for one in _SHOWN]}
    found = extended(asked, lang)
    name = entities.name(hit, lang)
    for column in _SHOWN:
        values = [str(one.get("name", one.get("str"))) for one in found.cells[id_][column]]
        if shown := [value for value in values if value != name]:
            lines = shown if column == "figure" else [("、" if lang == "zh" else ", ").join(shown)]
            facts.append((PROPERTIES[column].name(lang), lines))
    return render_template(
        "reconciliation/preview.html",
        lang=lang,
        name=name,
        about=about,
        facts=facts,
        address=_address(id_),
    )


def address(id_: str, lang: Language) -> str:
    """Where a reader goes for an entity; raises as `page`."""
    _known(id_, lang)
    return _address(id_)


def flyout(what: What, id_: str, lang: Language) -> dict[str, Any]:
    """A few words beside a suggestion (0.2, section 6.5): names are escaped, and there is nothing that runs.

    Raises:
        NotFound: there is no such thing, type or property.
    """
    name, about, _ = suggestions.described_by_id(what, id_, lang)
    lines = (f"<strong>{escape(name)}</strong>", escape(about), f"<code>{escape(id_)}</code>")
    return {"id": id_, "html": f'<div lang="{lang}">{"<br>".join(lines)}</div>'}


def _known(id_: str, lang: Language) -> tuple[str, Hit]:
    """What is said of an entity, and the entity."""
    if not id_:
        raise UsageError(
            "There is no id: say which entity is meant, ?id=id/region/610000.",
            "没有 id：请说明所指的实体，如 ?id=id/region/610000。",
            parameter="id",
        )
    _, about, hit = suggestions.described_by_id("entity", id_, lang)
    if hit is None:
        raise NotFound(f"There is no entity {id_[:80]!r} here.", f"此处没有实体 {id_[:80]!r}。")
    return about, hit


def _address(id_: str) -> str:
    place = paged.place(resolved(id_))
    return public_url.own() + place if place.startswith("/") else place
