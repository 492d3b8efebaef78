"""The view of a qualitative statement: one sentence in both languages, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from egov_kg.publish.sentences import in_words, sentence
from egov_kg.publish.statements import read_statements
from egov_kg.web.documents import Document
from egov_kg.web.responses import language
from egov_kg.web.service import service


def context(document: Document) -> Mapping[str, Any] | None:
    """What the template of a statement needs."""
    iri = document.about.iri
    found = next((one for one in read_statements(service().store, iri) if one.iri == iri), None)
    if found is None:
        return None
    lang = language()
    return {
        "statement": found,
        "parts": sentence(found, lang),
        "other_sentence": in_words(found, "en" if lang == "zh" else "zh"),
    }
