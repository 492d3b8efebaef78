"""What pages say, in the reader's language: English in templates and code, Chinese in the catalogues.

A catalogue is a gettext PO file in `locale/zh/`, one for each group of pages; a test holds that every message
is in exactly one of them. Numbers and dates are written as CLDR has them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from flask import Flask
from markupsafe import Markup, escape

from egov_kg.settings import Language
from egov_kg.web.responses import language

_GROUPED: Final = 1000
_UNITS: Final = ("kB", "MB", "GB", "TB")
_DATES: Final = {"en": "en_GB", "zh": "zh"}  # the English here is British
_FULL_WIDTH: Final = ("：", "。", "；", "，", "、", "？", "！", "）", "”")
_UNBROKEN: Final = re.compile(
    r"((?<![\w-])(?=[\w-]{3,14}(?![\w-]))[a-zA-Z0-9_]+(?:-[a-zA-Z0-9_]+)+(?: ?年)?"
    r"|(?<![\w-])[0-9][0-9.,]*%?(?![\w-])(?: ?年|以上)?)",
    re.ASCII,
)
LOCALE: Final = Path(__file__).parent / "locale"
"""The folder of the catalogues, one folder in it for each language but English."""


@cache
def translations(lang: Language) -> NullTranslations:
    """The messages of a language."""
    found = sorted((LOCALE / lang).glob("*.po"))
    if not found:
        return NullTranslations()
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale=lang)
    for path in found:
        with path.open("rb") as file:
            for message in read_po(file, locale=lang, abort_invalid=True):
                if message.id:
                    whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def gettext(message: str, **values: object) -> str:
    """A message in the language of the request; `%(name)s` stands for a value."""
    text = translations(language()).gettext(message)
    return text % values if values else text


def marked(message: str, **values: object) -> Markup:
    """A message in the language of the request, of which values alone are escaped."""
    return Markup(translations(language()).gettext(message)) % values  # noqa: S704 - messages are our own


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """A message that depends on a number, which it may name as `%(num)s`."""
    return translations(language()).ngettext(one, many, n) % {"num": number(n), **values}


def number(value: float | Decimal) -> str:
    """A number as readers write it: digits in groups, no exponent."""
    if isinstance(value, int) and 0 <= value < _GROUPED:
        return str(value)  # what CLDR has for both languages, at a hundredth of the time
    from babel.numbers import format_decimal

    return format_decimal(value, locale=language(), decimal_quantization=False)


def day(value: date) -> str:
    """A date as readers write it."""
    from babel.dates import format_date

    return format_date(value, format="long", locale=_DATES[language()])


def size(count: int) -> str:
    """A number of bytes as readers write it, in steps of a thousand."""
    if count < _GROUPED:
        return ngettext("%(num)s byte", "%(num)s bytes", count)
    steps = min((len(str(count)) - 1) // 3, len(_UNITS))
    return f"{number(round(count / _GROUPED**steps, 1))} {_UNITS[steps - 1]}"


def pick(words: Mapping[str, str]) -> str:
    """Of what is said in several languages, the reader's; else whatever there is."""
    return words.get(language()) or next((words[lang] for lang in sorted(words) if words[lang]), "")


def spaced(text: str) -> str:
    """A text with the space before what follows it: none after full-width punctuation, which has its own."""
    return text if text.endswith(_FULL_WIDTH) else text + " "


def unbroken(text: str) -> Markup:
    """A heading that keeps numbers and short words with a hyphen, such as e-government, on one line."""
    parts = enumerate(_UNBROKEN.split(text))
    kept = (
        Markup('<span class="whole">{}</span>').format(part) if at % 2 else escape(part) for at, part in parts
    )
    return Markup().join(kept).replace("（", Markup("<wbr>（"))


def install(app: Flask) -> None:
    """Give templates `_`, `ngettext`, `{% trans %}` and the filters `number`, `day`, `size`, `pick`,
    `spaced` and `unbroken`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: translations(language()).gettext(message),
        lambda one, many, n: translations(language()).ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = marked  # the extension's goes through two more calls
    app.jinja_env.filters.update(
        number=number, day=day, size=size, pick=pick, spaced=spaced, unbroken=unbroken
    )
