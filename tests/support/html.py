"""Pages as trees, read as browsers read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import html5rdf

from support.service import Reply

SVG = "{http://www.w3.org/2000/svg}"


def tree(reply: Reply) -> Element:
    """The elements of a page."""
    assert reply.status == 200, reply.body[:2000]
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    return parse(reply.body)


def parse(body: bytes) -> Element:
    """The elements of a page in UTF-8."""
    found: Element = html5rdf.parse(body.decode(), namespaceHTMLElements=False)
    return found


def words(element: Element | None) -> str:
    """The text of an element, with single spaces."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def one(root: Element, path: str) -> Element:
    """The only element at a path."""
    (found,) = root.findall(path)
    return found


def data(root: Element) -> Iterator[dict[str, str]]:
    """The `data-*` attributes of what a chart draws, without their prefix."""
    for element in root.iter():
        if "data-value" in element.attrib:
            yield {name.removeprefix("data-"): value for name, value in element.attrib.items()}


def embedded(root: Element) -> dict[str, Any]:
    """The JSON-LD of a page."""
    block = one(root, ".//script[@type='application/ld+json']")
    assert block.text is not None
    found: dict[str, Any] = json.loads(block.text)
    return found


def links(root: Element) -> dict[str, str]:
    """Addresses by the text of their links; of links with the same text, the first."""
    found: dict[str, str] = {}
    for anchor in root.iter("a"):
        found.setdefault(words(anchor), anchor.get("href", ""))
    return found


def parameters(url: str) -> dict[str, list[str]]:
    """The parameters of an address."""
    return parse_qs(urlsplit(url).query, keep_blank_values=True)
