"""A SPARQL endpoint somewhere else, asked over HTTP by SPARQLWrapper: bounds, retries, errors of our own."""

from __future__ import annotations

import re
import time
import urllib.error
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, urlsplit

from egov_kg import __version__, formats
from egov_kg.client import refusals
from egov_kg.client.credentials import hidden
from egov_kg.client.results import Solution, read_solutions, texts
from egov_kg.errors import (
    EvaluationError,
    QueryTimeout,
    ServiceBusy,
    TooManyRequests,
    UpstreamFailed,
    UsageError,
)
from egov_kg.sparql.binding import projected, with_rows, with_values
from egov_kg.sparql.protocol import Operation
from egov_kg.store.base import Cancellation, Row
from egov_kg.store.challenges import Credentials
from egov_kg.store.terms import as_text
from egov_kg.store.trusted import Trusted

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier

AGENT: Final = f"egov-kg/{__version__} (client)"
LONGEST_URL: Final = 4_000
"""Longer requests are sent by POST."""
MOST_BYTES: Final = 256 * 1024 * 1024
"""Of one answer."""

_PIECE: Final = 64 * 1024
_OURS: Final = re.compile(r'(?:W/)?"r[0-9a-f]{12}-')


@dataclass(frozen=True)
class Endpoint(Trusted):
    """An endpoint. Implements `Store`, so that whatever reads a release's store can read an endpoint.

    Attributes:
        url: where it answers queries.
        timeout: seconds that an answer may take, with all that is tried again.
        retries: how often a request is sent again that was refused as too many or too early.
        as_of: the release to ask (`asOf=`), where the endpoint is this project's service; empty for the
            current one.
        credentials: what to be known by, told to `url` with every request and to nobody that it redirects to.
        default_graphs, named_graphs: the dataset to ask (SPARQL 1.1 Protocol, section 2.1.4); empty for what
            the endpoint takes by default.

    Raises:
        UsageError: the address is none of the web's.
    """

    url: str
    timeout: float = 60.0
    retries: int = 3
    as_of: str = ""
    credentials: Credentials = field(default=Credentials(), repr=False)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    _seen: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.username is not None or parts.password is not None:
            raise UsageError(
                "The address of the endpoint has a name or a password in it, and addresses are shown: "
                "give them as auth=(name, password).",
                "端点地址中含有用户名或密码，而地址会显示出来：请用 auth=(用户名, 密码) 给出。",
            )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                f"{self.url!r} is no address of an endpoint: write one such as http://127.0.0.1:8000/sparql.",
                f"{self.url!r} 不是端点的地址：应形如 http://127.0.0.1:8000/sparql。",
            )

    @property
    def has_releases(self) -> bool:
        """Whether an answer so far came from this project's service, which knows `asOf`."""
        return "etag" in self._seen

    @property
    def made(self) -> datetime | None:
        """When the release was made that the latest answer is from, if the service ever said so."""
        said = self._seen.get("memento-datetime")
        return parsedate_to_datetime(said) if said else None

    def at(self, release: str) -> Endpoint:
        """The same endpoint as of a release."""
        return replace(self, as_of=release)

    def table(
        self, query: str, asked: Mapping[str, Sequence[Identifier]] | None = None
    ) -> list[dict[str, str]]:
        """Solutions of a SELECT query as text, empty where nothing is bound; raises as `read` does.

        Args:
            query: trusted text, from a `.rq` file.
            asked: the terms that a variable may be, by its name.
        """
        wanted = projected(query)
        for name, terms in (asked or {}).items():
            query = self.joined(query, [{name: term} for term in terms])
        names, solutions = self.solutions(query)
        with _ReadAs("what was asked for", self.url):
            if missing := set(wanted).difference(names):
                raise LookupError(", ".join(sorted(missing)))
        return texts(wanted, solutions)

    def select(
        self, query: str, bindings: Mapping[str, Identifier] | None = None, *, values: Sequence[Row] = ()
    ) -> list[Row]:
        """Solutions of a SELECT query; see `Store.select`. What is bound is sent as VALUES."""
        with _sendable():
            (bound,) = as_text([bindings or {}])
        _, solutions = self.solutions(with_values(self.joined(query, values), bound))
        with _ReadAs("terms of RDF", self.url):
            return [{name: term.to_rdflib() for name, term in one.items()} for one in solutions]

    def solutions(self, query: str) -> tuple[list[str], list[Solution]]:
        """The variables of a SELECT query and its solutions; raises as `read` does."""
        body = self.read(query, formats.JSON.media_type, {})
        with _ReadAs("SPARQL results in JSON", self.url):
            return read_solutions(body)

    def joined(self, query: str, rows: Sequence[Row]) -> str:
        """The query joined with rows of values, by VALUES within its group: not all know one at the end.

        Raises:
            UsageError: a value cannot be sent.
        """
        with _sendable():
            return with_rows(query, as_text(rows))

    def ask(self, query: str) -> bool:
        """The answer of an ASK query; see `Store.ask`."""
        with _ReadAs("SPARQL results in JSON", self.url):
            return super().ask(query)

    def construct(self, query: str) -> Graph:
        """The graph of a CONSTRUCT or DESCRIBE query; see `Store.construct`."""
        with _ReadAs("N-Triples", self.url):
            return super().construct(query)

    def respond(
        self, operation: Operation, media_type: str, cancellation: Cancellation | None = None
    ) -> Iterator[bytes]:
        """The answer as bytes; see `Store.respond`. It is read whole first, and cannot be cancelled."""
        if cancellation is not None and cancellation.cancelled:
            return
        yield self.read(operation.query, media_type, {})

    def close(self) -> None:
        """Nothing is kept open."""

    def read(self, query: str, media_type: str, values: Mapping[str, str]) -> bytes:
        """The whole answer to a query.

        Raises:
            UpstreamFailed: the endpoint cannot be reached, or answers what is no answer.
            QueryTimeout: it took longer than `timeout`.
            ServiceBusy, TooManyRequests: it refused the request as often as it was sent.
            EgovError: it refused the query, with what it says of that.
        """
        if values:
            raise EvaluationError("Bind values with select().", "请用 select() 绑定取值。")
        deadline = time.monotonic() + self.timeout
        for left in reversed(range(self.retries + 1)):
            try:
                return self._once(query, media_type, deadline)
            except (ServiceBusy, TooManyRequests) as error:
                wait = error.extra["retry_after"]
                if not left or time.monotonic() + wait >= deadline:
                    raise
                time.sleep(wait)
        raise AssertionError("unreachable")

    def _once(self, query: str, media_type: str, deadline: float) -> bytes:
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        request = self._request(query, media_type, deadline)
        try:
            response = request.query().response
            with response:
                self._remember(response.headers)
                return _body(response, deadline, self)
        except SPARQLWrapperException as error:
            # Its text has the whole body; what may be shown of that is in ours.
            raise refusals.of_wrapper(error, self.url, self._hidden) from None
        except urllib.error.HTTPError as error:
            with error:
                raise refusals.of_status(error, self.url, self._hidden) from error
        except TimeoutError as error:
            raise self._late() from error
        except (urllib.error.URLError, OSError, HTTPException) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._late() from error
            raise refusals.unreachable(self.url, error) from error

    def _request(self, query: str, media_type: str, deadline: float) -> Any:
        from SPARQLWrapper import GET, POST, SELECT

        from egov_kg.client.wrapper import Wrapper

        parameters = [("default-graph-uri", one) for one in self.default_graphs]
        parameters += [("named-graph-uri", one) for one in self.named_graphs]
        if self.as_of:
            parameters.append(("asOf", self.as_of))
        wrapper: Any = Wrapper(self.url, agent=AGENT)
        wrapper.authorization = self.credentials.authorization
        wrapper.setOnlyConneg(True)
        # Not by setQuery(), which guesses the form and warns: only queries are ever sent, all of them alike.
        wrapper.queryString, wrapper.queryType = query, SELECT
        for name, value in parameters:
            wrapper.addParameter(name, value)
        wrapper.addCustomHttpHeader("Accept", media_type)
        size = len(self.url) + sum(len(quote_plus(text)) for text in (query, *(v for _, v in parameters)))
        wrapper.setMethod(GET if size <= LONGEST_URL else POST)
        wrapper.timeout = max(0.001, deadline - time.monotonic())
        return wrapper

    def _remember(self, headers: Message) -> None:
        if _OURS.match(headers.get("ETag") or ""):
            self._seen["etag"] = headers["ETag"]
        if said := headers.get("Memento-Datetime"):
            self._seen["memento-datetime"] = said

    def _hidden(self, said: bytes) -> bytes:
        return hidden(said, self.credentials)

    def _late(self) -> QueryTimeout:
        return QueryTimeout(
            f"{self.url} did not answer within {self.timeout:g} s: ask for less, or give a longer timeout=.",
            f"{self.url} 未在 {self.timeout:g} 秒内回答：请缩小范围，或为 Client 指定更长的 timeout=。",
            limit=self.timeout,
        )


def _body(response: Any, deadline: float, endpoint: Endpoint) -> bytes:
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise refusals.too_large(endpoint.url, MOST_BYTES)
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:  # HTTPResponse counts down what Content-Length promised
        raise HTTPException("the answer was cut off")
    return b"".join(pieces)


@contextmanager
def _sendable() -> Iterator[None]:
    try:
        yield
    except ValueError as error:  # a lone surrogate, a blank in an IRI
        raise UsageError(f"A value cannot be sent: {error}.", f"有取值无法发送：{error}。") from error


class _ReadAs:
    """Say of an answer that cannot be parsed what was expected of whom."""

    def __init__(self, what: str, url: str) -> None:
        self._what, self._url = what, url

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(
            error, SyntaxError | ValueError | LookupError | TypeError | AttributeError | RecursionError
        ):
            raise UpstreamFailed(
                f"{self._url} did not answer with {self._what} ({error}): is it a SPARQL endpoint?",
                f"{self._url} 的回答不是 {self._what}（{error}）：该地址是 SPARQL 端点吗？",
            ) from error
