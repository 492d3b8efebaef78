"""Regular expressions of datatypes: what XML Schema takes, and no more."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD

from egov_kg.shapes.datatypes import FORMS, has_form

RANGES = {
    "byte": (-(2**7), 2**7 - 1),
    "short": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "nonNegativeInteger": (0, 10**30),
    "positiveInteger": (1, 10**30),
    "nonPositiveInteger": (-(10**30), 0),
    "negativeInteger": (-(10**30), -1),
}


def takes(datatype: str, text: str) -> bool:
    return re.fullmatch(FORMS[f"{XSD}{datatype}"], text) is not None


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("integer", "0 -7 +007", "1.0 ４ 4_2 1e3"),
        ("byte", "+7 007 -0", "7.0 --7"),
        (
            "date",
            "2012-02-29 2000-02-29 2012-12-31Z 12012-01-01",
            "2013-02-29 1900-02-29 2012-13-01 2012-1-1",
        ),
        ("dateTime", "2012-01-01T24:00:00 2012-01-01T00:00:00.5+08:00", "2012-01-01 2012-01-01T25:00:00"),
        ("time", "23:59:59 00:00:00Z", "24:00:01 1:00:00"),
        ("gYear", "2012 0012 -0001Z", "12 2012-01"),
        ("gMonthDay", "--02-29 --12-31", "--02-30 --13-01"),
        ("boolean", "true false 0 1", "TRUE yes 2"),
        ("decimal", "1 -.5 7.", "1e3 NaN ."),
        ("double", "1e3 NaN -INF .5E-1", "one 1e Infinity"),
        ("duration", "P1Y2M P1DT2H -PT0.5S P1Y1DT1M", "P PT 1Y P1DT"),
        ("dayTimeDuration", "P1D PT5M", "P1Y P"),
        ("hexBinary", "00 aF", "0 0g"),
        ("language", "zh zh-Hans en-GB", "zh_CN toolonglang"),
    ],
)
def test_forms(datatype: str, good: str, bad: str) -> None:
    assert [one for one in good.split() if not takes(datatype, one)] == []
    assert [one for one in bad.split() if takes(datatype, one)] == []


@given(st.sampled_from(sorted(RANGES)), st.data())
def test_ranges_end_where_they_end(datatype: str, data: st.DataObject) -> None:
    lowest, highest = RANGES[datatype]
    near = st.sampled_from([lowest, highest, 0]).flatmap(lambda n: st.integers(n - 300, n + 300))
    number = data.draw(near | st.integers(-(2**65), 2**65))
    beyond = abs(number) > 10**29
    assert beyond or takes(datatype, str(number)) == (lowest <= number <= highest)


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: datetime.date) -> None:
    assert takes("date", day.isoformat())
    assert not takes("date", f"{day.year:04}-02-30")
    is_leap = (day.year % 4 == 0 and day.year % 100 != 0) or day.year % 400 == 0
    assert takes("date", f"{day.year:04}-02-29") == is_leap


def test_a_datatype_that_is_not_known_has_every_form() -> None:
    assert has_form("?x", "https://example.org/type") == "true"
