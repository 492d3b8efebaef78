"""SPARQL 1.1 Graph Store HTTP Protocol: which graph a request is about, and what it brings.

No input or output happens here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from egov_kg import formats
from egov_kg.errors import NotFound, UnsupportedMediaType, UsageError
from egov_kg.formats import RDF
from egov_kg.iris import BASE
from egov_kg.sparql import forms
from egov_kg.sparql.changes import Document
from egov_kg.sparql.iris import is_absolute_iri
from egov_kg.sparql.utf8 import require_plain_utf8

MULTIPART: Final = "multipart/form-data"
INPUT_TYPES: Final = tuple(syntax.media_type for syntax in RDF)
"""Media types of graphs that are read."""

READING: Final = ("GET", "HEAD", "OPTIONS")
METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")

_GRAPHS: Final = f"{BASE}graph/"
_MINTED_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Target:
    """The graph that a request is about.

    Attributes:
        graph: its IRI, None for the default graph.
    """

    graph: str | None


def indirect(query_string: bytes) -> Target | None:
    """The graph of `?graph=<iri>` or `?default` (section 4.2); None where neither is given.

    A relative IRI is refused: what it stands for would depend on the address the service was reached at.

    Raises:
        UsageError: both, one of them twice, a value for `default`, or an IRI that is not absolute.
    """
    values = forms.parameters(query_string)
    graphs, default = values.get("graph", []), values.get("default", [])
    if not graphs and not default:
        return None
    if len(graphs) + len(default) > 1:
        raise UsageError(
            "Name one graph: either ?graph=<iri> once, or ?default.",
            "请只指定一个图：用一次 ?graph=<iri>，或用 ?default。",
        )
    if default:
        if default[0]:
            raise UsageError(
                f"default has no value, but here it is {default[0]!r}: use ?default, or ?graph=<iri>.",
                f"default 不带值，此处却为 {default[0]!r}：请用 ?default 或 ?graph=<iri>。",
                parameter="default",
            )
        return Target(None)
    if not is_absolute_iri(graphs[0]):
        raise UsageError(
            f"graph={graphs[0]!r} is not an absolute IRI.",
            f"graph={graphs[0]!r} 不是绝对 IRI。",
            parameter="graph",
        )
    return Target(graphs[0])


def direct(name: str) -> Target:
    """The graph whose IRI is the public address of the request (section 4.1): `BASE graph/<name>`.

    Raises:
        NotFound: the name makes no IRI.
    """
    if not name or not is_absolute_iri(_GRAPHS + name):
        raise NotFound(
            f"{name!r} names no graph: use characters that an IRI may have.",
            f"{name!r} 不能作为图名：请使用 IRI 允许的字符。",
        )
    return Target(_GRAPHS + name)


def mint() -> Target:
    """A graph that nobody has named before (section 5.5: the server chooses)."""
    return Target(f"{_GRAPHS}g-{secrets.token_hex(_MINTED_BYTES)}")


def path(graph: str) -> str:
    """The path of a graph's own address; empty for a graph that is not ours to name."""
    return f"/graph/{graph.removeprefix(_GRAPHS)}" if graph.startswith(_GRAPHS) else ""


def document(
    content: bytes, content_type: str | None, content_encoding: str | None, base: str, name: str = ""
) -> Document:
    """What a request, or one part of it, brings.

    Args:
        content: the bytes.
        content_type: its Content-Type.
        content_encoding: its Content-Encoding.
        base: what relative IRIs in it are resolved against (section 4.1 and RFC 3986, section 5.1).
        name: of a file; its suffix says the syntax where the type says nothing.

    Raises:
        UnsupportedMediaType: a type that is no RDF syntax, a charset other than UTF-8, or an encoding.
    """
    supported = [*INPUT_TYPES, MULTIPART]
    what, what_zh = (f"The file {name}", f"文件 {name} ") if name else ("The body", "请求体")
    syntax = formats.of_input(content_type or "", name)
    if syntax is None:
        raise UnsupportedMediaType(
            f"{what} has the type {content_type or '(none)'}: send {', '.join(INPUT_TYPES)}.",
            f"{what_zh}的类型为 {content_type or '（无）'}：请发送 {'、'.join(INPUT_TYPES)}。",
            supported=supported,
        )
    require_plain_utf8(content_type or "", content_encoding, supported, what, what_zh)
    return Document(content, syntax.media_type, base, name)
