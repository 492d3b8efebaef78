"""What another endpoint answers to a query, fetched politely: in pages, with a pause before asking again.

Specification: SPARQL 1.1 Protocol, section 2.1. A CONSTRUCT or DESCRIBE gives RDF, a SELECT gives a table.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError

from egov_kg import __version__
from egov_kg.errors import ImportRefused, UpstreamFailed, UsageError
from egov_kg.imports.kinds import Input
from egov_kg.sparql.guard import inspect

AGENT: Final = f"egov-kg/{__version__} (https://w3id.org/egov-kg)"
ATTEMPTS: Final = 3
_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 60.0
_AGAIN: Final = (429, 500, 502, 503, 504)
_MOST_PAGES: Final = 10_000
_PIECE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask of whom.

    Attributes:
        endpoint: an http or https URL.
        query: CONSTRUCT, DESCRIBE or SELECT.
        page: solutions (of a CONSTRUCT, those of its pattern) in one answer; 0 asks for all at once.
        timeout: seconds for each answer.
        most_bytes: of all answers together.
        contact: whom to write to, for the User-Agent; may be empty.
    """

    endpoint: str
    query: str
    page: int
    timeout: float
    most_bytes: int
    contact: str = ""


def fetch(question: Question, folder: Path, pause: Callable[[float], None] = time.sleep) -> Input:
    """Ask, and keep the answers as files.

    Args:
        question: what to ask.
        folder: an existing folder for them.
        pause: waits for some seconds.

    Raises:
        UsageError: no URL, or a query that gives no data or has a LIMIT although it is to be paged.
        QuerySyntaxError: the query does not parse.
        UpstreamFailed: the endpoint failed, however often it was asked.
        ImportRefused: it answers with more than is taken.
    """
    check_address(question.endpoint)
    form = inspect(question.query).form
    if form not in ("CONSTRUCT", "DESCRIBE", "SELECT"):
        raise UsageError(
            "The query gives no data: write a CONSTRUCT, or a SELECT whose columns a --map file describes.",
            "该查询不返回数据：请使用 CONSTRUCT，或用 SELECT 并以 --map 文件描述其各列。",
        )
    table = form == "SELECT"
    files: list[Path] = []
    size = 0
    for number, text in enumerate(_pages(question)):
        target = folder / f"page-{number}.{'csv' if table else 'ttl'}"
        size += ask(question, text, table, target, question.most_bytes - size, pause)
        count = _rows(target) if table else None
        if table and files:
            _append(files[0], target)
        elif number == 0 or count is None:
            files.append(target)
        if not question.page or (count is not None and count < question.page) or not _has_data(target, table):
            break
    return Input(tuple(files), "" if table else "turtle")


def check_address(endpoint: str) -> None:
    """Nothing, for an address that can be asked.

    Raises:
        UsageError: it is no http or https URL.
    """
    if not endpoint.startswith(("http://", "https://")):
        raise UsageError(
            f"{endpoint!r} is no http or https address of an endpoint.",
            f"{endpoint!r} 不是端点的 http 或 https 地址。",
        )


def _pages(question: Question) -> Iterator[str]:
    if not question.page:
        yield question.query
        return
    if "limit" in question.query.lower().split() or "offset" in question.query.lower().split():
        raise UsageError(
            "A query that is asked in pages (--page) has no LIMIT and OFFSET of its own, and an ORDER "
            "BY, so that "
            "the pages fit together.",
            "分页查询（--page）不能自带 LIMIT 与 OFFSET，且应有 ORDER BY，使各页前后衔接。",
        )
    for number in range(_MOST_PAGES):
        yield f"{question.query}\nLIMIT {question.page} OFFSET {number * question.page}"


