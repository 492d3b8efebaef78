"""Observations that are made up: for tests of what is shown of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from egov_kg import iris
from egov_kg.intervals import Qualifier, from_qualifier
from egov_kg.publish.observations import Observation, Term

PLACE = Term(iris.thing("region", "cn"), {"en": "China", "zh": "中国"})


def term(scheme: str, notation: str) -> Term:
    """A concept whose names are its notation."""
    return Term(iris.concept(scheme, notation), {"en": notation.replace("-", " "), "zh": f"甲{notation}"})


def figure(
    value: int = 70, qualifier: str = "exact", *, unit: str = "PERCENT", number: int = 0, **more: Any
) -> Observation:
    """An observation; `number` tells it apart, and what is in `more` is as it says."""
    amount = Decimal(value)
    facts: dict[str, Any] = {
        "iri": iris.thing("observation", f"o{number}"),
        "words": {"en": f"Figure {number}"},
        "dataset": iris.thing("dataset", "d"),
        "indicator": term("indicator", "i"),
        "area": PLACE,
        "level": term("level", "county"),
        "subject": term("subject", "all"),
        "period": term("period", "not-stated"),
        "condition": term("condition", "none"),
        "topic": term("topic", "network"),
        "kind": "coverage",
        "direction": "higher-is-better",
        "value": amount,
        "unit": unit,
        "unit_mult": 0,
        "reported": str(value),
        "qualifier": qualifier,
        "origin": "digits",
        "status": "A",
        "bounds": from_qualifier(Qualifier(qualifier), amount),
        "domain": Decimal(100) if unit == "PERCENT" else None,
        "flags": (),
        "completeness": "",
        "place": None,
    }
    return Observation(**facts | more)
