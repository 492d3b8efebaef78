r"""How to cite something: as text, BibTeX, RIS and CSL-JSON, in Chinese or English.

The title of a figure has its qualifier in it. The address names a release, which never changes, so that who
follows it sees what was cited; the IRI names the thing whatever the release.

- Text: author, year, title, version, address; in Chinese by GB/T 7714-2015 (`[DS/OL]`, a dataset online).
- BibTeX: an entry `@misc`, which every style knows, with the fields of biblatex's `@dataset`; in UTF-8.
- RIS: type `DATA`; one field a line, lines end in CR LF.
- CSL-JSON: an item of type `dataset` (CSL 1.0.2).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from egov_kg.formats import Syntax
from egov_kg.intervals import Language

TEXT: Final = Syntax("text", "text/plain", "txt", "page")
BIBTEX: Final = Syntax("bibtex", "application/x-bibtex", "bib", "page")
RIS: Final = Syntax("ris", "application/x-research-info-systems", "ris", "page")
CSL: Final = Syntax("csl", "application/vnd.citationstyles.csl+json", "json", "page")
FORMATS: Final = (TEXT, BIBTEX, RIS, CSL)
"""The forms of a citation."""

LICENCE: Final = "CC BY 4.0"

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_KEY: Final = re.compile(r"[^A-Za-z0-9]+")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

Kind = Literal["figure", "dataset", "entry"]
_KINDS: Final[Mapping[Kind, str]] = {"figure": "Data point", "dataset": "Data set", "entry": "Data entry"}


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation says, in one language.

    Attributes:
        lang: the language.
        iri: what is cited.
        title: its name; of a figure, with the figure and its qualifier.
        kind: `figure` (of a dataset), `dataset`, or `entry` (anything else that a dataset describes).
        container: the dataset that it is in; empty for the whole release.
        publisher: who made and publishes it.
        issued: when the release was made; None where that is not known.
        release: its id, the version.
        url: where it is in that release.
        accessed: when it was looked at; None where whoever cites puts that in.
        source: what it was taken from; may be empty.
    """

    lang: Language
    iri: str
    title: str
    kind: Kind
    container: str
    publisher: str
    issued: date | None
    release: str
    url: str
    accessed: date | None
    source: str

    def written(self, syntax: Syntax) -> str:
        """In one of `FORMATS`, with a line end at its end."""
        return _WRITERS[syntax.name](self)


def to_text(one: Citation) -> str:
    """As a line of text."""
    return (_chinese(one) if one.lang == "zh" else _english(one)) + "\n"


def _english(one: Citation) -> str:
    inside = f" In {_line(one.container)}." if one.container else ""
    seen = (
        f" Accessed {one.accessed.day} {_MONTHS[one.accessed.month - 1]} {one.accessed.year}."
        if one.accessed
        else ""
    )
    what = f"{_line(one.title)} (release {one.release}) [{_KINDS[one.kind]}].{inside}"
    year = one.issued.year if one.issued else "n.d."
    return f"{_line(one.publisher)} ({year}). {what} {one.iri} ({one.url}).{seen} {LICENCE}."


def _chinese(one: Citation) -> str:
    """GB/T 7714-2015, sections 4.6 (electronic resources) and 8.8; what is part of another work, 4.2."""
    inside = f"//{_line(one.container)}" if one.container else ""
    seen = f"[{one.accessed.isoformat()}]" if one.accessed else ""
    made = f"({one.issued.isoformat()})" if one.issued else "[日期不详]"
    return (
        f"{_line(one.publisher)}. {_line(one.title)}[DS/OL]{inside}. 发布版本 {one.release}. "
        f"{made}{seen}. {one.iri}（{one.url}）. {LICENCE}."
    )


def to_bibtex(one: Citation) -> str:
    """As a BibTeX entry."""
    fields = "".join(f"  {name} = {{{text}}},\n" for name, text in _bibtex_fields(one) if text)
    return f"@misc{{{_key(one)},\n{fields}}}\n"


