"""English names and pinyin of divisions."""

from __future__ import annotations

import pytest

from egov_kg.errors import SourceError
from egov_kg.ingest import names


@pytest.mark.parametrize(
    ("name", "level", "code", "expected"),
    [
        ("石家庄市", "prefecture", "130100", "Shijiazhuang City"),
        ("延安市", "prefecture", "610600", "Yan'an City"),
        ("吕梁市", "prefecture", "141100", "Lüliang City"),
        ("蓟县", "county", "120225", "Jixian County"),
        ("芒市", "county", "533103", "Mangshi City"),
        ("郊区", "county", "140311", "Jiaoqu District"),
        ("浦东新区", "county", "310115", "Pudong New Area"),
        ("清新区", "county", "441803", "Qingxin District"),
        ("井陉矿区", "county", "130107", "Jingxing Mining District"),
        ("神农架林区", "county", "429021", "Shennongjia Forestry District"),
        ("万柏林区", "county", "140109", "Wanbailin District"),
        ("六枝特区", "county", "520203", "Liuzhi Special District"),
        ("兴安盟", "prefecture", "152200", "Hinggan League"),
        ("兴安县", "county", "450325", "Xing'an County"),
        ("科尔沁左翼中旗", "county", "150521", "Horqin Left Wing Middle Banner"),
        ("巴林左旗", "county", "150422", "Bairin Left Banner"),
        ("鄂伦春自治旗", "county", "150723", "Oroqen Autonomous Banner"),
        ("内蒙古自治区", "province", "150000", "Inner Mongolia Autonomous Region"),
        ("广西壮族自治区", "province", "450000", "Guangxi Zhuang Autonomous Region"),
        ("西藏自治区", "province", "540000", "Xizang Autonomous Region"),
        ("巴音郭楞蒙古自治州", "prefecture", "652800", "Bayingolin Mongol Autonomous Prefecture"),
        ("克孜勒苏柯尔克孜自治州", "prefecture", "653000", "Kizilsu Kyrgyz Autonomous Prefecture"),
        ("喀什地区", "prefecture", "653100", "Kashgar Prefecture"),
        ("东乡族自治县", "county", "622926", "Dongxiang Autonomous County"),
        ("管城回族区", "county", "410104", "Guancheng Hui District"),
        ("长白朝鲜族自治县", "county", "220623", "Changbai Korean Autonomous County"),
        ("龙胜各族自治县", "county", "450328", "Longsheng Various Nationalities Autonomous County"),
        (
            "积石山保安族东乡族撒拉族自治县",
            "county",
            "622927",
            "Jishishan Bonan, Dongxiang and Salar Autonomous County",
        ),
        (
            "双江拉祜族佤族布朗族傣族自治县",
            "county",
            "530925",
            "Shuangjiang Lahu, Va, Blang and Dai Autonomous County",
        ),
    ],
)
def test_english(name: str, level: str, code: str, expected: str) -> None:
    assert names.english(name, level, code) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("长子县", "zhangzixian"),
        ("长治市", "changzhishi"),
        ("六安市", "luanshi"),
        ("六盘水市", "liupanshuishi"),
        ("台州市", "taizhoushi"),
        ("蚌埠市", "bengbushi"),
        ("亳州市", "bozhoushi"),
        ("番禺区", "panyuqu"),
        ("吐鲁番市", "tulufanshi"),
        ("蔚县", "yuxian"),
        ("尉氏县", "weishixian"),
        ("东阿县", "dongexian"),
        ("乐亭县", "laotingxian"),
        ("乐清市", "yueqingshi"),
        ("南乐县", "nanlexian"),
        ("繁峙县", "fanshixian"),
        ("浚县", "xunxian"),
        ("大城县", "daichengxian"),
        ("珲春市", "hunchunshi"),
        ("涡阳县", "guoyangxian"),
        ("漯河市", "luoheshi"),
    ],
)
def test_search_forms_have_the_place_name_reading(name: str, expected: str) -> None:
    assert names.search_forms(name) == (expected,)


def test_u_umlaut_can_be_searched_as_it_is_typed() -> None:
    assert names.search_forms("吕梁市") == ("lüliangshi", "lvliangshi")


def test_a_name_without_a_known_generic_part_is_refused() -> None:
    with pytest.raises(SourceError, match=r"generics\.csv"):
        names.english("某某镇", "county", "000000")
