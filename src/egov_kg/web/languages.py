"""The language to answer a client in. Nothing here needs a request."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from egov_kg.settings import Language

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")


def choose(asked: str, accept_language: str) -> Language:
    """The language asked for, else the one the client likes best of those there are, else English.

    Args:
        asked: the `lang` parameter of the URL, perhaps empty.
        accept_language: the Accept-Language header (RFC 9110, section 12.5.4), perhaps empty.
    """
    accepted = parse_accept_header(accept_language, LanguageAccept)
    for tag in (asked, *(tag for tag, quality in accepted if quality > 0)):
        primary = tag.lower().replace("_", "-").partition("-")[0]
        if primary in LANGUAGES:
            return primary
    return "en"
