"""The engine's complaints about a query, in words: place and first sentence, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from egov_kg.errors import QuerySyntaxError
from egov_kg.namespaces import PREFIXES
from egov_kg.sparql import guard
from egov_kg.sparql.tokens import place
from egov_kg.store.wrong_token import LONGEST, PLACE, end_of, is_open_string, wrong_token

_ITEM: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,]+')
_SHOWN: Final = 40

_SENTENCES: Final = {
    "The SELECT contains a variable that is unbound": "SELECT 中有未绑定的变量",
    "Duplicated variable name in SELECT": "SELECT 中有重复的变量名",
    "IRI parsing failed": "IRI 无法解析",
}


def parse_query(text: str) -> object:
    """Have the engine parse a query on no data.

    Raises:
        SyntaxError: it does not parse.
    """
    return ox.Store().query(text)


def parse_update(text: str) -> None:
    """Have the engine parse an update on no data; see `parse_query`."""
    ox.Store().update(text)


def syntax_error(
    query: str, error: SyntaxError, parse: Callable[[str], object] = parse_query
) -> QuerySyntaxError:
    """The engine's complaint about a query: its place and its first sentence, in both languages.

    Args:
        query: the text.
        error: what the engine said of it.
        parse: how the engine is asked again about a part of it.
    """
    if undeclared := guard.undeclared(query):
        prefix, line, column = undeclared
        known = f" Add: PREFIX {prefix}: <{PREFIXES[prefix]}>" if prefix in PREFIXES else ""
        known_zh = f"请加上：PREFIX {prefix}: <{PREFIXES[prefix]}>" if known else ""
        return QuerySyntaxError(
            f"Line {line}, column {column}: the prefix {prefix}: is not declared.{known}",
            f"第 {line} 行第 {column} 列：前缀 {prefix}: 未声明。{known_zh}",
            line=line,
            column=column,
        )
    match = PLACE.match(error.msg or str(error))
    if match is None:
        return QuerySyntaxError(str(error), f"查询无法解析：{error}")
    line, column, words, words_zh = _told(query, match, parse)
    return QuerySyntaxError(
        f"Line {line}, column {column}: {words}.",
        f"第 {line} 行第 {column} 列：{words_zh}。",
        line=line,
        column=column,
    )


def _told(query: str, match: re.Match[str], parse: Callable[[str], object]) -> tuple[int, int, str, str]:
    """Line, column and what is wrong there."""
    token = wrong_token(query, parse)
    line, column = place(query, token.start) if token else (int(match[1]), int(match[2]))
    if not query.strip():
        return line, column, "The query is empty", "查询为空"
    if sentence := _sentence(match[3]):
        return line, column, sentence, _SENTENCES.get(sentence, sentence)
    if token is None and len(query) > LONGEST:
        return (
            line,
            column,
            "The query cannot go on like this, here or a little before",
            "此处或稍前不符合语法",
        )
    if token is None:
        ended = "The query cannot go on to its end: something is missing here", "查询不完整：此处缺少内容"
        return *place(query, end_of(query)), *ended
    if is_open_string(token):
        return line, column, "The string that begins here has no end", "此处开始的字符串没有结束"
    shown = token.text if len(token.text) <= _SHOWN else f"{token.text[: _SHOWN - 1]}…"
    return line, column, f"The query cannot go on with {shown} here", f"此处不能出现 {shown}"


def _sentence(expected: str) -> str:
    """The engine lists what it expected, rule by rule; some items are sentences, and those say more."""
    items = (item.strip() for item in _ITEM.findall(expected))
    return next((item for item in items if item[:1].isalpha() and " " in item), "")
