"""The file of an index: the same bytes for the same things, and no more than the service needs."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from egov_kg.errors import ReleaseError
from egov_kg.match import index
from egov_kg.match.schema import VERSION, Role, connect
from support.names import read_turtle

TURTLE = """
eid:region\\/610000 a egov:Region ; rdfs:label "陕西省"@zh , "Shaanxi"@en ;
    skos:altLabel "陕西"@zh , "shanxisheng"@zh-Latn-pinyin ; skos:notation "CN-SN" .
eid:region\\/140000 a egov:Region ; rdfs:label "山西省"@zh , "Shanxi"@en .
eid:region\\/141100 a egov:Region ; rdfs:label "吕梁市"@zh , "Lüliang City"@en ; skos:hiddenLabel "Lvliang" .
"""


def keys(path: Path) -> set[tuple[int, str, str]]:
    """Role, key and the last part of the thing's IRI."""
    sql = "SELECT role, key, iri FROM keys JOIN things ON id = thing"
    database = connect(path)
    try:
        return {(role, key, iri.rpartition("/")[2]) for role, key, iri in database.execute(sql)}
    finally:
        database.close()


def test_the_same_things_make_the_same_bytes(tmp_path: Path) -> None:
    lines = TURTLE.strip().split("\n")
    known = read_turtle("\n".join(lines), tmp_path)
    index.write(known, tmp_path / "one")
    index.write(read_turtle(TURTLE, tmp_path), tmp_path / "two")
    index.write(known, tmp_path / "two")  # over what is there
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    random.Random(1).shuffle(known)
    index.write(known, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() != (tmp_path / "two").read_bytes()


def test_what_a_thing_is_found_by(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    index.write(read_turtle(TURTLE, tmp_path), path)
    assert keys(path) == {
        (Role.LABEL, "陕西省", "610000"),
        (Role.LABEL, "shaanxi", "610000"),
        (Role.ALTERNATIVE, "陕西", "610000"),
        (Role.CODE, "cn sn", "610000"),
        (Role.SOUND, "shanxisheng", "610000"),  # Shaanxi does not begin so
        (Role.SOUND, "shanxi", "610000"),
        (Role.INITIALS, "sxs", "610000"),
        (Role.INITIALS, "sx", "610000"),
        (Role.LABEL, "山西省", "140000"),
        (Role.LABEL, "shanxi", "140000"),
        (Role.SPELT, "shanxisheng", "140000"),
        (Role.INITIALS, "sxs", "140000"),
        (Role.LABEL, "吕梁市", "141100"),
        (Role.LABEL, "luliang city", "141100"),
        (Role.HIDDEN, "lvliang", "141100"),
        (Role.SOUND, "lvliangshi", "141100"),
        (Role.SPELT, "luliangshi", "141100"),
        (Role.INITIALS, "lls", "141100"),
    }


def test_it_opens_where_nothing_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%41"
    index.write(read_turtle(TURTLE, tmp_path), path)
    before = path.read_bytes()
    database = connect(path)
    try:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            database.execute("DELETE FROM keys")
    finally:
        database.close()
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a?b#c%41", "names.nq", "names.ttl"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="FTS5") as caught:
        index.write([], tmp_path / "nowhere" / "labels")
    assert "检索索引" in caught.value.detail_zh


def test_no_things(tmp_path: Path) -> None:
    index.write([], tmp_path / "labels")
    assert keys(tmp_path / "labels") == set()
