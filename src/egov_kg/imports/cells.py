"""The value of a cell: its datatype, checked and put into the form of XML Schema.

Specification: Model for Tabular Data and Metadata on the Web (W3C, 2015), section 6.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from egov_kg.errors import ImportRefused
from egov_kg.imports.terms import XSD, is_iri, literal

_DIGITS: Final = r"[+-]?[0-9]+"
_DECIMAL: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE: Final = rf"(?:{_DECIMAL}(?:[eE][+-]?[0-9]+)?|NaN|-?INF)"
_ZONE: Final = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_DAY: Final = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_FORMS: Final = {
    "string": r"(?s:.*)",
    "boolean": "true|false|1|0",
    "integer": _DIGITS,
    "long": _DIGITS,
    "int": _DIGITS,
    "nonNegativeInteger": r"\+?[0-9]+",
    "positiveInteger": r"\+?0*[1-9][0-9]*",
    "decimal": _DECIMAL,
    "double": _DOUBLE,
    "float": _DOUBLE,
    "date": _DAY + _ZONE,
    "dateTime": _DAY + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?" + _ZONE,
    "gYear": r"[0-9]{4}" + _ZONE,
    "gYearMonth": r"[0-9]{4}-(?:0[1-9]|1[0-2])" + _ZONE,
    "anyURI": r"\S+",
}
_ALIASES: Final = {"number": "double", "datetime": "dateTime", "any": "string"}
_NUMBERS: Final = (
    "integer",
    "long",
    "int",
    "nonNegativeInteger",
    "positiveInteger",
    "decimal",
    "double",
    "float",
)
_DATE_FORMAT: Final = re.compile(r"(yyyy|MM|dd|M|d)([-./ ]?)(yyyy|MM|dd|M|d)([-./ ]?)(yyyy|MM|dd|M|d)")
_PARTS: Final = {"yyyy": r"(?P<y>[0-9]{4})", "MM": r"(?P<m>[0-9]{2})", "dd": r"(?P<d>[0-9]{2})",
                 "M": r"(?P<m>[0-9]{1,2})", "d": r"(?P<d>[0-9]{1,2})"}  # fmt: skip


class WrongValueError(ValueError):
    """A value that is not of its datatype; its text says what was wanted, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


@dataclass(frozen=True, slots=True)
class Cell:
    """How the values of a column are read.

    Attributes:
        base: the local name of a datatype of XML Schema.
        nulls: what stands for no value.
        decimal_mark, group_mark: of numbers.
        date_form: a pattern of `yyyy`, `MM`, `dd`, with what is between them; empty for that of XML Schema.
        yes, no: of a boolean, where it is not `true` and `false`.
        least, most: bounds of a number, or None.
    """

    base: str = "string"
    nulls: tuple[str, ...] = ("",)
    decimal_mark: str = "."
    group_mark: str = ""
    date_form: str = ""
    yes: str = ""
    no: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    pattern: re.Pattern[str] = field(default=re.compile(".*"), compare=False)

    @property
    def datatype(self) -> str:
        """The IRI of the datatype."""
        return XSD + self.base

    def read(self, text: str, lang: str = "") -> str:
        """The literal of a cell that is not empty, as a term.

        Raises:
            WrongValueError: it is not of the datatype.
        """
        if self.base == "string":
            return literal(text, lang)
        value = text.strip()
        if self.base in _NUMBERS:
            value = value.replace(self.group_mark, "") if self.group_mark else value
            value = value.replace(self.decimal_mark, ".") if self.decimal_mark != "." else value
        elif self.base == "boolean" and self.yes:
            value = {self.yes: "true", self.no: "false"}.get(value, f"?{value}")
        elif self.date_form:
            value = self._date(value)
        if not self.pattern.fullmatch(value):
            raise WrongValueError(f"no {self.base}", f"不是 {self.base}")
        if self.base == "date":
            self._require_day(value)
        if self.base == "anyURI" and not is_iri(value):
            raise WrongValueError("no absolute IRI", "不是绝对 IRI")
        self._require_within(value)
        return literal(value, datatype=self.datatype)

    def _date(self, text: str) -> str:
        match = _date_pattern(self.date_form).fullmatch(text)
        if match is None:
            raise WrongValueError(f"no date like {self.date_form}", f"不是形如 {self.date_form} 的日期")
        return f"{match['y']}-{int(match['m']):02}-{int(match['d']):02}"

    def _require_day(self, value: str) -> None:
        try:
            date.fromisoformat(value[:10])
        except ValueError:
            raise WrongValueError("no day of the calendar", "日期不存在") from None

    def _require_within(self, value: str) -> None:
        if self.base not in _NUMBERS or (self.least is None and self.most is None):
            return
        number = Decimal(value.replace("INF", "Infinity"))
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            least, most = (("" if one is None else f"{one:f}") for one in (self.least, self.most))
            raise WrongValueError(f"not within {least}..{most}", f"不在 {least} 至 {most} 之间")


def datatype(said: Any, null: Any) -> Cell:
    """How values of a datatype are read.

    Args:
        said: a name, or an object with `base`, `format`, `minimum`, `maximum` (section 5.11).
        null: what stands for no value: a text or a list of them.

    Raises:
        ImportRefused: a datatype or a format that is not understood.
    """
    keys = said if isinstance(said, dict) else {"base": said}
    base = str(keys.get("base", "string"))
    base = _ALIASES.get(base, base)
    if base not in _FORMS:
        raise ImportRefused(
            f"datatype {base!r} is none of {', '.join(_FORMS)}",
            f"数据类型 {base!r} 不是 {'、'.join(_FORMS)} 之一",
        )
    nulls = tuple(str(one) for one in (null if isinstance(null, list) else [null]))
    marks = _format(base, keys.get("format"))
    return Cell(
        base,
        (*nulls, "") if "" not in nulls and base != "string" else nulls,
        least=_number(keys.get("minimum", keys.get("minInclusive"))),
        most=_number(keys.get("maximum", keys.get("maxInclusive"))),
        pattern=re.compile(_FORMS[base]),
        **marks,
    )


def _format(base: str, said: Any) -> dict[str, str]:
    if said is None:
        return {}
    if isinstance(said, dict) and base in _NUMBERS and not said.get("pattern"):
        return {
            "decimal_mark": str(said.get("decimalChar", ".")),
            "group_mark": str(said.get("groupChar", "")),
        }
    if isinstance(said, str) and base == "boolean" and said.count("|") == 1:
        yes, _, no = said.partition("|")
        return {"yes": yes, "no": no}
    if isinstance(said, str) and base == "date" and _DATE_FORMAT.fullmatch(said):
        return {"date_form": said}
    raise ImportRefused(
        f"the format {said!r} of {base} is not understood; known are decimalChar and groupChar of numbers, "
        "yyyy-MM-dd and the like of dates, Y|N of booleans",
        f"无法理解 {base} 的格式 {said!r}；可用的有数值的 decimalChar 与 groupChar、日期的 yyyy-MM-dd 等、"
        "布尔值的 Y|N",
    )


def _date_pattern(form: str) -> re.Pattern[str]:
    match = _DATE_FORMAT.fullmatch(form)
    assert match is not None  # noqa: S101 - `_format` made sure
    first, gap, second, other, third = match.groups()
    return re.compile(_PARTS[first] + re.escape(gap) + _PARTS[second] + re.escape(other) + _PARTS[third])


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except ArithmeticError:
        return None
