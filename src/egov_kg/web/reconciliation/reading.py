"""JSON of strangers, read with bounds; what is wrong with it is said with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Never

from egov_kg.errors import RequestTooLarge, UsageError

MOST_QUERIES: Final = 25
"""Queries of a batch."""

MOST_CONDITIONS: Final = 10
"""Properties of a query."""

MOST_VALUES: Final = 20
"""Values of a property, types of a query."""

MOST_TEXTS: Final = 8
"""Names of a query."""

MOST_CANDIDATES: Final = 50
"""Candidates of a query: whoever asks for more gets these."""

MOST_IDS: Final = 100
"""Entities whose properties are asked for at a time."""

MOST_PROPERTIES: Final = 20
"""Properties that are asked for at a time."""

_LONGEST: Final = 2_000
_SHOWN: Final = 60


def parsed(text: str | bytes, what: str) -> Any:
    """The value of a JSON text.

    Args:
        text: the text.
        what: where it was found.

    Raises:
        UsageError: it is no JSON, or nested too deeply, or has what is no number or no character.
    """
    try:
        value = json.loads(text, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise UsageError(f"{what}: nested too deeply.", f"{what}：嵌套过深。") from None
    except UnicodeEncodeError:
        raise UsageError(
            f"{what}: half a surrogate pair is no character.", f"{what}：半个代理对不是字符。"
        ) from None
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{what} is no JSON: {error}",
            f"{what} 不是 JSON：第 {error.lineno} 行第 {error.colno} 列有误。",
            line=error.lineno,
            column=error.colno,
        ) from None
    except ValueError:
        raise UsageError(
            f"{what} has bytes that are no UTF-8, or a number that JSON does not have.",
            f"{what} 含非 UTF-8 字节，或 JSON 所没有的数。",
        ) from None
    return value


def mapping(value: object, where: str) -> Mapping[str, Any]:
    """A JSON object.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(value, dict):
        raise wrong(where, "an object", "对象", value)
    return value


def listed(value: object, where: str, most: int) -> Sequence[Any]:
    """A JSON array of at most so many values.

    Raises:
        UsageError: it is something else, or longer.
    """
    if not isinstance(value, list):
        raise wrong(where, "an array", "数组", value)
    if len(value) > most:
        raise UsageError(
            f"{where} has {len(value)} values; at most {most} are allowed.",
            f"{where} 有 {len(value)} 个值，最多 {most} 个。",
            parameter=where,
            limit=most,
        )
    return value


def text(value: object, where: str) -> str:
    """A JSON string of bounded length, not empty.

    Raises:
        UsageError: it is something else, empty, or longer.
    """
    if not isinstance(value, str) or not value.strip():
        raise wrong(where, "a text that is not empty", "非空文本", value)
    if len(value) > _LONGEST:
        raise UsageError(
            f"{where} has {len(value)} characters; at most {_LONGEST} are allowed.",
            f"{where} 有 {len(value)} 个字符，最多 {_LONGEST} 个。",
            parameter=where,
            limit=_LONGEST,
        )
    return value


def limit(value: object, where: str, default: int, most: int) -> int:
    """A number of results: at most `most`, whatever is asked for.

    Raises:
        UsageError: it is no whole number from 1.
    """
    if value is None:
        return default
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise wrong(where, "a whole number from 1", "从 1 起的整数", value)
    return min(number, most)


def one_of(value: object, where: str, choices: Sequence[str]) -> str:
    """One of some texts.

    Raises:
        UsageError: it is none of them.
    """
    if not isinstance(value, str) or value not in choices:
        raise wrong(where, f"one of {', '.join(choices)}", f"{'、'.join(choices)} 之一", value)
    return value


def only(value: Mapping[str, Any], where: str, known: Sequence[str]) -> None:
    """See that an object has no other members than those that are known: a misspelt one would be ignored.

    Raises:
        UsageError: it has.
    """
    for name in value:
        if name not in known:
            raise UsageError(
                f"{where} has a member {name[:_SHOWN]!r}; known are {', '.join(known)}.",
                f"{where} 有成员 {name[:_SHOWN]!r}；可用 {'、'.join(known)}。",
                parameter=where,
            )


def wrong(where: str, en: str, zh: str, value: object) -> UsageError:
    """The error that says what a value is not."""
    shown = json.dumps(value, ensure_ascii=False)[:_SHOWN]
    return UsageError(f"{where} is not {en}: {shown}", f"{where} 不是{zh}：{shown}", parameter=where)


def require_batch(count: int) -> None:
    """See that a batch is not too large.

    Raises:
        RequestTooLarge: it is.
    """
    if count > MOST_QUERIES:
        raise RequestTooLarge(
            f"The batch has {count} queries; at most {MOST_QUERIES} are allowed (batchSize of the manifest).",
            f"批次含 {count} 个查询，最多 {MOST_QUERIES} 个（见清单的 batchSize）。",
            limit=MOST_QUERIES,
        )


def _no_number(name: str) -> Never:
    raise ValueError(f"{name} is no number of JSON")
