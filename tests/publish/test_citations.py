"""Citations: what other programs read in them is what was put in, whatever that is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from citeproc import Citation as Cited
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from egov_kg.publish.citations import BIBTEX, CSL, FORMATS, RIS, TEXT, Citation

ONE = Citation(
    lang="en",
    iri="https://w3id.org/egov-kg/id/observation/2012-2013-x",
    title="Share of departments: over 60% (Departments & offices, level_2)",
    kind="figure",
    container="The state of e-government, 2012-2013",
    publisher="egov-kg contributors",
    issued=date(2026, 11, 22),
    release="r0123456789ab",
    url="https://example.org/id/observation/2012-2013-x?asOf=r0123456789ab",
    accessed=date(2026, 11, 28),
    source="A report",
)
CHINESE = replace(
    ONE,
    lang="zh",
    title="覆盖率：超过60%（“省级”部门，副省级城市）",
    container="中国电子政务发展概况 2012-2013",
    publisher="egov-kg 贡献者",
    source="2012-2013年电子政务发展概况",
)
TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Co", "Cn"]), min_size=1, max_size=60)
AWKWARD = [
    "100% & more_of {it} #1 $5 ~x^y",
    "a } b",
    "{",
    "\\input{/etc/passwd}",
    "back\\slash \\",
    'quotes " and “these”',
    "two\nlines\r\nER  - \r\nTY  - JOUR",
    "@misc{evil, title={x}}",
    "省级以上；超过 60%（约）",
    "\u2028 line separators \x85 \x0c",
]


def in_one_line(text: str) -> str:
    """What becomes of blanks and control characters."""
    signs = [
        " " if ord(sign) < 32 or 127 <= ord(sign) < 160 or sign in "\u2028\u2029" else sign for sign in text
    ]
    return " ".join("".join(signs).split())


def bibtex(one: Citation) -> dict[str, str]:
    """The fields of the entry as they stand in it, without their own braces."""
    library = parse_string(one.written(BIBTEX))
    assert not library.failed_blocks
    (entry,) = library.entries
    assert entry.entry_type == "misc"
    return {name: str(field.value) for name, field in entry.fields_dict.items()}


def set_by_tex(text: str) -> str:
    """What LaTeX makes of a field. pylatexenc does not know how braces are written in text."""
    for name, sign in (("left", "\\{"), ("right", "\\}")):
        text = text.replace(f"\\textbrace{name}{{}}", sign)
    return str(LatexNodes2Text().latex_to_text(text)).replace("\u02c6", "^")


def ris(one: Citation) -> dict[str, Any]:
    (entry,) = rispy.loads(one.written(RIS))
    return dict(entry)


def csl(one: Citation) -> dict[str, Any]:
    (item,) = json.loads(one.written(CSL))
    return dict(item)


@pytest.mark.parametrize("one", [ONE, CHINESE], ids=["en", "zh"])
def test_bibtex_has_every_field(one: Citation) -> None:
    found = bibtex(one)
    assert set_by_tex(found["title"]) == one.title
    assert found["author"] == f"{{{one.publisher}}}"
    assert found["publisher"] == one.publisher
    assert one.container in found["howpublished"]
    assert (found["year"], found["date"], found["urldate"]) == ("2026", "2026-11-22", "2026-11-28")
    assert (found["version"], found["url"]) == (one.release, one.url)
    assert one.iri in found["note"]
    assert "CC BY 4.0" in found["note"]
    assert one.source in found["note"]
    assert found["langid"] == {"en": "english", "zh": "chinese"}[one.lang]


@pytest.mark.parametrize("one", [ONE, CHINESE], ids=["en", "zh"])
def test_ris_has_every_field(one: Citation) -> None:
    found = ris(one)
    assert found["type_of_reference"] == "DATA"
    assert found["title"] == one.title
    assert found["authors"] == [one.publisher]
    assert found["secondary_title"] == one.container
    assert (found["year"], found["date"], found["access_date"]) == ("2026", "2026/11/22/", "2026/11/28/")
    assert (found["edition"], found["urls"], found["language"]) == (one.release, [one.url], one.lang)
    assert one.iri in found["notes"][0]
    text = one.written(RIS)
    assert text.endswith("ER  - \r\n")
    assert all(line.endswith("\r") for line in text.split("\n")[:-1])


@pytest.mark.parametrize("one", [ONE, CHINESE], ids=["en", "zh"])
def test_csl_is_set_by_a_citation_processor(one: Citation) -> None:
    source = CiteProcJSON([csl(one)])
    style = CitationStylesStyle("harvard-cite-them-right")  # the one that comes with the library
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Cited([CitationItem(csl(one)["id"])]))
    (text,) = (str(item) for item in bibliography.bibliography())
    assert "2026" in text
    assert one.publisher in text
    assert one.title.split("：")[0].split(":")[0] in text


def test_csl_has_every_field() -> None:
    assert csl(ONE) == {
        "id": "egov-kg-observation-2012-2013-x-r0123456789ab",
        "type": "dataset",
        "title": ONE.title,
        "author": [{"literal": ONE.publisher}],
        "container-title": ONE.container,
        "publisher": ONE.publisher,
        "issued": {"date-parts": [[2026, 11, 22]]},
        "accessed": {"date-parts": [[2026, 11, 28]]},
        "version": ONE.release,
        "URL": ONE.url,
        "language": "en",
        "note": f"{ONE.iri}; CC BY 4.0; data from: A report",
    }


def test_text_reads_as_a_bibliography_does() -> None:
    assert ONE.written(TEXT) == (
        "egov-kg contributors (2026). Share of departments: over 60% (Departments & offices, level_2) "
        "(release r0123456789ab) [Data point]. In The state of e-government, 2012-2013. "
        "https://w3id.org/egov-kg/id/observation/2012-2013-x "
        "(https://example.org/id/observation/2012-2013-x?asOf=r0123456789ab). Accessed 28 November 2026. "
        "CC BY 4.0.\n"
    )
    assert CHINESE.written(TEXT) == (
        "egov-kg 贡献者. 覆盖率：超过60%（“省级”部门，副省级城市）[DS/OL]//中国电子政务发展概况 2012-2013. "
        "发布版本 r0123456789ab. (2026-11-22)[2026-11-28]. https://w3id.org/egov-kg/id/observation/2012-2013-x"
        "（https://example.org/id/observation/2012-2013-x?asOf=r0123456789ab）. CC BY 4.0.\n"
    )


def test_what_is_not_known_is_left_out() -> None:
    whole = replace(ONE, kind="dataset", container="", accessed=None, source="")
    assert "[Data set]. https" in whole.written(TEXT)
    assert "Accessed" not in whole.written(TEXT)
    assert "urldate" not in bibtex(whole)
    assert bibtex(whole)["howpublished"] == "Data set, release r0123456789ab"
    assert not {"access_date", "secondary_title"} & ris(whole).keys()
    assert not {"accessed", "container-title"} & csl(whole).keys()
    assert "//" not in replace(CHINESE, container="").written(TEXT).partition("https")[0]


@pytest.mark.parametrize("title", AWKWARD)
def test_awkward_titles_come_back(title: str) -> None:
    one = replace(ONE, title=title)
    assert csl(one)["title"] == in_one_line(title)
    assert ris(one)["title"] == in_one_line(title)
    assert set_by_tex(bibtex(one)["title"]) == in_one_line(title)
    assert len(one.written(TEXT).splitlines()) == 1


@given(TITLES)
@settings(deadline=None)
def test_any_title_is_one_field(title: str) -> None:
    """Nothing in it begins a field, a record or a command, nor ends one."""
    one = replace(ONE, title=title, publisher=title, container=title)
    record = one.written(RIS)
    named = ("AU", "TI", "T2", "PB") if in_one_line(title) else ()
    assert [line[:6] for line in record.split("\r\n")[:-1]] == [
        f"{tag}  - " for tag in ("TY", *named, "PY", "DA", "ET", "UR", "Y2", "LA", "N1", "ER")
    ]
    entry = one.written(BIBTEX)
    depth = 0
    for place, sign in enumerate(entry):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth > 0 or place < entry.index("{") or entry[place:] in ("}\n", "\n")
    assert depth == 0
    assert entry.count("\n  ") == len(bibtex(one))


def test_an_address_stays_an_address() -> None:
    url = "https://example.org/{a}?q=a b%20\\c#x_y&z"
    found = bibtex(replace(ONE, url=url))["url"]
    assert found == "https://example.org/%7Ba%7D?q=a%20b%20%5Cc#x_y&z"


def test_each_form_has_its_media_type() -> None:
    assert {one.suffix: one.media_type for one in FORMATS} == {
        "txt": "text/plain",
        "bib": "application/x-bibtex",
        "ris": "application/x-research-info-systems",
        "json": "application/vnd.citationstyles.csl+json",
    }


@pytest.mark.parametrize(("lang", "said"), [("en", "(n.d.)"), ("zh", "[日期不详]")])
def test_a_release_whose_date_is_not_known(lang: Literal["en", "zh"], said: str) -> None:
    one = replace(CHINESE if lang == "zh" else ONE, issued=None, accessed=None)
    assert said in one.written(TEXT)
    assert "2026" not in one.written(BIBTEX)
    assert "PY  -" not in one.written(RIS)
    assert "issued" not in json.loads(one.written(CSL))[0]
