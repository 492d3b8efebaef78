"""Graphs that a SPARQL endpoint holds, whoever put them there: for questions of our own, not a stranger's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from egov_kg.formats import JSON
from egov_kg.settings import Settings
from egov_kg.sparql.binding import with_rows, with_values
from egov_kg.store.base import Row
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.held import held, require_held
from egov_kg.store.limits import Limits
from egov_kg.store.trusted import Trusted
from egov_kg.store.wire import converted


class Elsewhere(Trusted):
    """An endpoint as the source of rows.

    Where the endpoint holds a release, and no graphs are given, they are those of the release, all of them.

    Args:
        settings: the endpoint, how to be known by it, and the bounds of its answers.
        graphs: whose union is the default graph of every query, and which are its named graphs.
        named: its named graphs instead.

    Attributes:
        graphs: those; where there are none, the endpoint's own dataset is what it makes of it.

    Raises:
        UsageError: the URL is none.
        UpstreamFailed: the endpoint does not answer.
    """

    def __init__(self, settings: Settings, graphs: Sequence[str] = (), named: Sequence[str] = ()) -> None:
        self._endpoint = Endpoint(settings)
        self._limits = Limits(settings.result_rows, settings.result_bytes)
        self._timeout = settings.query_timeout
        found = None if graphs else held(self._endpoint, self._timeout)
        self._release = None if found is None else found.release
        self.graphs = tuple(graphs) if found is None else tuple(sorted(found.graphs))
        self._named = tuple(named)

    def require_same(self) -> None:
        """See that the endpoint still holds what it held at first, if that was a release.

        Raises:
            ReleaseError: it holds another one now, or is being given one.
            EgovError: as `Endpoint.query`.
        """
        if self._release is not None:
            require_held(self._endpoint, self._release, self._timeout)

    def read(self, query: str, media_type: str, values: Mapping[str, str]) -> bytes:
        """The whole answer to a SELECT or ASK query, with values for variables as N-Triples.

        Raises:
            EgovError: as `Endpoint.query`.
            ResultTooLarge: the answer is longer than the settings, or the endpoint, allow.
        """
        graphs = list(self.graphs)
        form: dict[str, str | Sequence[str]] = {
            "query": with_values(query, values),
            "default-graph-uri": graphs,
            "named-graph-uri": list(self._named) or graphs,
        }
        place = self._endpoint.place
        with self._endpoint.query(
            form,
            JSON.media_type,
            self._timeout,
            lambda incoming: converted(place, incoming, media_type, self._limits, mend=True),
        ) as file:
            return file.read()

    def joined(self, query: str, rows: Sequence[Row]) -> str:
        """The text of a query whose solutions are joined with rows of values."""
        from egov_kg.store.terms import as_text

        return with_rows(query, as_text(rows))
