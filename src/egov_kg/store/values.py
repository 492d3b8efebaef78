"""Terms of SPARQL 1.1 Query Results JSON (section 3.2.2) written as SPARQL, so that nothing can break out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from egov_kg.sparql.iris import is_absolute_iri

_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)


class NotATerm(Exception):
    """A JSON object is no IRI and no literal; the text says why."""


def term(value: Mapping[str, Any]) -> str:
    """An IRI or a literal as SPARQL text, on one line.

    Raises:
        NotATerm: it is neither, or holds what neither can.
    """
    kind, text = value.get("type"), value.get("value")
    if not isinstance(text, str):
        raise NotATerm("a value that is no text")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotATerm("half a surrogate pair") from None
    if kind == "uri":
        return _iri(text)
    if kind not in ("literal", "typed-literal"):
        raise NotATerm(f"a term of type {kind!r}")
    quoted = f'"{text.translate(_ESCAPES)}"'
    language, datatype = value.get("xml:lang"), value.get("datatype")
    if language:
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language) or "its:dir" in value:
            raise NotATerm(f"the language {language!r}")
        return f"{quoted}@{language}"
    return quoted if datatype is None else f"{quoted}^^{_iri(datatype)}"


def _iri(text: object) -> str:
    if not isinstance(text, str) or not is_absolute_iri(text):
        raise NotATerm(f"the IRI {text!r}")
    return f"<{text}>"
