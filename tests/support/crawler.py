"""A crawler for tests: follows every link of a service, and says what is wrong with its pages."""

from __future__ import annotations

import http.client
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import html5rdf

BASE = "https://w3id.org/egov-kg/"
_LINK = re.compile(r"<([^>]*)>")
_LOCATION = re.compile(rb"<loc>(.*?)</loc>|<xhtml:link [^>]*href=\"(.*?)\"")
_LANGUAGE = re.compile("/(en|zh)/")
_FIELDS = ("input", "textarea", "select")


@dataclass
class Crawler:
    """Asks over one connection; pages lead to their other language.

    Attributes:
        port: of the service, on 127.0.0.1.
        most: pages of one kind that are looked at.
        pages: path to status of what was seen.
        faults: what is wrong, in words.
    """

    port: int
    most: int
    pages: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def get(self, path: str, accept: str, lang: str = "en") -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers (names in lower case) and body."""
        self._connection.request("GET", path, headers={"Accept": accept, "Accept-Language": lang})
        response = self._connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()

    def crawl(self, *starts: str) -> None:
        """Follow every link from some paths, as a browser would."""
        waiting = deque((start, "the start") for start in starts)
        kinds: Counter[str] = Counter()
        while waiting:
            path, found_at = waiting.popleft()
            kind = _kind(path)
            if path in self.pages or kinds[kind] >= self.most:
                continue
            kinds[kind] += 1
            status, headers, body = self.get(path, "text/html, */*;q=0.5")
            self.pages[path] = status
            if status >= 400:
                self.faults.append(f"{status}: {path}, linked at {found_at}")
            here = f"http://127.0.0.1:{self.port}{path}"
            links = [headers["location"]] if "location" in headers else []
            links += _LINK.findall(headers.get("link", ""))
            if path.startswith("/sitemap"):
                links += [(one or other).decode() for one, other in _LOCATION.findall(body)]
            if headers.get("content-type", "").startswith("text/html") and status == 200:
                links += self._page(path, body, headers)
            waiting.extend((own, path) for link in links if (own := self._own(urljoin(here, link))))

    def _own(self, url: str) -> str:
        for start in (BASE, f"http://127.0.0.1:{self.port}/"):
            if url.startswith(start):
                return urldefrag("/" + url.removeprefix(start))[0]
        return ""

    def _page(self, path: str, body: bytes, headers: Mapping[str, str]) -> list[str]:
        chosen = _LANGUAGE.match(path)
        if chosen is None or headers.get("content-language") != chosen[1]:
            self.faults.append(f"{path} is in {headers.get('content-language')}")
            return []
        return self._looked_at(path, body, chosen[1])

    def _looked_at(self, path: str, body: bytes, lang: str) -> list[str]:
        parser = html5rdf.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(body, transport_encoding="utf-8")
        self.faults += [f"{path} ({lang}): {error[1]}" for error in parser.errors]
        for template in tree.findall(".//template"):  # what scripts may make of it is no part of the page
            template.clear()
        elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        self.faults += [f"{path} ({lang}): {fault}" for fault in faults(elements, lang)]
        return [element.get(name) for element in elements for name in ("href", "src") if element.get(name)]


def _kind(path: str) -> str:
    """Pages of one kind are made by the same code: `/en/id/region/`, `/sparql?query`, `/ontology`."""
    parts = urlsplit(path)
    names = "?" + "&".join(name.partition("=")[0] for name in parts.query.split("&"))
    first, _, rest = parts.path.lstrip("/").partition("/")
    is_page = first in ("en", "zh")
    if is_page and "asOf=" in parts.query:  # earlier states have the same pages
        return f"/{first}?asOf"
    if is_page:  # what narrows a list can be combined at will: the first says which list it is
        names = names.partition("&")[0]
    if (is_page or first == "doc") and "." not in rest and rest.startswith(("id/", "code/")):
        own = re.sub(r"[^/]+(/neighbourhood)?$", r"\1", parts.path)
        return own + names
    if is_page:
        room, _, rest = rest.partition("/")
        return f"/{first}/{room}{'/' if rest else ''}{names}"
    return f"/{first}{'/' if rest else ''}{re.sub(r'^[^.]*', '', rest)}{names}"


def faults(elements: list[Any], lang: str) -> Iterator[str]:
    """What is wrong with a page, by its elements in document order."""
    by_tag: dict[str, list[Any]] = {}
    for element in elements:
        by_tag.setdefault(element.tag, []).append(element)
    if by_tag["html"][0].get("lang") != lang:
        yield f"lang={by_tag['html'][0].get('lang')}"
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    yield from (f"id {name} {count} times" for name, count in ids.items() if count > 1)
    for tag in ("title", "h1", "main", "header", "footer"):
        if len(by_tag.get(tag, ())) != 1:
            yield f"{len(by_tag.get(tag, ()))} {tag}"
    if not "".join(by_tag["title"][0].itertext()).strip():
        yield "empty title"
    levels = [int(element.tag[1]) for element in elements if re.fullmatch("h[1-6]", element.tag)]
    yield from (f"h{before} before h{after}" for before, after in pairwise(levels) if after > before + 1)
    labelled = {label.get("for") for label in by_tag.get("label", ())}
    for element in (one for tag in _FIELDS for one in by_tag.get(tag, ())):
        if element.get("type") != "hidden" and element.get("id") not in labelled:
            yield f"{element.tag} {element.get('name')} without a label"
    for anchor in by_tag.get("a", ()):
        if not "".join(anchor.itertext()).strip():
            yield f"a link without words to {anchor.get('href')}"
        if anchor.get("href", "").startswith("#") and anchor.get("href")[1:] not in ids:
            yield f"{anchor.get('href')} leads nowhere"
    yield from ("a table without headings" for table in by_tag.get("table", ()) if not table.findall(".//th"))
    if lang == "zh" and not re.search("[一-鿿]", "".join(by_tag["main"][0].itertext())):
        yield "no Chinese words"
