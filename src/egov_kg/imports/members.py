"""Whether the members of a dimension can be what the mapping says they are: codes of a system, periods."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from egov_kg.imports import periods
from egov_kg.imports.cells import WrongValueError
from egov_kg.imports.mapping import About
from egov_kg.imports.terms import TextGraph, bare, text_of

_FORMS: Final = {
    "iso3166-1-alpha-2": ("[A-Z]{2}", "two capital letters, such as CN", "两个大写字母，如 CN"),
    "iso3166-1-alpha-3": ("[A-Z]{3}", "three capital letters, such as CHN", "三个大写字母，如 CHN"),
    "iso3166-2": (
        "[A-Z]{2}-[A-Z0-9]{1,3}",
        "two capital letters, a hyphen and up to three letters or digits, such as CN-SN",
        "两个大写字母、连字符与至多三个字母或数字，如 CN-SN",
    ),
    "un-m49": ("[0-9]{3}", "three digits, such as 156", "三位数字，如 156"),
    "gbt2260": ("[0-9]{6}", "six digits, such as 610000", "六位数字，如 610000"),
}
"""The form of each system of codes: which of them there are, no list of the project says."""


def require_member(graph: TextGraph, member: str, about: About, mapped: Container[str]) -> None:
    """Check a member against what the mapping says of its dimension.

    Args:
        graph: where the member may be described.
        member: an IRI or a literal, as a term.
        about: what the mapping says of the property or the column.
        mapped: what it names as something of ours, member by member.

    Raises:
        WrongValueError: it is no period, or no code of that system by its form.
    """
    parts = text_of(member)
    text = parts.value if parts else bare(member)
    if text in mapped:
        return
    if about.role == "period" and not periods.span_of(graph, member, about.role, about.codes):
        raise WrongValueError(
            'no period that can be read: write 2012, 2012-03 or 2012-03-15, write `codes = "year"` where an '
            'IRI ends in its year, name a period of ours below [member], or say `role = "dimension"`',
            '无法读作时间：请写成 2012、2012-03 或 2012-03-15；若 IRI 以年份结尾，请写明 `codes = "year"`；'
            '也可在 [member] 下指明本图谱的时间，或改为 `role = "dimension"`',
        )
    if parts and about.codes in _FORMS and not re.fullmatch(_FORMS[about.codes][0], text):
        _, en, zh = _FORMS[about.codes]
        raise WrongValueError(
            f"no code of {about.codes}, which is {en}: correct it, name a region of ours below [member], or "
            "leave out `codes`",
            f"不是 {about.codes} 代码（应为{zh}）：请更正，或在 [member] 下指明本图谱的地区，或去掉 `codes`",
        )
