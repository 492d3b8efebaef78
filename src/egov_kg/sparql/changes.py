"""What a write asks for, as values: the language of SPARQL 1.1 Update and of the Graph Store Protocol.

Nothing is read or written here. `sparql.protocol` and `sparql.graph_store` make these of HTTP requests,
`store.changes` applies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Action = Literal["put", "post", "delete"]


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL 1.1 Update request.

    Attributes:
        text: one or more operations.
        using: `using-graph-uri` parameters (Protocol, section 2.2.3).
        using_named: `using-named-graph-uri` parameters.
    """

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """RDF as it came.

    Attributes:
        content: the bytes.
        media_type: one of `formats.RDF`, without parameters.
        base: the IRI that relative ones are resolved against, empty for none.
        name: what to call it in messages: a file name, a URL, or empty.
    """

    content: bytes
    media_type: str
    base: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A write of the Graph Store HTTP Protocol (sections 5.3 to 5.5).

    Attributes:
        action: `put` replaces the graph, `post` merges into it, `delete` removes it.
        graph: its IRI; None is the default graph.
        documents: what to put there; several for a multipart upload.
    """

    action: Action
    graph: str | None
    documents: tuple[Document, ...] = ()


Change = Update | GraphChange


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did.

    Attributes:
        before: id of the release that it was applied to.
        release: id of the release that holds the result; the same where nothing changed.
        graphs: numbers of triples added and removed, by graph IRI (`""` is the default graph); graphs that
            did not change are absent.
        created: a `GraphChange` made a graph that did not exist.
    """

    before: str
    release: str
    graphs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    created: bool = False
