"""Every message of the pages is in the catalogues, once, translated, with the same values in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from egov_kg.web import i18n

WEB = Path(i18n.__file__).parent
CATALOGUES = sorted((i18n.LOCALE / "zh").glob("*.po"))
TEMPLATES = ("**.html", "**.svg")
METHODS = [*((name, "jinja2.ext.babel_extract") for name in TEMPLATES), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
VALUE = re.compile(r"%\((\w+)\)s|\{(\w*)\}|%%")


def used() -> set[str]:
    """The messages of templates and code; of those that depend on a number, the singular."""
    found = set()
    for _, _, message, _, _ in extract_from_dir(
        WEB,
        METHODS,
        {name: {"trimmed": "true"} for name in TEMPLATES},
        keywords=KEYWORDS,
        comment_tags=(),
    ):
        found.add(message[0] if isinstance(message, tuple) else message)
    return found


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh", abort_invalid=True)


def messages() -> Iterator[tuple[str, Message]]:
    for path in CATALOGUES:
        for message in read(path):
            if message.id:
                yield path.name, message


def singular(message: Message) -> str:
    return str(message.id[0]) if isinstance(message.id, tuple) else str(message.id)


def test_every_message_is_translated() -> None:
    known = {singular(message) for _, message in messages()}
    missing = sorted(used() - known)
    assert not missing, "not in locale/zh: " + "; ".join(missing)


def test_no_message_is_left_over() -> None:
    left = sorted({singular(message) for _, message in messages()} - used())
    assert not left, "nobody says: " + "; ".join(left)


def test_each_message_is_in_one_catalogue() -> None:
    counted = Counter(singular(message) for _, message in messages())
    assert not [text for text, count in counted.items() if count > 1]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_whole(path: Path) -> None:
    for message in read(path):
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), f"{path.name}: {message.id!r} has no translation"
        many = message.id[-1] if isinstance(message.id, tuple) else message.id
        for text in strings:
            assert set(VALUE.findall(str(text))) == set(VALUE.findall(str(many))), message.id


def test_full_width_marks_bring_their_own_space() -> None:
    assert i18n.spaced("Source:") == "Source: "
    assert i18n.spaced("来源：") == "来源："


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("E-government in China 2012-2013", ["E-government", "2012-2013"]),
        ("覆盖率：90%以上（2012年财政预算与 2011 年决算）", ["90%以上", "2012年", "2011 年"]),
        ("information-resource-utilisation", []),
        ("2012-2013-budget-disclosure", []),
        ("r60b767a66c6b", []),
    ],
)
def test_headings_keep_numbers_and_short_words_with_a_hyphen_on_a_line(text: str, whole: list[str]) -> None:
    found = i18n.unbroken(text)
    assert re.findall(r'<span class="whole">(.*?)</span>', found) == whole
    assert found.striptags() == text


def test_headings_are_escaped() -> None:
    assert i18n.unbroken("a <b> & 'c'") == "a &lt;b&gt; &amp; &#39;c&#39;"


def test_the_languages_of_the_service_have_catalogues() -> None:
    assert CATALOGUES
    assert i18n.translations("zh").gettext("Regions") == "地区"
    assert i18n.translations("en").gettext("Regions") == "Regions"