def ask(
    question: Question, text: str, table: bool, target: Path, most: int, pause: Callable[[float], None]
) -> int:
    """Ask once, and again after a pause where the endpoint is busy; how many bytes came.

    Args:
        question: whom to ask, and within what.
        text: the query.
        table: whether it is a SELECT.
        target: the file for the answer; what is there of a broken answer is written over.
        most: bytes that are taken.
        pause: waits for some seconds.

    Raises:
        UpstreamFailed: it failed, however often it was asked, or answers with a web page.
        ImportRefused: it answers with more than is taken.
    """
    wait = _PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _save(_answer(question, text, table), target, most, question.endpoint)
        except HTTPError as error:
            if error.code not in _AGAIN or attempt == ATTEMPTS:
                raise _failed(question, f"it answered {error.code}", f"对方返回 {error.code}") from None
            after = error.headers.get("Retry-After", "") if error.headers else ""
            wait = min(_seconds(after, wait), _LONGEST_PAUSE)
        except (OSError, HTTPException) as error:
            if attempt == ATTEMPTS:
                raise _failed(question, f"{error}", f"{error}") from None
        pause(wait)
        wait *= 2
    raise AssertionError  # the last attempt returns or raises


def _seconds(after: str, wait: float) -> float:
    """What Retry-After says, seconds or a date (RFC 9110, section 10.2.3); else how long one would wait."""
    if after.isdigit():
        return float(after)
    try:
        until = parsedate_to_datetime(after)
    except ValueError:
        return wait
    return max(0.0, until.timestamp() - time.time())


def _answer(question: Question, text: str, table: bool) -> Any:
    from SPARQLWrapper import CSV, POST, TURTLE, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    asked = SPARQLWrapper(question.endpoint, agent=_agent(question))
    asked.setTimeout(int(question.timeout) or 1)
    asked.setMethod(POST)
    asked.setQuery(text)
    asked.setReturnFormat(CSV if table else TURTLE)
    try:
        answer = asked.query().response
    except SPARQLWrapperException as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        said = " ".join(lines[:3])[:300]
        raise _failed(question, f"it refused the query: {said}", f"对方拒绝了查询：{said}") from None
    if "html" in (answer.headers.get("Content-Type") or "").lower():
        answer.close()
        raise _failed(
            question,
            "it answered with a web page: is it the address of the endpoint itself",
            "对方返回的是网页：请确认这是端点本身的地址",
        )
    return answer


def _agent(question: Question) -> str:
    return f"{AGENT[:-1]}; {question.contact})" if question.contact else AGENT


def _save(response: Any, target: Path, most: int, endpoint: str) -> int:
    size = 0
    with target.open("wb") as handle:
        while piece := response.read(_PIECE):
            size += len(piece)
            if size > most:
                raise ImportRefused(
                    f"{endpoint} answers with more than EGOV_KG_IMPORT_MB allows: ask for less, or set "
                    "it to more.",
                    f"{endpoint} 返回的数据超出 EGOV_KG_IMPORT_MB 的限制：请缩小查询范围或调大该值。",
                    file=endpoint,
                )
            handle.write(piece)
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and int(length) != size:  # the library takes a connection that ends early for the end
        raise OSError(f"the answer was cut off after {size} of {length} bytes")
    return size


def _rows(table: Path) -> int:
    import csv

    with table.open(encoding="utf-8-sig", newline="", errors="replace") as handle:
        return max(0, sum(1 for row in csv.reader(handle) if row) - 1)


def _has_data(answer: Path, table: bool) -> bool:
    """Whether a page of RDF says anything: the last one of a CONSTRUCT has prefixes at most."""
    if table:
        return True
    with answer.open("rb") as handle:
        return any(
            line.strip() and not line.lstrip().startswith((b"@prefix", b"PREFIX", b"#")) for line in handle
        )


def _append(whole: Path, page: Path) -> None:
    """Put the rows of another page below those that are there; its head is the same."""
    with whole.open("ab") as target, page.open("rb") as source:
        source.readline()
        while piece := source.read(_PIECE):
            target.write(piece)


def _failed(question: Question, en: str, zh: str) -> UpstreamFailed:
    return UpstreamFailed(
        f"{question.endpoint}: {en}. Nothing was taken.", f"{question.endpoint}：{zh}。未取得任何内容。"
    )
