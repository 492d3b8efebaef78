"""The search index of the release that a request is answered from, and what its hits are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from egov_kg.errors import NotFound
from egov_kg.match.hits import Hit
from egov_kg.match.kinds import KINDS
from egov_kg.match.labels import LabelIndex
from egov_kg.publish.about import Words
from egov_kg.release.registry import Release
from egov_kg.settings import Language
from egov_kg.web.kept import Kept
from egov_kg.web.service import service

KIND_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    kind.name: {"zh": kind.zh, "en": kind.en} for kind in KINDS
}
"""What kinds of things are called, by language."""


def index() -> LabelIndex:
    """The index.

    Raises:
        NotFound: there is none: this is a playground, or the release was made without one.
    """
    return _indexes.get(service().release.id)


def names(iris: Iterable[str]) -> Mapping[str, Words]:
    """What things are called, by their IRIs; those that the index does not know are not there."""
    return {
        iri: {"" if lang == "und" else lang: text for lang, text in labels.items()}
        for iri, labels in index().labels(iris).items()
    }


def said(labels: Mapping[str, str], lang: Language) -> str:
    """A label in a language, else in another, else nothing."""
    return labels.get(lang) or next(iter(labels.values()), "")


def described(hit: Hit, lang: Language) -> str:
    """What kind of thing a hit is, and what it is part of."""
    within = said(hit.within, lang)
    kind = KIND_NAMES[hit.kind][lang]
    if within in ("", kind):
        return kind
    return f"{kind}，{within}" if lang == "zh" else f"{kind}, {within}"


def _opened() -> LabelIndex:
    release = service().release
    if not isinstance(release, Release):
        raise NotFound("A playground has no search index.", "试验模式没有检索索引。")
    if release.labels is None:
        raise NotFound(
            f"Release {release.id} was made without a search index. One that is built now has it.",
            f"发布版本 {release.id} 生成时没有检索索引。现在构建的版本会有。",
        )
    return LabelIndex.open(release.labels)


_indexes: Final = Kept(_opened)
