"""Audit: do the document and the spans of an edition fit the report?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256

from egov_kg.ingest.edition import TIGHT, Edition, Span
from egov_kg.ingest.findings import Gap
from egov_kg.ingest.layout import Paragraph, paragraph_at

_POINTING = ("prov:wasDerivedFrom", "egov:excludedSpan", *(f"egov:{name}" for name in TIGHT))


def check_document(edition: Edition, report: bytes, text: str) -> Iterator[Gap]:
    """The file's SHA-256 and number of code points are those of the source document.

    Another file is one gap: nothing else can be said about it.
    """
    where, found = edition.short(edition.document), sha256(report).hexdigest()
    if found != edition.sha256:
        yield Gap(
            "document",
            where,
            f"not the file the edition was made from: its SHA-256 is {found} ({len(text)} code points), "
            f"the edition's {edition.sha256 or 'missing'} ({edition.code_points}); audit the original file",
            f"此文件不是该版本所依据的文件：其 SHA-256 为 {found}（{len(text)} 个码点），"
            f"而该版本为 {edition.sha256 or '空'}（{edition.code_points}）；请核查原文件",
        )
    elif len(text) != edition.code_points:
        yield Gap(
            "document",
            where,
            f"the file has {len(text)} code points, the edition was made from {edition.code_points}",
            f"文件有 {len(text)} 个码点，而该版本由 {edition.code_points} 个码点的文件生成",
        )


def check_spans(edition: Edition, text: str, layout: Sequence[Paragraph]) -> Iterator[Gap]:
    """Every span is in range, in its section and paragraph, hashes to its sum and is named by its offsets."""
    for span in edition.spans.values():
        for en, zh in _problems(edition, span, text, layout):
            yield Gap("spans", edition.short(span.iri), en, zh)


def check_references(edition: Edition) -> Iterator[Gap]:
    """Every span that a node points at is described, and every span is pointed at."""
    used: set[str] = set()
    for node in edition.graph.subjects():
        for property_ in _POINTING:
            for target in edition.graph.values(node, property_):
                used.add(target)
                if target not in edition.spans and "/id/span/" in target:
                    name = edition.short(target)
                    yield Gap(
                        "references",
                        edition.short(node),
                        f"{property_} {name} is not described; add the span",
                        f"{property_} {name} 没有描述；请补充该片段",
                    )
    for iri in edition.spans:
        if iri not in used:
            en, zh = "no node points at this span; remove it or use it", "没有节点指向此片段；请删除或使用它"
            yield Gap("references", edition.short(iri), en, zh)


def _problems(
    edition: Edition, span: Span, text: str, layout: Sequence[Paragraph]
) -> Iterator[tuple[str, str]]:
    if span.document != edition.document:
        yield f"its source is {edition.short(span.document)}, not this edition's", "其来源不是本版本的源文档"
    if not 0 <= span.start < span.end <= len(text):
        yield (
            f"its offsets {span.start}-{span.end} are not within 0-{len(text)}",
            f"偏移 {span.start}-{span.end} 不在 0-{len(text)} 之内",
        )
        return
    named = re.search(r"-(\d+)-(\d+)$", span.iri)
    if named is None or (int(named[1]), int(named[2])) != (span.start, span.end):
        yield (
            f"its name does not end in its offsets {span.start:04d}-{span.end:04d}",
            f"其名称不以偏移 {span.start:04d}-{span.end:04d} 结尾",
        )
    if span.selector != span.iri.replace("/id/span/", "/id/selector/"):
        yield "its selector is not named like it", "其选择器的名称与它不一致"
    found = sha256(text[span.start : span.end].encode()).hexdigest()
    if found != span.sha256:
        yield (
            f"the text there hashes to {found[:12]}…, not {span.sha256[:12] or 'nothing'}…",
            f"该处文本的摘要为 {found[:12]}…，而不是 {span.sha256[:12] or '空'}…",
        )
    yield from _misplaced(edition, span, layout)


def _misplaced(edition: Edition, span: Span, layout: Sequence[Paragraph]) -> Iterator[tuple[str, str]]:
    place = paragraph_at(span.start, layout)
    if place is None or span.end > place.end:
        yield "it crosses the edge of a paragraph", "它越过了段落边界"
        return
    order = edition.graph.value(span.section, "egov:order")
    if order != str(place.section):
        yield (
            f"it stands in section {place.section}, not in section {order or 'unknown'}",
            f"它位于第 {place.section} 节，而不是第 {order or '未知'} 节",
        )
    elif place.heading and place.heading not in edition.graph.values(span.section, "skos:prefLabel"):
        yield (
            f"{edition.short(span.section)} has no label like the heading of section {place.section}",
            f"{edition.short(span.section)} 没有与第 {place.section} 节标题相同的标签",
        )
    if span.paragraph != place.number:
        yield (
            f"it stands in paragraph {place.number} of its section, not {span.paragraph}",
            f"它位于该节第 {place.number} 段，而不是第 {span.paragraph} 段",
        )
