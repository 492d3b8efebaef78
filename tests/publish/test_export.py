"""Exports: every format, from the files of a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import ReleaseError, UsageError
from egov_kg.publish.export import FORMATS, export, format_named
from egov_kg.release.build import build
from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from support.releases import publish
from support.sources import make_sources


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    root = tmp_path_factory.mktemp("export")
    return build(make_sources(root / "sources"), Settings(root / "home"), engine="shacl")


def test_the_formats_are_those_of_the_command() -> None:
    names = [known.name for known in FORMATS]
    assert names == ["nt", "nq", "ttl", "trig", "jsonld", "rdfxml", "csv", "parquet"]
    assert len({known.file for known in FORMATS}) == len(names)


@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_an_export_is_the_file_in_bounded_pieces(name: str, release: Release) -> None:
    pieces = list(export(release, name))
    assert b"".join(pieces) == (release.path / format_named(name).file).read_bytes()
    assert all(0 < len(piece) <= 256 * 1024 for piece in pieces)


def test_an_unknown_format_is_named_with_those_known(release: Release) -> None:
    with pytest.raises(UsageError, match=r"'xlsx'; known are nt, nq") as caught:
        export(release, "xlsx")
    assert "xlsx" in caught.value.detail_zh


def test_a_file_that_is_gone_is_an_error_before_the_first_byte(tmp_path: Path) -> None:
    release = publish(tmp_path, "<urn:a> <urn:b> <urn:c> .")
    with pytest.raises(ReleaseError, match=r"graph\.ttl"):
        export(release, "ttl")
