"""Which things have a text for a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from egov_kg.match.called import Called, How
from egov_kg.match.labels import LabelIndex
from support.names import open_index

NAMES = """
eid:r\\/1 a egov:Region ; skos:prefLabel "恩施土家族苗族自治州"@zh ,
    "Enshi Tujia and Miao Autonomous Prefecture"@en ; skos:altLabel "Enshi State"@en ;
    skos:notation "422800" .
eid:r\\/2 a egov:Region ; skos:prefLabel "恩施市"@zh , "Enshi City"@en ;
    skos:altLabel "enshishi"@zh-Latn-pinyin .
eid:r\\/3 a egov:Region ; skos:prefLabel "恩施县政府"@zh , "Enshi County government"@en .
eid:r\\/4 a egov:Region ; skos:prefLabel "和县"@zh , "He County"@en .
eid:r\\/5 a egov:Region ; skos:prefLabel "新疆维吾尔自治区"@zh , "Xinjiang"@en ;
    skos:hiddenLabel "Sinkiang"@en .
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabelIndex]:
    """The index of a few names."""
    opened = open_index(NAMES, tmp_path_factory.mktemp("called"))
    yield opened
    opened.close()


def found(index: LabelIndex, text: str) -> dict[str, How]:
    """Last part of the IRI to how it is called so."""
    called = index.called(text)
    return {hit.iri.rpartition("/")[2]: called[hit.number].how for hit in index.things(called, "en")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("恩施市", {"2": "label"}),
        ("恩施", {"1": "stem", "2": "stem"}),
        ("Enshi", {"1": "stem", "2": "stem"}),
        ("enshi city", {"2": "label"}),
        ("ENSHI STATE", {"1": "other"}),
        ("422800", {"1": "code"}),
        ("eid:r/1", {"1": "code"}),
        ("enshishi", {"2": "sound"}),
        ("和", {}),
        ("he", {"4": "stem"}),
        ("新疆", {"5": "stem"}),
        ("Sinkiang", {"5": "other"}),
        ("恩", {}),
        ("恩施县", {}),
        ("", {}),
        ('"', {}),
    ],
)
def test_how(index: LabelIndex, text: str, expected: dict[str, How]) -> None:
    assert found(index, text) == expected


def test_to_the_letter(index: LabelIndex) -> None:
    for text, written in (("Enshi City", True), ("enshi city", False), ("恩施市", True)):
        assert list(index.called(text).values()) == [Called("label", written)]
