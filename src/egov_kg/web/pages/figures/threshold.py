"""The threshold question of a page's URL."""

from __future__ import annotations

from typing import Final

from flask import request

from egov_kg.publish.thresholds import OPERATORS, Threshold, read_number

_LONGEST: Final = 24


def asked() -> Threshold:
    """The threshold question of the request's URL: `op=` and `threshold=`."""
    op = request.args.get("op", "gte")
    text = request.args.get("threshold", "").strip()[:_LONGEST]
    return Threshold(op if op in OPERATORS else "gte", text, read_number(text))
