"""The licence of what is shown: that of the data of this project, or that of the import it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from egov_kg import iris
from egov_kg.release.imported import read_imports
from egov_kg.web.kept import Kept
from egov_kg.web.service import service


def of_import(graphs: Iterable[str]) -> str:
    """The licence of the import that has something; empty where it is of this project.

    Args:
        graphs: the graphs that have it.
    """
    named = sorted(graph for graph in graphs if iris.import_name(graph))
    return _licences.get(service().release.id).get(named[0], "") if named else ""


def _read() -> Mapping[str, str]:
    here = service()
    return {one.graph: one.licence for one in read_imports(here.store, here.release.graphs)}


_licences: Final = Kept(_read)
