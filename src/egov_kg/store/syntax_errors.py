"""The engine's complaints about a query, in words: place and first sentence, in both languages."""

from __future__ import annotations

import re
from typing import Final

from egov_kg.errors import QuerySyntaxError
from egov_kg.namespaces import PREFIXES
from egov_kg.sparql.guard import QueryFacts

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_ITEM: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,]+')

_SENTENCES: Final = {
    "The SELECT contains a variable that is unbound": "SELECT 中有未绑定的变量",
    "Duplicated variable name in SELECT": "SELECT 中有重复的变量名",
    "IRI parsing failed": "IRI 无法解析",
}


def syntax_error(query: str, error: SyntaxError, facts: QueryFacts) -> QuerySyntaxError:
    """The engine's complaint about a query: its place and its first sentence, in both languages."""
    if facts.undeclared:
        prefix, line, column = facts.undeclared
        known = f" Add: PREFIX {prefix}: <{PREFIXES[prefix]}>" if prefix in PREFIXES else ""
        known_zh = f"请加上：PREFIX {prefix}: <{PREFIXES[prefix]}>" if known else ""
        return QuerySyntaxError(
            f"Line {line}, column {column}: the prefix {prefix}: is not declared.{known}",
            f"第 {line} 行第 {column} 列：前缀 {prefix}: 未声明。{known_zh}",
            line=line,
            column=column,
        )
    match = _PLACE.match(error.msg or str(error))
    if match is None:
        return QuerySyntaxError(str(error), f"查询无法解析：{error}")
    line, column = int(match[1]), int(match[2])
    words, words_zh = _reason(match[3])
    if not query.strip():
        words, words_zh = "The query is empty", "查询为空"
    return QuerySyntaxError(
        f"Line {line}, column {column}: {words}.",
        f"第 {line} 行第 {column} 列：{words_zh}。",
        line=line,
        column=column,
    )


def _reason(expected: str) -> tuple[str, str]:
    """The engine lists what it expected, rule by rule; some items are sentences, and those say more."""
    items = [item.strip() for item in _ITEM.findall(expected)]
    told = [item for item in items if item[:1].isalpha() and " " in item]
    if told:
        return told[0], _SENTENCES.get(told[0], told[0])
    plain = [item for item in dict.fromkeys(items) if item and item[0] != "[" and "\\" not in item.strip('"')]
    if not plain:
        return "The query cannot go on like this here", "此处内容不符合语法"
    shown = " ".join(plain[:8]) + (" ..." if len(plain) > 8 else "")
    return (
        f"The query cannot go on like this here; possible would be {shown}",
        f"此处不符合语法；可以是 {shown}",
    )
