"""Reconciliation queries of both versions of the API, as questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from egov_kg.errors import UsageError
from egov_kg.match.conditions import QUANTIFIERS, Condition, Quantifier, Value
from egov_kg.match.properties import PROPERTIES, QUALIFIERS, Property
from egov_kg.match.reconcile import Names, Question
from egov_kg.web.reconciliation import reading

_LIMIT: Final = 10
_STABLE: Final = ("query", "type", "limit", "properties", "type_strict")
_DRAFT: Final = ("type", "limit", "conditions", "lang", "dir")
_CONDITION: Final = (
    *("matchType", "propertyId", "propertyValue", "required", "matchQuantifier", "matchQualifier"),
    *("lang", "dir"),
)


def stable(raw: object, where: str) -> Question:
    """A query of version 0.2 (section 4.1): properties tell namesakes apart, and leave none out.

    Args:
        raw: the JSON.
        where: its place, for errors.

    Raises:
        UsageError: it is no such query.
    """
    query = reading.mapping(raw, where)
    reading.only(query, where, _STABLE)
    if "type_strict" in query:
        reading.one_of(query["type_strict"], f"{where}.type_strict", ("any", "all", "should"))
    names: tuple[Names, ...] = ()
    if not _is_blank(query.get("query")):
        names = (Names((reading.text(query["query"], f"{where}.query"),)),)
    conditions = []
    given = reading.listed(query.get("properties") or [], f"{where}.properties", reading.MOST_CONDITIONS)
    for place, each in enumerate(given):
        at = f"{where}.properties[{place}]"
        one = reading.mapping(each, at)
        known = property_of(one.get("pid"), f"{at}.pid")
        if values := _values(_member(one, "v", at), f"{at}.v"):
            conditions.append(Condition(known, values))
    if query.get("query") is None and not given:
        raise UsageError(
            f"{where} asks for nothing: give query, or properties.",
            f"{where} 没有内容：请给出 query 或 properties。",
            parameter=where,
        )
    types = query.get("type")
    many = [] if types is None else types if isinstance(types, list) else [types]
    return Question(names, _types(many, f"{where}.type"), tuple(conditions), _limit(query, where))


def draft(raw: object, where: str) -> Question:
    """A query of version 1.0-draft (section 4.1).

    Args:
        raw: the JSON.
        where: its place, for errors.

    Raises:
        UsageError: it is no such query.
    """
    query = reading.mapping(raw, where)
    reading.only(query, where, _DRAFT)
    names: list[Names] = []
    conditions: list[Condition] = []
    given = reading.listed(query.get("conditions"), f"{where}.conditions", reading.MOST_CONDITIONS)
    for place, each in enumerate(given):
        at = f"{where}.conditions[{place}]"
        one = reading.mapping(each, at)
        reading.only(one, at, _CONDITION)
        quantifier, required = _quantifier(one, at), _required(one, at)
        values = _values(_member(one, "propertyValue", at), f"{at}.propertyValue")
        if reading.one_of(one.get("matchType"), f"{at}.matchType", ("name", "property")) == "name":
            if one.get("matchQualifier") is not None:
                raise _no_qualifier(one["matchQualifier"], at, ())
            if values:
                texts = tuple(value.identifier or value.text for value in values)
                names.append(Names(texts, quantifier, required))
            continue
        known = property_of(one.get("propertyId"), f"{at}.propertyId")
        qualifier = _qualifier(one, known, at)
        if values:
            conditions.append(Condition(known, values, quantifier, qualifier, required))
    if not given:
        raise UsageError(
            f"{where}.conditions is empty: give at least one condition.",
            f"{where}.conditions 为空：请至少给出一个条件。",
            parameter=f"{where}.conditions",
        )
    if sum(len(one.texts) for one in names) > reading.MOST_TEXTS:
        raise UsageError(
            f"{where} has more than {reading.MOST_TEXTS} names.",
            f"{where} 的名称超过 {reading.MOST_TEXTS} 个。",
            parameter=where,
            limit=reading.MOST_TEXTS,
        )
    type_ = query.get("type")
    if isinstance(type_, list):
        raise reading.wrong(f"{where}.type", "one type, as a text", "一个类型（文本）", type_)
    types = [] if type_ is None else [type_]
    return Question(tuple(names), _types(types, f"{where}.type"), tuple(conditions), _limit(query, where))


def property_of(id_: object, where: str) -> Property:
    """The property of an identifier, by which things can be told apart.

    Raises:
        UsageError: there is no such property, or nothing is told apart by it.
    """
    name = reading.text(id_, where)
    known = PROPERTIES.get(name)
    if known is None or known.how is None:
        usable = ", ".join(one.id for one in PROPERTIES.values() if one.how)
        raise UsageError(
            f"{where}: nothing can be told apart by {name[:60]!r}; use {usable}.",
            f"{where}：不能以 {name[:60]!r} 区分事物；可用 {usable}。",
            parameter=where,
        )
    return known


def qualifiers(known: Property) -> tuple[str, ...]:
    """How values of a property can be compared, besides as usual."""
    return tuple(QUALIFIERS) if known.how == "place" else ()


def _types(given: Sequence[object], where: str) -> tuple[str, ...]:
    found = []
    for one in reading.listed(list(given), where, reading.MOST_VALUES):
        if isinstance(one, dict):  # OpenRefine sends both
            found.append(reading.text(one.get("id"), f"{where}.id"))
        elif not _is_blank(one):
            found.append(reading.text(one, where))
    return tuple(found)


def _values(given: object, where: str) -> tuple[Value, ...]:
    """The values that say something: an empty cell of a table is none."""
    if given is None:
        return ()
    many = reading.listed(given if isinstance(given, list) else [given], where, reading.MOST_VALUES)
    return tuple(_value(one, where) for one in many if not _is_blank(one))


def _is_blank(given: object) -> bool:
    """Whether it is nothing, or an empty cell of a table."""
    return given is None or (isinstance(given, str) and not given.strip())


def _member(one: Mapping[str, Any], name: str, at: str) -> object:
    """What has to be there, if only to say that it is nothing."""
    if name not in one:
        raise UsageError(f"{at} has no {name}.", f"{at} 缺少 {name}。", parameter=at)
    return one[name]


def _value(given: object, where: str) -> Value:
    if isinstance(given, dict):
        id_ = reading.text(given.get("id"), f"{where}.id")
        return Value(str(given.get("name") or id_), id_)
    if isinstance(given, bool):
        return Value(str(given).lower())
    if isinstance(given, float) and given.is_integer():
        return Value(str(int(given)))  # codes of tables come as 610000.0
    if isinstance(given, int | float):
        return Value(str(given))
    if isinstance(given, str):
        return Value(reading.text(given, where))
    raise reading.wrong(
        where,
        "a text, a number, true or false, or an object with id",
        "文本、数、真假值或含 id 的对象",
        given,
    )


def _limit(query: Mapping[str, Any], where: str) -> int:
    return reading.limit(query.get("limit"), f"{where}.limit", _LIMIT, reading.MOST_CANDIDATES)


def _quantifier(one: Mapping[str, Any], at: str) -> Quantifier:
    given = one.get("matchQuantifier") or "any"
    return cast("Quantifier", reading.one_of(given, f"{at}.matchQuantifier", QUANTIFIERS))


def _required(one: Mapping[str, Any], at: str) -> bool:
    given = one.get("required", False)
    if not isinstance(given, bool):
        raise reading.wrong(f"{at}.required", "true or false", "真假值", given)
    return given


def _qualifier(one: Mapping[str, Any], known: Property, at: str) -> str:
    given = one.get("matchQualifier")
    if given is None:
        return ""
    if given not in qualifiers(known):
        raise _no_qualifier(given, at, qualifiers(known))
    return str(given)


def _no_qualifier(given: object, at: str, known: Sequence[str]) -> UsageError:
    shown = str(given)[:60]
    return UsageError(
        f"{at}: there is no matchQualifier {shown!r} here; there are: {', '.join(known) or 'none'}.",
        f"{at}：此处没有 matchQualifier {shown!r}；可用：{'、'.join(known) or '无'}。",
        parameter=f"{at}.matchQualifier",
    )
