"""Earlier states: `asOf=` in a URL, and `Accept-Datetime` of the Memento protocol (RFC 7089).

A release is a Memento of every resource of the service. Its datetime is when it first became current; its URL
is that of the resource with `asOf=<id>`. Nothing here needs a request. `docs/time.md` says why it is done so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from egov_kg.errors import Gone, NotFound, UsageError
from egov_kg.publish.cited import AS_OF
from egov_kg.release import history
from egov_kg.release.registry import Registry

PARAMETER: Final = AS_OF
TIMEMAP: Final = "/releases/timemap"
LINK_FORMAT: Final = "application/link-format"

MENTIONED: Final = re.compile(rb"(?:a|%61)(?:s|%73)(?:O|%4[Ff])(?:f|%66)")
"""Finds `asOf` in an encoded query string or form, however it is encoded; and where it is part of a value."""

_ID = re.compile(r"r[0-9a-f]{1,12}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
# RFC 7089, section 2.1: the one form of Accept-Datetime and Memento-Datetime, always GMT.
_RFC_1123 = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT", re.ASCII)
_SAFE: Final = "/:@!$&'()*+,;=%-._~"
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_INSTANT = timedelta(microseconds=1)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# A query in the URL is in every link: past this many bytes, the header would burst what proxies take.
_LONGEST_LINKED: Final = 800


@dataclass(frozen=True, slots=True)
class Memento:
    """A release as a state in time.

    Attributes:
        release: its id.
        time: when it first became current, in UTC.
    """

    release: str
    time: datetime


def resolve(registry: Registry, as_of: str | None, accept_datetime: str | None) -> str | None:
    """The full id of the release that a client asks for; None for the current one.

    Args:
        registry: the releases.
        as_of: a release's id or its beginning, a date (its end, in UTC, is meant) or an xsd:dateTime (in UTC,
            if it has no time zone; the end of its second, if it has no fraction). It decides where there is
            an `Accept-Datetime`, too.
        accept_datetime: an `Accept-Datetime` header. Before the first release, the first is meant
            (RFC 7089, section 4.5.3).

    Raises:
        UsageError: neither of these, or the beginning of several ids.
        NotFound: no such release, or a time before the first one.
        Gone: the release of that time is no longer kept.
    """
    if as_of is not None:
        return _by_id(registry, as_of) if _ID.fullmatch(as_of) else _at(registry, _instant(as_of), as_of)
    if accept_datetime is None:
        return None
    moments = _moments(registry, registry.stamp())
    moment = history.at(moments, _rfc_1123(accept_datetime)) or (moments[0] if moments else None)
    if moment is None:
        raise NotFound("There is no release yet.", "还没有任何发布版本。")
    return _kept(registry, moment.release)


def timeline(registry: Registry) -> list[Memento]:
    """Every release that was ever current and is still kept, in order of time."""
    return list(_timeline(registry, registry.stamp()))


@lru_cache(4)
def _moments(registry: Registry, stamp: tuple[int, ...]) -> tuple[history.Moment, ...]:  # noqa: ARG001 - the key
    return tuple(registry.history())


@lru_cache(4)
def _timeline(registry: Registry, stamp: tuple[int, ...]) -> tuple[Memento, ...]:
    first: dict[str, datetime] = {}
    for moment in _moments(registry, stamp):
        first.setdefault(moment.release, moment.time)
    kept = ((id_, time) for id_, time in first.items() if (registry.releases / id_).is_dir())
    return tuple(Memento(id_, time) for id_, time in kept)


def memento_headers(mementos: Sequence[Memento], release: str, target: str) -> dict[str, str]:
    """`Memento-Datetime` and `Link` of an answer from a past state (RFC 7089, section 2.2).

    Args:
        mementos: see `timeline`.
        release: the id of the release that answered.
        target: path and query of the URL, with or without `asOf`. Where it is long, only the time map is
            linked.

    Returns:
        Nothing for a release that was never current.
    """
    place = next((place for place, known in enumerate(mementos) if known.release == release), None)
    if place is None:
        return {}
    original, *_ = without_as_of(target)
    headers = {"Memento-Datetime": http_date(mementos[place].time)}
    if len(original) > _LONGEST_LINKED:
        return headers | {"Link": f'<{TIMEMAP}>; rel="timemap"; type="{LINK_FORMAT}"'}
    relations: dict[int, list[str]] = {}
    for relation, at in (("first", 0), ("prev", place - 1), ("next", place + 1), ("last", len(mementos) - 1)):
        if 0 <= at < len(mementos):
            relations.setdefault(at, []).append(relation)
    links = [f'<{original}>; rel="original timegate"', _timemap(original)]
    links += [_link(mementos[at], original, names) for at, names in sorted(relations.items())]
    return headers | {"Link": ", ".join(links)}


def timemap(mementos: Sequence[Memento], original: str) -> Iterator[str]:
    """A time map as lines of `application/link-format` (RFC 7089, section 5; RFC 6690).

    Args:
        mementos: see `timeline`.
        original: path and query of the URL whose states are listed, or an absolute URL.
    """
    yield f'<{original}>; rel="original timegate"'
    span = ""
    if mementos:
        span = f'; from="{http_date(mementos[0].time)}"; until="{http_date(mementos[-1].time)}"'
    yield f",\n{_timemap(original, 'self')}{span}"
    last = len(mementos) - 1
    for place, known in enumerate(mementos):
        names = [name for name, at in (("first", 0), ("last", last)) if at == place]
        yield f",\n{_link(known, original, names)}"
    yield "\n"


def with_as_of(target: str, release: str) -> str:
    """A URL of the service, or its path and query, with `asOf=<release>` in place of what it had."""
    original, query = without_as_of(target)
    return f"{original}{'&' if query else '?'}{urlencode({PARAMETER: release})}"


def without_as_of(target: str) -> tuple[str, str]:
    """A URL without its `asOf`, and its query alone; both percent-encoded, so that a header can hold them."""
    path, mark, query = target.partition("?")
    if not mark:
        return path, ""
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    kept = urlencode([(name, value) for name, value in pairs if name != PARAMETER])
    return (f"{path}?{kept}" if kept else path), kept


def ascii_target(target: str) -> str:
    """A path and query with everything percent-encoded that a header cannot hold."""
    path, mark, query = target.partition("?")
    return quote(path, safe=_SAFE) + mark + quote(query, safe=f"{_SAFE}?")


def http_date(time: datetime) -> str:
    """A time as HTTP writes it, in whole seconds."""
    return format_datetime(time.astimezone(UTC), usegmt=True)


def _timemap(original: str, relation: str = "timemap") -> str:
    return f'<{TIMEMAP}?{urlencode({"url": original})}>; rel="{relation}"; type="{LINK_FORMAT}"'


def _link(memento: Memento, original: str, names: Sequence[str]) -> str:
    relation = " ".join([*names, "memento"])
    url = with_as_of(original, memento.release)
    return f'<{url}>; rel="{relation}"; datetime="{http_date(memento.time)}"'


def _by_id(registry: Registry, wanted: str) -> str:
    try:
        return registry.get(wanted).id
    except NotFound:  # its words are for who can see the folder
        require_never_there(registry, wanted)
        raise NotFound(
            f"There is no release {wanted}: /releases/ lists them.",
            f"没有发布版本 {wanted}：可在 /releases/ 查看列表。",
        ) from None


def require_never_there(registry: Registry, wanted: str) -> None:
    """See that a release that is not there is not one that was removed.

    Args:
        registry: the releases.
        wanted: an id or its beginning.

    Raises:
        Gone: one whose id begins so was current once.
    """
    if not _ID.fullmatch(wanted):
        return
    for moment in reversed(_moments(registry, registry.stamp())):
        if moment.release.startswith(wanted):
            raise Gone(
                f"Release {moment.release} is no longer kept: /releases/ lists those that are.",
                f"发布版本 {moment.release} 已不再保留：现存版本见 /releases/。",
                release=moment.release,
            )


def _at(registry: Registry, time: datetime, wanted: str) -> str:
    moments = _moments(registry, registry.stamp())
    moment = history.at(moments, time)
    if moment is None:
        first = f"{moments[0].time:%Y-%m-%dT%H:%M:%SZ}" if moments else ""
        raise NotFound(
            f"There was no release yet at {wanted}: the first is of {first}.",
            f"{wanted} 时还没有发布版本：最早的一个在 {first}。",
            first=first,
        )
    return _kept(registry, moment.release)


def _kept(registry: Registry, release: str) -> str:
    if not (registry.releases / release).is_dir():
        raise Gone(
            f"Release {release} was current then, but is no longer kept: /releases/ lists those that are.",
            f"当时的发布版本是 {release}，但已不再保留：现存版本见 /releases/。",
            release=release,
        )
    return release


def _instant(text: str) -> datetime:
    """The end of a date, or a time; in UTC."""
    written = text.strip().replace(" ", "+")  # what an unescaped + in a URL has become
    try:
        if _DATE.fullmatch(written):
            return datetime.fromisoformat(written).replace(tzinfo=UTC) + (_DAY - _INSTANT)
        if _TIME.fullmatch(written):
            time = datetime.fromisoformat(written)
            time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
            return time if "." in written else time + (_SECOND - _INSTANT)
    except (ValueError, OverflowError):
        pass
    raise UsageError(
        f"asOf={text[:80]!r} is neither a release (r and hexadecimal digits), nor a date (2026-11-22), nor a "
        "time (2026-11-22T10:00:00Z).",
        f"asOf={text[:80]!r} 既不是发布版本（r 加十六进制数字），也不是日期（2026-11-22）"
        "或时间（2026-11-22T10:00:00Z）。",
        parameter=PARAMETER,
    )


def _rfc_1123(text: str) -> datetime:
    written = text.strip()
    try:
        if _RFC_1123.fullmatch(written):
            # strptime would follow the locale; the day of the week is not worth an error.
            day, year, clock = written[5:7], written[12:16], written[17:25]
            month = _MONTHS.index(written[8:11]) + 1
            # Its end: what became current within this second is listed under it.
            return datetime.fromisoformat(f"{year}-{month:02d}-{day}T{clock}+00:00") + (_SECOND - _INSTANT)
    except ValueError:
        pass
    raise UsageError(
        f"Accept-Datetime: {text[:80]!r} is not a time such as Sun, 22 Nov 2026 10:00:00 GMT.",
        f"Accept-Datetime: {text[:80]!r} 不是形如 Sun, 22 Nov 2026 10:00:00 GMT 的时间。",
    )