def _bibtex_fields(one: Citation) -> Iterator[tuple[str, str]]:
    yield "author", f"{{{_tex(one.publisher)}}}"
    yield "title", f"{{{_tex(one.title)}}}"
    yield "howpublished", _tex(_inside(one))
    yield "publisher", _tex(one.publisher)
    yield "year", str(one.issued.year) if one.issued else ""
    yield "date", one.issued.isoformat() if one.issued else ""
    yield "version", one.release
    yield "url", _url(one.url)
    yield "urldate", one.accessed.isoformat() if one.accessed else ""
    yield "note", _tex(_note(one))
    yield "langid", "chinese" if one.lang == "zh" else "english"


def to_ris(one: Citation) -> str:
    """As a RIS record."""
    lines = [
        ("TY", "DATA"),
        ("AU", one.publisher),
        ("TI", one.title),
        ("T2", one.container),
        ("PB", one.publisher),
        ("PY", str(one.issued.year) if one.issued else ""),
        ("DA", f"{one.issued:%Y/%m/%d}/" if one.issued else ""),
        ("ET", one.release),
        ("UR", one.url),
        ("Y2", f"{one.accessed:%Y/%m/%d}/" if one.accessed else ""),
        ("LA", one.lang),
        ("N1", _note(one)),
    ]
    return "".join(f"{tag}  - {line}\r\n" for tag, text in lines if (line := _line(text))) + "ER  - \r\n"


def to_csl(one: Citation) -> str:
    """As a list of one CSL-JSON item."""
    item: dict[str, Any] = {
        "id": _key(one),
        "type": "dataset",
        "title": _line(one.title),
        "author": [{"literal": _line(one.publisher)}],
        "container-title": _line(one.container),
        "publisher": _line(one.publisher),
        "issued": _date_parts(one.issued) if one.issued else None,
        "accessed": _date_parts(one.accessed) if one.accessed else None,
        "version": one.release,
        "URL": one.url,
        "language": one.lang,
        "note": _line(_note(one)),
    }
    return (
        json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)
        + "\n"
    )


_WRITERS: Final = {"text": to_text, "bibtex": to_bibtex, "ris": to_ris, "csl": to_csl}


def _inside(one: Citation) -> str:
    if not one.container:
        return f"发布版本 {one.release}" if one.lang == "zh" else f"Data set, release {one.release}"
    if one.lang == "zh":
        return f"{one.container}，发布版本 {one.release}"
    return f"In: {one.container}, release {one.release}"


def _note(one: Citation) -> str:
    if one.lang == "zh":
        return f"{one.iri}；{LICENCE}" + (f"；数据来源：{one.source}" if one.source else "")
    return f"{one.iri}; {LICENCE}" + (f"; data from: {one.source}" if one.source else "")


def _key(one: Citation) -> str:
    """What the entry is called in a bibliography: ASCII letters, digits and hyphens."""
    name = "-".join(part for part in one.iri.rsplit("/", 2)[-2:] if part)
    return _KEY.sub("-", f"egov-kg-{name}-{one.release}").strip("-")


def _date_parts(day: date) -> Mapping[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _line(text: str) -> str:
    """Text in one line, without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


# Braces count even behind a backslash when BibTeX looks for the end of a field: their names do not.
_TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}


def _tex(text: str) -> str:
    """Text for LaTeX; characters beyond ASCII stay, as XeTeX, LuaTeX and biber read UTF-8."""
    return "".join(_TEX.get(sign, sign) for sign in _line(text))


def _url(url: str) -> str:
    r"""An address for a field that styles set in `\url`: nothing is escaped, and none of it ends a field."""
    return "".join(f"%{ord(sign):02X}" if sign in "{}\\" else sign for sign in _line(url).replace(" ", "%20"))
