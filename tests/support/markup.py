"""What is the matter with a page, as far as a parser can see it: WCAG 2.2, and no inline scripts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from support.html import words

_LABELLED = {"input", "select", "textarea"}
_SCOPES = {"col", "row", "colgroup", "rowgroup"}


def faults(page: Element) -> list[str]:
    """What is wrong with a page; nothing, if it is as it should be."""
    elements = [one for one in page.iter() if isinstance(one.tag, str)]
    ids = [one.attrib["id"] for one in elements if "id" in one.attrib]
    found = [f"id {name} is there twice" for name in {name for name in ids if ids.count(name) > 1}]
    found += _headings(
        [int(one.tag[1]) for one in elements if one.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    )
    labels = {one.get("for", "") for one in elements if one.tag == "label"}
    for one in elements:
        found += _of_element(one, ids, labels)
    return found


def _headings(levels: list[int]) -> Iterator[str]:
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of level 1"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"h{below} follows h{above}"


def _of_element(one: Element, ids: list[str], labels: set[str]) -> Iterator[str]:
    named = {"aria-label", "aria-labelledby"} & one.attrib.keys()
    if one.tag in _LABELLED and one.get("type") != "hidden" and one.get("id") not in labels and not named:
        yield f"{one.tag} {one.get('name')} has no label"
    if one.tag == "th" and one.get("scope") not in _SCOPES:
        yield f"th {words(one)!r} has no scope"
    if one.tag == "a" and not words(one) and not named:
        yield f"the link to {one.get('href')} has no text"
    if one.tag == "table" and one.find("caption") is None and not named:
        yield "a table has no caption"
    for name in ("aria-labelledby", "aria-describedby"):
        for id_ in one.get(name, "").split():
            if id_ not in ids:
                yield f"{name} {id_} is nowhere"
    if "style" in one.attrib or any(name.startswith("on") for name in one.attrib):
        yield f"{one.tag} has a style or a script of its own"
    if (
        one.tag == "script"
        and "src" not in one.attrib
        and one.get("type") not in ("application/ld+json", "application/json")
    ):
        yield "there is a script in the page"
