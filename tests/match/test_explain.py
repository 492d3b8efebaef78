"""Which name of a hit fits, and what of it."""

from __future__ import annotations

import pytest

from egov_kg.match.labels import LabelIndex
from support.names import open_index

TURTLE = """
eid:a\\/one rdfs:label "国家电子政务外网"@zh , "National E-Government Network"@en ;
    skos:altLabel "政务外网"@zh , "the ﬁnest Network"@en ; skos:notation "NET-01" .
eid:a\\/two rdfs:label "陝西省電子政務平台"@zh , "Xi'an’s Lüliang"@en .
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LabelIndex:
    return open_index(TURTLE, tmp_path_factory.mktemp("names"))


@pytest.mark.parametrize(
    ("text", "lang", "name", "spans"),
    [
        ("电子政务", "zh", "国家电子政务外网", ["电子政务"]),
        ("政务外", "zh", "政务外网", ["政务外"]),
        ("e gov", "en", "National E-Government Network", ["E", "Gov"]),
        ("network national", "en", "National E-Government Network", ["National", "Network"]),
        ("the fin", "en", "the ﬁnest Network", ["the ﬁn"]),
        ("the f", "en", "the ﬁnest Network", ["the ﬁ"]),
        ("net 0", "en", "NET-01", ["NET-0"]),
        ("陕西省", "zh", "陝西省電子政務平台", ["陝西省"]),
        ("dianzizhengwu", "zh", "陝西省電子政務平台", ["電子政務"]),
        ("shanxisheng", "zh", "陝西省電子政務平台", ["陝西省"]),
        ("sxsdz", "zh", "陝西省電子政務平台", ["陝西省電子"]),
        ("xian", "en", "Xi'an’s Lüliang", ["Xi'an"]),
        ("xians lu", "en", "Xi'an’s Lüliang", ["Xi'an’s Lü"]),
    ],
)
def test_the_name_and_the_spans(index: LabelIndex, text: str, lang: str, name: str, spans: list[str]) -> None:
    hits = index.search(text, lang="zh" if lang == "zh" else "en").hits
    found = next(hit.matched for hit in hits if hit.matched.text == name)
    assert [found.text[start:end] for start, end in found.spans] == spans


def test_the_language_of_choice(index: LabelIndex) -> None:
    for lang, text in (("zh", "国家电子政务外网"), ("en", "National E-Government Network")):
        (hit,) = index.search("国家 national", lang="zh" if lang == "zh" else "en").hits
        assert hit.matched.text == text


def test_a_code_says_so(index: LabelIndex) -> None:
    assert [hit.why for hit in index.search("NET-01").hits] == ["code"]
