"""The client: what an analyst asks an endpoint for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final, Literal

from rdflib import Literal as RDFLiteral

from egov_kg import iris
from egov_kg.client import answers, tables
from egov_kg.client.credentials import credentials_of
from egov_kg.client.endpoint import Endpoint
from egov_kg.client.frames import Frame
from egov_kg.client.graphs import read_query, with_dataset, with_default
from egov_kg.client.observations import Observations
from egov_kg.client.spoken import require_language, spoken
from egov_kg.errors import NotFound, UsageError
from egov_kg.intervals import Language
from egov_kg.publish import wording
from egov_kg.publish.about import read_about
from egov_kg.publish.cards import read_card
from egov_kg.publish.citations import FORMATS
from egov_kg.publish.cited import address, cited
from egov_kg.publish.describe import describe
from egov_kg.publish.observations import Observation, read_observations
from egov_kg.publish.terms import Asked, as_iri, as_iris
from egov_kg.publish.unsaid import unsaid

Style = Literal["text", "bibtex", "ris", "csl"]

_LEVELS: Final = ("country", "province", "prefecture", "county", "other")

Named = str | Mapping[str, Any]
"""A figure: its IRI, the end of it, or a row of `Observations`."""


class Client:
    """Asks a SPARQL 1.1 endpoint that holds the graph: this project's service, or any other.

    It only reads. Every table that is asked for comes from one release as a whole, also while another one is
    published, where the endpoint is this project's service.

    Args:
        endpoint: its address, such as `http://127.0.0.1:8000/sparql`.
        lang: the language of labels, sentences, citations and errors.
        default_graph: the IRIs of the graphs whose union queries are answered from; by default it is found
            out what the endpoint takes, and all graphs but the derived one are named where that is needed.
        as_of: the id of a release, to ask an earlier one; for this project's service only.
        auth: a name and its password, for an endpoint that is protected by HTTP Basic (RFC 7617).
        token: a bearer token instead (RFC 6750).
        timeout: seconds that an answer may take.
        retries: how often a request is sent again that was refused because the service is busy; it waits as
            long as `Retry-After` says.

    Raises:
        UsageError: the address is none, the language is none, or credentials cannot be sent.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        lang: Language = "en",
        default_graph: str | Iterable[str] | None = None,
        as_of: str = "",
        auth: tuple[str, str] | None = None,
        token: str = "",
        timeout: float = 60.0,
        retries: int = 3,
    ) -> None:
        require_language("lang", lang)
        self.lang = lang
        self._given = (default_graph,) if isinstance(default_graph, str) else default_graph
        self._endpoint = Endpoint(
            endpoint,
            timeout=timeout,
            retries=retries,
            as_of=as_of,
            credentials=credentials_of(auth, token),
        )

    def __repr__(self) -> str:
        return f"Client({self._endpoint.url!r}, lang={self.lang!r})"

    @property
    @spoken
    def release(self) -> str:
        """The id of the release that the endpoint holds now; empty where it names none."""
        return self._source()[1]

    @spoken
    def observations(
        self,
        *,
        indicator: Asked = None,
        area: Asked = None,
        level: Asked = None,
        subject: Asked = None,
        period: Asked = None,
        unit: Asked = None,
        qualifier: Asked = None,
    ) -> Observations:
        """The reported figures, by IRI; all of them by default.

        Each argument is one term or several: an IRI, an IRI with a prefix, or a code (`county` of levels,
        `610000` or `cn` of areas, `PERCENT` of units). `indicators()`, `regions()` and `search()` have them.

        Raises:
            UsageError: a text that is no term.
            NotFound: a term that the endpoint does not know.
            EgovError: the endpoint did not answer; see `Endpoint.read`.
        """
        given = {
            "indicator": indicator,
            "area": area,
            "level": level,
            "subject": subject,
            "period": period,
            "unit": unit,
            "qualifier": qualifier,
        }
        asked = {name: as_iris(name, value) for name, value in given.items() if value is not None}
        source, release = self._source()
        rows, domains = answers.observations(source, asked)
        if not rows:
            answers.require_known(source, [iri for some in asked.values() for iri in some])
        return Observations(rows, domains, lang=self.lang, release=release)

    @spoken
    def indicators(self) -> Frame:
        """What is measured: names, definitions, units, and how many figures there are."""
        return self._frame(tables.INDICATORS, "indicators")

    @spoken
    def regions(self, level: str | None = None) -> Frame:
        """The regions of 2012 with their codes.

        Args:
            level: only `country`, `province`, `prefecture`, `county` or `other`.

        Raises:
            UsageError: another level.
        """
        asked = {} if level is None else {"region_level": (iris.concept("region-level", _level(level)),)}
        source, release = self._source()
        rows = answers.pages(source, read_query("regions"), "region", asked)
        return self._made(tables.REGIONS, rows, release)

    @spoken
    def search(self, text: str) -> Frame:
        """What has a text in one of its names, in either language and whatever its case; at most 1,000."""
        return self._frame(tables.FOUND, "search", text=text)

    @spoken
    def select(self, query: str) -> Frame:
        """The answer to a SELECT query of your own. Numbers, days and truth values have their types.

        Raises:
            QueryError: it is no SELECT query, or the endpoint refuses it.
            EgovError: the endpoint did not answer; see `Endpoint.read`.
        """
        source, release = self._source()
        columns, rows = answers.select(source, query)
        return Frame(columns, rows, lang=self.lang, release=release)

    @spoken
    def provenance(self, observation: Named) -> Frame:
        """Where a figure stands in its source: the spans of the figure, its clause, its time.

        Places are in code points of the document. Its text is not in the graph; each span has a hash of it.

        Raises:
            NotFound: there is no such figure.
        """
        source, release = self._source()
        card = read_card(source, self._read(source, observation))
        return Frame(tables.SPANS, tables.spans(card), lang=self.lang, release=release)

    @spoken
    def explain(self, observation: Named) -> str:
        """A figure in sentences: what it says, with which reservations, and what it does not say."""
        source, _ = self._source()
        one = self._read(source, observation)
        said = (wording.statement(one, self.lang), *wording.remarks(one, self.lang))
        left = unsaid(one, read_card(source, one), self.lang)
        head = "未说明：" if self.lang == "zh" else "Not said:"
        return "\n".join([*said, *([head] if left else []), *(f"- {text}" for text in left)])

    @spoken
    def cite(self, observation: Named, style: Style = "text", *, accessed: date | None = None) -> str:
        """How to cite a figure, or anything else that has an IRI.

        Args:
            observation: what to cite.
            style: `text`, `bibtex`, `ris` or `csl`.
            accessed: when it was looked at.

        Raises:
            NotFound: nothing is said of it, or there is no such style.
        """
        syntax = next((one for one in FORMATS if one.name == style), None)
        if syntax is None:
            names = [one.name for one in FORMATS]
            raise NotFound(
                f"There is no style {style!r}: use one of {', '.join(names)}.",
                f"没有 {style!r} 格式：可用 {'、'.join(names)}。",
            )
        source, release = self._source()
        iri = _iri(observation)
        about = describe(source, iri, alone=True)
        if about is None:
            raise _unknown(iri)
        made = source.made if source.table(read_query("release")) else None
        return (
            cited(
                about,
                read_about(source, release),
                lang=self.lang,
                issued=made.date() if made else None,
                url=self._address(iri, release),
                accessed=accessed,
            )
            .written(syntax)
            .removesuffix("\n" if style == "text" else "")
        )

    def _address(self, iri: str, release: str) -> str:
        """Where a thing is in a release, at this project's service; elsewhere its IRI has to do."""
        if not self._endpoint.has_releases or not iris.local(iri).startswith("/"):
            return iri
        return address(self._endpoint.url.removesuffix("/sparql"), iri, release)

    @cached_property
    def _reached(self) -> Endpoint:
        """The endpoint with the graphs to ask: found out once."""
        return (
            with_dataset(self._endpoint) if self._given is None else with_default(self._endpoint, self._given)
        )

    def _source(self) -> tuple[Endpoint, str]:
        """What to ask for one answer, and the release that it will be from."""
        source = self._reached
        found = source.table(read_query("release"))
        release = next((row["release"] for row in found if row["whole"].endswith("/dataset/egov-kg")), "")
        return (source.at(release) if source.has_releases and release else source), release

    def _read(self, source: Endpoint, observation: Named) -> Observation:
        iri = _iri(observation)
        for one in read_observations(source, iri):
            if one.iri == iri:
                return one
        raise _unknown(iri)

    def _frame(self, columns: tables.Columns, query: str, **texts: str) -> Frame:
        source, release = self._source()
        asked = {name: [RDFLiteral(text)] for name, text in texts.items()}
        return self._made(columns, source.table(read_query(query), asked), release)

    def _made(self, columns: tables.Columns, rows: Iterable[Mapping[str, str]], release: str) -> Frame:
        shortened = [tables.shortened(row, columns) for row in rows]
        return Frame(columns, shortened, lang=self.lang, release=release)


def _level(level: str) -> str:
    if level not in _LEVELS:
        raise UsageError(
            f"There is no level of regions {level!r}: use one of {', '.join(_LEVELS)}.",
            f"没有 {level!r} 这一行政层级：可用 {'、'.join(_LEVELS)}。",
        )
    return level


def _iri(observation: Named) -> str:
    text = observation if isinstance(observation, str) else str(observation["observation"])
    return as_iri("observation", text)


def _unknown(iri: str) -> NotFound:
    return NotFound(f"<{iri}> is not in the data of this endpoint.", f"该端点的数据中没有 <{iri}>。")
