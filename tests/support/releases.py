"""Publish a small release of given triples, by the registry's own door: for tests that need no full build."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from egov_kg import iris
from egov_kg.namespaces import PREFIXES
from egov_kg.release.registry import FORMAT, LABELS, MANIFEST, Registry, Release, release_id
from egov_kg.store.rdf_io import parse_rdf, sorted_nquads
from support.names import make_index

GRAPH = iris.graph("test")
_HEADER = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def publish(
    home: Path,
    turtle: str,
    *,
    created: datetime | None = None,
    graph: str = GRAPH,
    searchable: bool = False,
) -> Release:
    """Make a release of one graph the current one. Only the N-Quads file is in it, and perhaps an index.

    Args:
        home: the folder of releases.
        turtle: triples; the project's prefixes are declared already.
        created: when it claims to have been built; now by default.
        graph: the IRI of the graph.
        searchable: whether it has a search index.
    """
    registry = Registry(home)
    with registry.lock():
        folder = registry.new_folder()
        source = folder / "source.ttl"
        source.write_text(_HEADER + turtle, encoding="utf-8")
        quads = list(parse_rdf(source, graph))
        source.unlink()
        data = sorted_nquads(quads)
        (folder / "graph.nq").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        files = {"graph.nq": {"sha256": digest, "bytes": len(data)}}
        if searchable:
            made = make_index(folder / "graph.nq", graph, folder / LABELS).read_bytes()
            files[LABELS] = {"sha256": hashlib.sha256(made).hexdigest(), "bytes": len(made)}
        manifest = {
            "format": FORMAT,
            "id": release_id(digest),
            "created": (created or datetime.now(UTC)).isoformat(),
            "version": "0.1.0",
            "graphs": {graph: len(quads)},
            "files": files,
            "validation": {"conforms": True},
        }
        (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        return registry.publish(folder)
