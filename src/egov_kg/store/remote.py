"""A release that a remote SPARQL engine holds, as a `Store`.

What may be asked, and how much, is decided here as for a release on disk; so is what a query parses to. The
engine evaluates. An answer is read whole and then looked at once more: if the engine holds another release by
then, it is no answer. `store.held` says how a release lies in an engine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO, Final, Self

from egov_kg.errors import EvaluationError, QueryError, QueryForbidden, ServiceBusy
from egov_kg.formats import JSON
from egov_kg.settings import Settings
from egov_kg.sparql import guard
from egov_kg.sparql.binding import with_graphs, with_rows, with_values, without_dataset
from egov_kg.sparql.extensions import extension
from egov_kg.sparql.guard import QueryFacts
from egov_kg.sparql.protocol import GRAPH_FORMS, Form, Operation
from egov_kg.store import federation
from egov_kg.store.base import Cancellation, Dataset, Row
from egov_kg.store.datasets import Graphs, graphs_of, not_told
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.held import ABOUT_STATE, NOTHING, Held, merged_graph, require_held, rows_of
from egov_kg.store.limits import Limits
from egov_kg.store.tally import Tally
from egov_kg.store.trusted import Trusted
from egov_kg.store.wire import GRAPH_ACCEPT, Spooled, converted

_KINDS: Final[Mapping[Form | None, str]] = {"SELECT": "bindings", "ASK": "boolean"}
_RETRY_SECONDS: Final = 2
_MOST_KEPT: Final = 256


class Remote(Trusted):
    """A `Store` whose queries a remote engine answers. Safe to use from any number of threads.

    Args:
        release: the id of the release that the engine has to hold; None for whichever it holds.
        settings: the engine, and the bounds of queries.
        tally: counts the processes that parse queries; one of its own by default.

    Attributes:
        outdated: the engine was found to hold another release.
    """

    def __init__(self, release: str | None, settings: Settings, tally: Tally | None = None) -> None:
        self.release, self.settings = release, settings
        self.outdated = False
        self._endpoint = Endpoint(settings)
        self._limits = Limits(settings.result_rows, settings.result_bytes)
        # They parse what strangers send, for which they need no graph.
        self._parsers = Evaluators(None, Dataset(()), settings, tally)
        self._merging: dict[frozenset[str], bool] = {}
        self._held: Held | None = None
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """See that the engine answers and holds the release.

        Raises:
            ReleaseError: it holds another, or none.
            UpstreamFailed: it does not answer.
        """
        self._parsers.start()
        self._known()

    @property
    def zygote(self) -> int | None:
        """The process that forks those that parse, if it runs."""
        return self._parsers.zygote

    @property
    def closed(self) -> bool:
        """Whether new queries are refused."""
        return self._closed

    @property
    def busy(self) -> int:
        """Processes that parse at the moment."""
        return self._parsers.busy

    def respond(
        self,
        operation: Operation,
        media_type: str,
        cancellation: Cancellation | None = None,
        *,
        wait: float | None = None,
    ) -> Spooled:
        """The answer in pieces; see `Store.respond`. It is complete before the first piece comes.

        Args:
            operation: the query and its dataset.
            media_type: of the answer, without parameters.
            cancellation: breaks the request to the engine off when the client leaves.
            wait: seconds to wait for a process that parses, instead of `queue_timeout`.

        Raises:
            QueryError: as `Evaluators.respond`; or the engine cannot answer this query as it should.
            QueryTimeout: it took too long.
            UpstreamFailed: the engine is not there, or its answer is not whole.
            ServiceBusy: the engine is being given another release, or is busy.
        """
        facts = guard.check(operation.query, self.settings)
        self._parsers.parse(operation, facts, wait=wait)
        if (name := extension(operation.query)) is not None:
            raise QueryForbidden(
                f"{name} is no function of SPARQL but of an engine: it is not passed on.",
                f"{name} 不是 SPARQL 的函数，而是引擎自有的扩展，不予转发。",
            )
        if facts.has_service:
            operation = federation.expand(operation, self.settings)
        file = self._answer(operation, media_type, facts, cancellation)
        return Spooled(file, _KINDS.get(facts.form, "graph"))

    def read(self, query: str, media_type: str, values: Mapping[str, str]) -> bytes:
        """The whole answer to a trusted query, with values for variables as N-Triples."""
        facts = guard.inspect(query)
        self._parsers.parse(Operation(query), facts)
        with self._answer(Operation(with_values(query, values)), media_type, facts, None) as file:
            return file.read()

    def joined(self, query: str, rows: Sequence[Row]) -> str:
        """The text of a query whose solutions are joined with rows of values."""
        from egov_kg.store.terms import as_text

        if rows:
            self._parsers.parse(Operation(query), guard.inspect(query))
        return with_rows(query, as_text(rows))

    def close(self, wait: float = 0.0) -> None:
        """Ask no more, and end the processes that parse.

        Args:
            wait: seconds to let them finish first.
        """
        self._closed = True
        self._parsers.close(wait)

    def _answer(
        self,
        operation: Operation,
        media_type: str,
        facts: QueryFacts,
        cancellation: Cancellation | None,
    ) -> IO[bytes]:
        known = self._known()
        graphs = graphs_of(operation, facts)
        if graphs.unresolved:
            raise not_told()
        timeout = min(self.settings.query_timeout, operation.timeout or self.settings.query_timeout)
        deadline = time.monotonic() + timeout
        form = {**self._dataset(graphs, known)}
        form["query"] = with_graphs(operation.query, form["named-graph-uri"], NOTHING)
        if facts.form == "DESCRIBE" and "GRAPH" not in operation.query.upper():
            form["named-graph-uri"] = [NOTHING]  # some engines describe a thing from these, too
        if facts.has_dataset_clause:
            form["query"] = without_dataset(str(form["query"]))
        accept = GRAPH_ACCEPT if facts.form in GRAPH_FORMS else JSON.media_type
        mend = accept == JSON.media_type and not known.plain_truth
        file = self._endpoint.query(
            form,
            accept,
            timeout,
            lambda incoming: converted(self._endpoint.place, incoming, media_type, self._limits, mend=mend),
            cancellation,
        )
        try:
            self._require_release(known, max(0.001, deadline - time.monotonic()))
        except BaseException:
            file.close()
            raise
        return file

    def _dataset(self, graphs: Graphs, known: Held) -> dict[str, str | list[str]]:
        """The parameters that tell the engine what the query is about: always both kinds of graphs."""
        named = known.graphs if graphs.named is None else {one.value for one in graphs.named}
        return {
            "default-graph-uri": self._default(graphs, known),
            "named-graph-uri": [*sorted(named & known.graphs), NOTHING],
        }

    def _default(self, graphs: Graphs, known: Held) -> list[str]:
        asked = known.defaults
        if graphs.default is not None:
            asked = frozenset(one.value for one in graphs.default) & known.graphs
        if asked == known.defaults and asked:
            return [merged_graph(known.release)]
        if len(asked) > 1 and not self._is_merged(asked):
            names = ", ".join(sorted(asked))
            raise QueryError(
                f"Some triples are in several of the graphs {names}, and the engine beneath would count them "
                "more than once. Name one graph, or none for all of them; or use GRAPH.",
                f"图 {names} 中有重复的三元组，底层引擎会重复计数。请只写一个图，或不写（即全部图），"
                "或使用 GRAPH。",
            )
        return sorted(asked) or [NOTHING]

    def _is_merged(self, graphs: frozenset[str]) -> bool:
        """Whether the engine has the merge of some graphs as it should, for their own sake or its own."""
        if graphs not in self._merging:
            form = {"default-graph-uri": sorted(graphs), "named-graph-uri": [NOTHING]}
            (row,) = rows_of(self._endpoint, "overlap", form, self.settings.query_timeout)
            if len(self._merging) >= _MOST_KEPT:
                self._merging.clear()
            self._merging[graphs] = str(row["all"]) == str(row["distinct"])
        return self._merging[graphs]

    def _known(self) -> Held:
        """What the engine holds, asked once.

        Raises:
            ReleaseError: it is not this release.
            EvaluationError: this store is closed.
        """
        if self._closed:
            raise EvaluationError("The connection to the engine is closed.", "与引擎的连接已关闭。")
        with self._lock:
            if self._held is None:
                self._held = require_held(self._endpoint, self.release, self.settings.query_timeout)
            return self._held

    def _require_release(self, known: Held, timeout: float) -> None:
        rows = rows_of(self._endpoint, "pointer", ABOUT_STATE, timeout)
        self.outdated = [str(row["release"]) for row in rows] != [known.release]
        if not self.outdated:
            return
        raise ServiceBusy(
            f"The engine is being given another release than {known.release}. Try again.",
            f"引擎正在换入 {known.release} 之外的发布版本。请重试。",
            retry_after=_RETRY_SECONDS,
        )
