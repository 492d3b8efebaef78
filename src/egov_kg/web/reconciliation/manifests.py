"""What the service says of itself, in each version of the API."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from egov_kg.iris import BASE
from egov_kg.namespaces import PREFIXES
from egov_kg.settings import Language
from egov_kg.web import paged, past, public_url, time
from egov_kg.web.reconciliation import entities
from egov_kg.web.reconciliation.extension import SETTING
from egov_kg.web.reconciliation.reading import MOST_QUERIES
from egov_kg.web.reconciliation.suggestions import WHATS
from egov_kg.web.responses import language

_NAMES: Final[Mapping[Language, str]] = {
    "en": "E-government in China 2012-2013 (en)",
    "zh": "中国电子政务 2012-2013（中文）",
}
_WIDTH: Final = 420
_HEIGHT: Final = 240


def root() -> str:
    """The address of version 0.2, in the language of the address that was asked."""
    lang = f"/{language()}" if paged.wanted() else ""
    return f"{public_url.own()}{lang}/reconcile"


def stable() -> dict[str, Any]:
    """The manifest of version 0.2 (section 3.1)."""
    own = root()

    def at(path: str) -> dict[str, str]:
        return {"service_url": own, "service_path": path}

    def suggesting(what: str) -> dict[str, str]:
        return at(f"/suggest/{what}") | {"flyout_service_path": f"/flyout/{what}?id=${{id}}{_as_of('&')}"}

    name, help_ = SETTING[language()]
    return {
        "versions": ["0.2"],
        **_shared(),
        "identifierSpace": BASE,
        "schemaSpace": PREFIXES["egov"],
        "view": {"url": f"{own}/view?id={{{{id}}}}{_as_of('&')}"},
        "preview": {"url": f"{own}/preview?id={{{{id}}}}{_as_of('&')}", "width": _WIDTH, "height": _HEIGHT},
        "suggest": {what: suggesting(what) for what in WHATS},
        "extend": {
            "propose_properties": at("/propose"),
            "property_settings": [
                {"name": "limit", "label": name, "type": "number", "default": 0, "help_text": help_}
            ],
        },
    }


def draft() -> dict[str, Any]:
    """The manifest of version 1.0-draft (section 3.1)."""
    name, help_ = SETTING[language()]
    return {
        "versions": ["1.0-draft"],
        **_shared(),
        "view": {"url": f"{root()}/view?id={{id}}{_as_of('&')}"},
        "preview": {"width": _WIDTH, "height": _HEIGHT},
        "suggest": dict.fromkeys(WHATS, True),
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {"id": "limit", "name": name, "type": "number", "default": 0, "helpText": help_}
            ],
        },
        "standardizedScore": True,
        "lang": language(),
    }


def _as_of(mark: str) -> str:
    """What a template ends with, so that it leads to the release that the manifest was asked of.

    Only templates have it: to other addresses programs add a query string of their own.
    """
    release = past.asked()
    return f"{mark}{time.PARAMETER}={release}" if release else ""


def _shared() -> dict[str, Any]:
    lang, own = language(), public_url.own()
    kinds = (one for one in entities.reconciler().types.all.values() if not one.kind)
    return {
        "name": _NAMES[lang],
        "documentation": f"{own}/{lang}/docs/api",
        "logo": f"{own}/static/icon.svg",
        "serviceVersion": version("egov-kg"),
        "defaultTypes": [entities.type_of(one, lang) for one in kinds],
        "batchSize": MOST_QUERIES,
    }
