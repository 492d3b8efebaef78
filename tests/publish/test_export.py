"""Exports: every format, from the files of a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import NotFound, ReleaseError, UsageError
from egov_kg.publish.export import FORMATS, export, file_named, format_named, format_of
from egov_kg.release.build import build
from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from support.releases import publish
from support.sources import make_sources


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    root = tmp_path_factory.mktemp("export")
    return build(make_sources(root / "sources"), Settings(root / "home"), engine="shacl")


DUMPS = ["nt", "nq", "ttl", "trig", "jsonld", "rdfxml"]


def test_the_formats_are_those_of_the_command() -> None:
    names = [known.name for known in FORMATS]
    compressed = [f"{name}.{suffix}" for suffix in ("gz", "zst") for name in DUMPS]
    others = ["csv", "csvw", "parquet", "xlsx", "jsonstat-zh", "jsonstat-en", "cube", "schema", "croissant"]
    assert names == [*DUMPS, *compressed, *others]
    assert len({known.file for known in FORMATS}) == len(names)


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("report.ttl", "ttl"),
        ("report.ttl.gz", "ttl.gz"),
        ("report.nq.zst", "nq.zst"),
        ("report.rdf", "rdfxml"),
        ("report.rdfxml.gz", "rdfxml.gz"),
        ("cube.ttl", "cube"),
        ("schema.jsonld", "schema"),
        ("croissant.jsonld", "croissant"),
        ("x.jsonld", "jsonld"),
        ("x.en.jsonstat.json", "jsonstat-en"),
        ("x.csv-metadata.json", "csvw"),
        ("x.xlsx", "xlsx"),
        ("x.json", None),
        ("x.gz", None),
        ("ttl", None),
    ],
)
def test_a_file_name_stands_for_a_format(file_name: str, name: str | None) -> None:
    found = format_of(file_name)
    assert (found.name if found else None) == name


def test_a_file_of_a_release_has_its_content_type() -> None:
    for file, content_type in (
        ("graph.ttl", "text/turtle; charset=utf-8"),
        ("graph.ttl.gz", "application/gzip"),
        ("graph.nq.zst", "application/zstd"),
        ("observations.csv", "text/csv; charset=utf-8"),
        ("observations.csv-metadata.json", "application/csvm+json"),
    ):
        assert file_named(file).content_type == content_type
    with pytest.raises(NotFound, match=r"manifest\.json"):
        file_named("manifest.json")


@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_an_export_is_the_file_in_bounded_pieces(name: str, release: Release) -> None:
    pieces = list(export(release, name))
    assert b"".join(pieces) == (release.path / format_named(name).file).read_bytes()
    assert all(0 < len(piece) <= 256 * 1024 for piece in pieces)


def test_an_unknown_format_is_named_with_those_known(release: Release) -> None:
    with pytest.raises(UsageError, match=r"'docx'; known are nt, nq") as caught:
        export(release, "docx")
    assert "docx" in caught.value.detail_zh


def test_a_file_that_is_gone_is_an_error_before_the_first_byte(tmp_path: Path) -> None:
    release = publish(tmp_path, "<urn:a> <urn:b> <urn:c> .")
    with pytest.raises(ReleaseError, match=r"graph\.ttl"):
        export(release, "ttl")
