"""What to ask of which kind of endpoint: a `.toml` and a `.rq` for each kind, or files of one's own.

A query gives `?item ?field ?value`, ordered by all three. Fields: `gbt2260` and `iso3166-2` (codes), `code`
(a code of an unknown system), `zh` and `en` (names), `parent-zh` and `parent-en` (names of what it is in),
`until` (the year in which it ended).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import NotFound, SourceError, UsageError

_HERE: Final = Path(__file__).parent
_KEYS: Final = ("endpoint", "space", "dataset", "title_en", "title_zh", "codes")
SYSTEMS: Final = ("gbt2260", "iso3166-2")
"""The systems of codes that regions have."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of endpoint.

    Attributes:
        name: as users type it.
        query: the SELECT.
        endpoint: the address, where there is a usual one.
        space: how the IRIs of its things begin; empty if any may.
        dataset: the IRI of what is linked to; empty if there is none.
        title_en, title_zh: what it is called.
        codes: systems of codes that are proof enough by themselves.
    """

    name: str
    query: str
    endpoint: str = ""
    space: str = ""
    dataset: str = ""
    title_en: str = ""
    title_zh: str = ""
    codes: tuple[str, ...] = ()


def names() -> tuple[str, ...]:
    """The profiles that come with the program."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


def read_profile(name: str) -> Profile:
    """A profile that comes with the program, or one's own.

    Args:
        name: its name, or the path of a `.toml` with a `.rq` of the same name beside it.

    Raises:
        UsageError: neither.
        NotFound: one of the two files is not there.
        SourceError: a file that cannot be read or says what is not known.
    """
    own = name.endswith(".toml")
    path = Path(name) if own else _HERE / f"{name}.toml"
    if not own and name not in names():
        raise UsageError(
            f"There is no profile {name!r}; there are {', '.join(names())}, or give a .toml of your own.",
            f"没有配置 {name!r}；可用的有 {'、'.join(names())}，或给出自己的 .toml 文件。",
        )
    for file in (path, path.with_suffix(".rq")):
        if not file.exists():
            raise NotFound(
                f"There is no file {file}: a profile of your own is a .toml with a .rq of the same name "
                "beside it.",
                f"文件 {file} 不存在：自己的配置由一个 .toml 文件及其旁同名的 .rq 文件组成。",
            )
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        query = path.with_suffix(".rq").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(
            f"The profile {path} and the .rq beside it cannot be read: {error}.",
            f"无法读取配置 {path} 及其旁的 .rq 文件：{error}。",
            file=str(path),
        ) from error
    codes = found.pop("codes", [])
    strange = [key for key in found if key not in _KEYS or not isinstance(found[key], str)]
    if strange or not isinstance(codes, list) or any(code not in SYSTEMS for code in codes):
        raise SourceError(
            f"{path}: {', '.join(strange) or 'codes'} is not as it should be. "
            f"Texts: {', '.join(_KEYS[:-1])}; codes is a list of {', '.join(SYSTEMS)}.",
            f"{path}：{'、'.join(strange) or 'codes'} 有误。文本项：{'、'.join(_KEYS[:-1])}；"
            f"codes 为 {'、'.join(SYSTEMS)} 的列表。",
            file=str(path),
        )
    return Profile(path.stem, query, codes=tuple(codes), **found)
