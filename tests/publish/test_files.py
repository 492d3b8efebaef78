"""The files of a release together: what fits no table is refused, by the rules where they say more."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import ReleaseError, ValidationFailed
from egov_kg.publish.export import FORMATS
from egov_kg.publish.files import DUMPS, facts
from egov_kg.release.build import build
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings
from support.sources import EDITION, make_sources, observation, turtle

MISFIT = "    egov:lowerBound 'a lot' ; egov:lowerInclusive false ;\n"


def build_with(root: Path, body: str) -> Release:
    sources = make_sources(root / "sources")
    (sources.data / EDITION / "more.ttl").write_text(turtle(body), encoding="utf-8")
    return build(sources, Settings(root / "home"), engine="shacl")


def test_every_file_of_the_formats_is_in_the_manifest(own: Release) -> None:
    files = own.manifest["files"]
    assert {known.file for known in FORMATS} <= set(files)
    for name, found in facts(own.path).items():
        assert files[name] == {"sha256": found.sha256, "bytes": found.size}
    assert {known.file for known in FORMATS if not known.syntax} == set(facts(own.path))
    assert all(known.syntax and not known.compression for known in DUMPS)


def test_what_breaks_a_rule_and_fits_no_table_gets_the_report(tmp_path: Path) -> None:
    body = observation("odd", "5", extra=MISFIT) + observation("silent", "6", None)
    with pytest.raises(ValidationFailed) as caught:
        build_with(tmp_path, body)
    assert "observation/silent" in str(caught.value.extra["report"])
    assert Registry(tmp_path / "home").all() == []


def test_what_fits_no_table_is_named_where_no_rule_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"observation/odd> has 'a lot' for lower"):
        build_with(tmp_path, observation("odd", "5", extra=MISFIT))
    assert Registry(tmp_path / "home").all() == []


def test_a_release_without_observations_has_every_file(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    (sources.data / EDITION / "observations.ttl").unlink()
    release = build(sources, Settings(tmp_path / "home"), engine="shacl")
    release.verify()
    for known in FORMATS:
        assert (release.path / known.file).is_file()
