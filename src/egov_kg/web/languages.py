"""The language to answer a client in. Nothing here needs a request."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from egov_kg.settings import Language

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

_LONGEST: Final = 1024


def split(path: str) -> tuple[Language | None, str]:
    """The language that the path of a page begins with, and the path of the resource that it shows.

    Any other path has no language and stays as it is.
    """
    head, slash, rest = path.removeprefix("/").partition("/")
    for lang in LANGUAGES:
        if slash and head == lang:
            return lang, f"/{rest}"
    return None, path


def choose(asked: str, accept_language: str) -> Language:
    """The language asked for, else the one the client likes best of those there are, else English.

    Args:
        asked: the `lang` parameter of the URL, perhaps empty.
        accept_language: the Accept-Language header (RFC 9110, section 12.5.4), perhaps empty; its first 1,024
            characters count.
    """
    accepted = parse_accept_header(accept_language[:_LONGEST], LanguageAccept)
    for tag in (asked, *(tag for tag, quality in accepted if quality > 0)):
        primary = tag.lower().replace("_", "-").partition("-")[0]
        if primary in LANGUAGES:
            return primary
    return "en"
