"""What the scripts of the workbench need to know: addresses, prefixes, bounds, tiles; nothing of a query."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from egov_kg import iris
from egov_kg.errors import EvaluationError
from egov_kg.formats import RDF, RESULTS, Syntax
from egov_kg.intervals import Qualifier, qualified
from egov_kg.namespaces import PREFIXES
from egov_kg.release.registry import Release
from egov_kg.web import past
from egov_kg.web.assets import asset, has_asset
from egov_kg.web.format_names import NAMES
from egov_kg.web.pages.figures import tiles
from egov_kg.web.pages.parts.shown_query import body
from egov_kg.web.pages.workbench import snippets
from egov_kg.web.responses import language
from egov_kg.web.service import service

_LABELS: Final = Path(__file__).parent / "rq" / "labels.rq"
_EDITOR: Final = ("vendor/yasqe/yasqe.min.js", "vendor/yasqe/yasqe.min.css")
_LIBRARY: Final = "vendor/echarts/echarts.esm.min.js"


def facts(address: str) -> dict[str, Any]:
    """The facts for `static/js/workbench.js`, as JSON can hold them.

    Args:
        address: of the endpoint as others reach it.
    """
    here, lang = service(), language()
    script, style = _EDITOR
    return {
        "lang": lang,
        "place": f"/{lang}",
        "endpoint": "/sparql",
        "address": address,
        "termsUrl": "/api/terms",
        "asOf": past.asked(),
        "base": iris.BASE,
        "prefixes": PREFIXES,
        "labels": body(_LABELS.read_text(encoding="utf-8")),
        "snippets": {name: dict(texts) for name, texts in snippets.templates().items()},
        "formats": {"rows": _named(RESULTS), "graph": _named(RDF)},
        "longest": here.settings.url_length,
        "seconds": here.settings.query_timeout,
        "qualified": {str(one): qualified("{n}", one, lang) for one in Qualifier},
        "tiles": _tiles() if isinstance(here.release, Release) else [],
        # What npm brings is missing where a build had no network.
        "editor": {"script": asset(script), "style": asset(style)} if has_asset(script) else None,
        "library": asset(_LIBRARY) if has_asset(_LIBRARY) else "",
    }


def _named(syntaxes: tuple[Syntax, ...]) -> list[tuple[str, str]]:
    return [(one.name, NAMES[one.name]) for one in syntaxes]


def _tiles() -> list[dict[str, Any]]:
    """The tiles by the first two digits of their codes of GB/T 2260."""
    lang = language()
    try:
        found = tiles.tiles()
    except EvaluationError:  # the page may be about just that
        return []
    return [
        {
            "code": tile.region.iri.rpartition("/")[2][:2],
            "name": tile.region.name(lang),
            "short": tile.short(lang),
            "column": tile.column,
            "row": tile.row,
        }
        for tile in found
    ]
