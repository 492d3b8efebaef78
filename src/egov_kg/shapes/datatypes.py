"""Literals whose form is that of their datatype (XML Schema 1.1, part 2, section 3), told in SPARQL.

In regular expressions that every engine reads alike: no class, no look-around, no reference back.
"""

from __future__ import annotations

from typing import Final

from rdflib import XSD, Literal

from egov_kg.shapes.scope import term

_INTEGER: Final = "[+-]?[0-9]+"
_DECIMAL: Final = r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_DOUBLE: Final = rf"({_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_ZONE: Final = "(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR: Final = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_LEAP_YEAR: Final = "-?([0-9]*[0-9]{2}(0[48]|[2468][048]|[13579][26])|[0-9]*([02468][048]|[13579][26])00)"
_MONTH_DAY: Final = (
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_DAY: Final = f"({_YEAR}-{_MONTH_DAY}|{_LEAP_YEAR}-02-29)"
_CLOCK: Final = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?|24:00:00([.]0+)?)"
_SECONDS: Final = "[0-9]+([.][0-9]+)?S"
_TIME_LENGTH: Final = f"([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"
_YEARS_MONTHS: Final = "([0-9]+Y([0-9]+M)?|[0-9]+M)"
_DAYS_TIME: Final = f"([0-9]+D(T{_TIME_LENGTH})?|T{_TIME_LENGTH})"

_BOUNDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "byte": (2**7, 2**7 - 1),
    "short": (2**15, 2**15 - 1),
    "int": (2**31, 2**31 - 1),
    "long": (2**63, 2**63 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
}
"""Datatype to how far it reaches below and above 0."""


def _up_to(most: int | None) -> str:
    """Whole numbers from 0 to a bound, or to none; zeros may stand before them.

    As text: not every engine can make a number of any text, or keep an error to itself.
    """
    if most is None:
        return "[0-9]+"
    digits = str(most)
    shorter = [f"[0-9]{{1,{len(digits) - 1}}}"] if len(digits) > 1 else []
    less = [
        f"{digits[:place]}[0-{int(digit) - 1}][0-9]{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "0"
    ]
    return f"0*({'|'.join([*shorter, *less, digits])})"


FORMS: Final[dict[str, str]] = {
    f"{XSD}{name}": form
    for name, form in {
        "integer": _INTEGER,
        **{name: f"(-{_up_to(below)}|[+]?{_up_to(above)})" for name, (below, above) in _BOUNDS.items()},
        "positiveInteger": "[+]?0*[1-9][0-9]*",
        "negativeInteger": "-0*[1-9][0-9]*",
        "decimal": _DECIMAL,
        "double": _DOUBLE,
        "float": _DOUBLE,
        "boolean": "(true|false|1|0)",
        "date": f"{_DAY}{_ZONE}",
        "dateTime": f"{_DAY}T{_CLOCK}{_ZONE}",
        "dateTimeStamp": f"{_DAY}T{_CLOCK}{_ZONE.removesuffix('?')}",
        "time": f"{_CLOCK}{_ZONE}",
        "gYear": f"{_YEAR}{_ZONE}",
        "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
        "gMonthDay": f"--({_MONTH_DAY}|02-29){_ZONE}",
        "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}",
        "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
        "duration": f"-?P({_YEARS_MONTHS}{_DAYS_TIME}?|{_DAYS_TIME})",
        "yearMonthDuration": f"-?P{_YEARS_MONTHS}",
        "dayTimeDuration": f"-?P{_DAYS_TIME}",
        "hexBinary": "([0-9a-fA-F]{2})*",
        "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    }.items()
}
"""Datatype to the regular expression of its forms, to be matched as a whole."""


def has_form(value: str, datatype: str) -> str:
    """Whether a literal of a datatype has a form of it, as an expression that never errs.

    Args:
        value: the variable of the literal.
        datatype: the IRI. A literal of one that is not known here has a form of it.
    """
    form = FORMS.get(datatype)
    if form is None:
        return "true"
    return f"regex(str({value}), {term(Literal(f'^{form}$'))})"
