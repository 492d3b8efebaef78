"""Licences that have a short name (SPDX), by which people know them; data state their IRIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_CC: Final = "https://creativecommons.org/"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: its short name, its IRI, and its name by language."""

    short: str
    iri: str
    names: Mapping[str, str]


_KNOWN: Final = (
    Licence(
        "CC0-1.0",
        f"{_CC}publicdomain/zero/1.0/",
        {"en": "Creative Commons Zero 1.0 Universal", "zh": "知识共享 CC0 1.0 通用"},
    ),
    Licence(
        "CC-BY-4.0",
        f"{_CC}licenses/by/4.0/",
        {"en": "Creative Commons Attribution 4.0 International", "zh": "知识共享署名 4.0 国际许可协议"},
    ),
    Licence(
        "CC-BY-SA-4.0",
        f"{_CC}licenses/by-sa/4.0/",
        {
            "en": "Creative Commons Attribution-ShareAlike 4.0 International",
            "zh": "知识共享署名-相同方式共享 4.0 国际许可协议",
        },
    ),
    Licence(
        "ODbL-1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
        {"en": "Open Data Commons Open Database License 1.0", "zh": "开放数据共用开放数据库许可协议 1.0"},
    ),
)
BY_SHORT: Final[Mapping[str, Licence]] = {one.short: one for one in _KNOWN}
BY_IRI: Final[Mapping[str, Licence]] = {one.iri: one for one in _KNOWN}


def short_name(iri: str) -> str:
    """The short name of a licence; its IRI where it has none that is known."""
    return BY_IRI[iri].short if iri in BY_IRI else iri
