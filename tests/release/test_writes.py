"""Writes: a new release or nothing at all; who may write where; builds that do not drop what was written."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg.errors import (
    EgovError,
    PreconditionFailed,
    QuerySyntaxError,
    ReleaseError,
    ServiceBusy,
    UsageError,
    ValidationFailed,
    WriteForbidden,
    WritesLost,
)
from egov_kg.match.labels import LabelIndex
from egov_kg.release import writes
from egov_kg.release.audit import Attempt, Audit
from egov_kg.release.build import build
from egov_kg.release.diff import diff
from egov_kg.release.registry import CATALOGUE, DERIVED, Registry, Release
from egov_kg.release.writes import Author, ReleaseWriter
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Document, GraphChange, Update
from egov_kg.store.snapshot import Snapshot
from support.sources import EDITION, make_sources, observation, turtle

GRAPHS = "https://w3id.org/egov-kg/graph/"
NOTES = f"{GRAPHS}notes"
REPORT = f"{GRAPHS}{EDITION}"
AUTHOR = Author("12345678", "editor", (f"{GRAPHS}*", "urn:*"), "192.0.2.1", "q1")
INSERT = f'INSERT DATA {{ GRAPH <{NOTES}> {{ <urn:a> <urn:p> "%s" }} }}'
BAD = GraphChange("post", NOTES, (Document(turtle(observation("bad", "5", None)).encode(), "text/turtle"),))


@pytest.fixture
def settings(small_home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(small_home, tmp_path / "home", symlinks=True)
    return Settings(tmp_path / "home")


@pytest.fixture
def writer(settings: Settings, small_sources: Sources) -> ReleaseWriter:
    return ReleaseWriter(settings, small_sources)


def current(settings: Settings) -> Release:
    return Registry(settings.home).current()


def attempts(settings: Settings) -> list[Attempt]:
    return list(Audit(settings.home).attempts())


def state(settings: Settings) -> list[tuple[str, int]]:
    """Every file of every release, and which of them is current."""
    files = sorted(path for path in settings.releases.rglob("*") if path.is_file())
    return [(str(path), path.stat().st_ino) for path in files] + [(current(settings).id, 0)]


def test_a_write_is_a_new_release(writer: ReleaseWriter, settings: Settings) -> None:
    before = current(settings)
    text = INSERT % "one"
    written = writer.write(Update(text), AUTHOR)
    after = current(settings)
    assert (written.before, written.release) == (before.id, after.id)
    assert before.id != after.id
    assert written.graphs == {NOTES: (1, 0)}
    after.verify()
    before.verify()
    line = f'<urn:a> <urn:p> "one" <{NOTES}> .\n'
    for name in ("graph.nq", "authored.nq"):
        assert line in (after.path / name).read_text()
    assert diff(before, after).added == (line,)
    assert diff(before, after).removed == ()
    with Snapshot.open(after.store, after.dataset) as store:
        assert store.ask('ASK { <urn:a> <urn:p> "one" }')
    made = after.write
    assert made is not None
    assert made["who"] == {"token": "12345678", "name": "editor"}
    assert (made["base"], made["request_id"]) == (before.id, "q1")
    assert "192.0.2.1" not in str(made)
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert made["what"] == {"kind": "update", "graphs": {NOTES: [1, 0]}, "sha256": digest}
    assert (before.write, before.built, after.built) == (None, before.id, before.id)
    (logged,) = attempts(settings)
    assert (logged.outcome, logged.before, logged.release) == ("accepted", before.id, after.id)
    assert (logged.token, logged.what, logged.sha256) == ("12345678", text, digest)
    assert not (settings.home / "building").exists()
    assert [moment.release for moment in Registry(settings.home).history()] == [before.id, after.id]


def test_what_is_written_can_be_searched_for(writer: ReleaseWriter, settings: Settings) -> None:
    before = current(settings)
    text = f"""INSERT DATA {{ GRAPH <{NOTES}> {{
        <urn:new> <http://www.w3.org/2000/01/rdf-schema#label> "新事物"@zh , "new thing"@en }} }}"""
    writer.write(Update(text), AUTHOR)
    for release, expected in ((before, []), (current(settings), ["urn:new"])):
        assert release.labels is not None
        index = LabelIndex.open(release.labels)
        for wanted in ("新事物", "xinshiwu", "new th"):
            assert [hit.iri for hit in index.search(wanted).hits] == expected
        index.close()


def test_what_is_derived_and_described_follows(writer: ReleaseWriter, settings: Settings) -> None:
    before = current(settings)
    thing = "https://w3id.org/egov-kg/id/observation/exact"
    written = writer.write(Update(f"DELETE WHERE {{ GRAPH <{REPORT}> {{ <{thing}> ?p ?o }} }}"), AUTHOR)
    after = current(settings)
    assert set(written.graphs) == {REPORT}
    assert after.graphs[DERIVED] < before.graphs[DERIVED]
    assert after.graphs[REPORT] == before.graphs[REPORT] - written.graphs[REPORT][1]
    assert thing in (before.path / "observations.csv").read_text()
    assert thing not in (after.path / "observations.csv").read_text()
    size = f'<{REPORT}> <http://rdfs.org/ns/void#triples> "{after.graphs[REPORT]}"'
    assert size in after.nquads.read_text()


def test_a_write_that_changes_nothing_makes_no_release(writer: ReleaseWriter, settings: Settings) -> None:
    before = state(settings)
    written = writer.write(Update(f"DELETE DATA {{ GRAPH <{NOTES}> {{ <urn:a> <urn:p> 1 }} }}"), AUTHOR)
    assert written.before == written.release == current(settings).id
    assert written.graphs == {}
    assert state(settings) == before
    assert attempts(settings)[0].outcome == "unchanged"


def test_a_write_back_leads_to_the_release_that_is_there(writer: ReleaseWriter, settings: Settings) -> None:
    first = current(settings)
    files = state(settings)
    writer.write(Update(INSERT % "one"), AUTHOR)
    written = writer.write(Update(f"DROP GRAPH <{NOTES}>"), AUTHOR)
    assert written.release == first.id == current(settings).id
    assert set(files) <= set(state(settings))
    assert first.write is None


@pytest.mark.parametrize(
    "text", ["INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> } }", "DROP GRAPH <urn:gone>"]
)
def test_a_bad_update_is_refused_and_logged(text: str, writer: ReleaseWriter, settings: Settings) -> None:
    before = state(settings)
    with pytest.raises((QuerySyntaxError, UsageError)):
        writer.write(Update(f"{INSERT % 'one'} ; {text}"), AUTHOR)
    assert state(settings) == before
    assert attempts(settings)[0].outcome == "refused"


def test_data_that_break_a_rule_are_refused_with_the_report(
    writer: ReleaseWriter, settings: Settings
) -> None:
    before = state(settings)
    with pytest.raises(ValidationFailed, match="observation-qualifier") as caught:
        writer.write(BAD, AUTHOR)
    extra = caught.value.extra
    assert "observation/bad" in extra["report"]
    assert "观测值" in extra["report_zh"]
    (result,) = extra["results"]
    assert result["focusNode"].endswith("/observation/bad")
    assert result["sourceShape"].endswith("/shape/observation-qualifier")
    assert state(settings) == before
    (logged,) = attempts(settings)
    assert (logged.outcome, logged.error, logged.what) == ("refused", "validation-failed", NOTES)


@pytest.mark.parametrize(
    "text",
    [
        f"DELETE WHERE {{ GRAPH <{DERIVED}> {{ ?s ?p ?o }} }}",
        f"INSERT DATA {{ GRAPH <{DERIVED}> {{ <urn:a> <urn:p> 1 }} }}",
        "DROP ALL",
        f"{INSERT % 'one'} ; INSERT DATA {{ GRAPH <http://example.org/other> {{ <urn:a> <urn:p> 1 }} }}",
    ],
)
def test_what_the_token_does_not_reach_stays(text: str, writer: ReleaseWriter, settings: Settings) -> None:
    before = state(settings)
    with pytest.raises(WriteForbidden) as caught:
        writer.write(Update(text), AUTHOR)
    assert caught.value.status == 403
    assert caught.value.detail_zh
    assert state(settings) == before
    assert attempts(settings)[0].outcome == "forbidden"


def test_a_token_for_one_graph_writes_there_and_nowhere_else(
    writer: ReleaseWriter, settings: Settings
) -> None:
    narrow = replace(AUTHOR, graphs=(NOTES,))
    writer.write(Update(INSERT % "one"), narrow)
    with pytest.raises(WriteForbidden, match="notes-2"):
        writer.write(Update((INSERT % "two").replace("/notes", "/notes-2")), narrow)


@pytest.mark.parametrize("form", ["{}", '"{}"', 'W/"{}"', 'W/"{}-0123456789abcdef"', "*"])
def test_if_match_names_the_current_release(form: str, writer: ReleaseWriter, settings: Settings) -> None:
    nothing = Update("DELETE DATA {}")
    writer.write(nothing, AUTHOR, if_match=frozenset(('"r000000000000"', form.format(current(settings).id))))


@pytest.mark.parametrize("tag", ["r000000000000", '"abc"', "", 'W/"r0000000000000"'])
def test_if_match_of_another_release_changes_nothing(
    tag: str, writer: ReleaseWriter, settings: Settings
) -> None:
    before = state(settings)
    with pytest.raises(PreconditionFailed) as caught:
        writer.write(Update(INSERT % "one"), AUTHOR, if_match=frozenset((tag,)))
    assert caught.value.extra["release"] == current(settings).id
    assert state(settings) == before
    assert attempts(settings)[0].outcome == "conflict"


def test_graphs_are_put_and_deleted(writer: ReleaseWriter, settings: Settings) -> None:
    foreign = "urn:example:a-graph"
    put = GraphChange("put", foreign, (Document(b"<urn:a> <urn:p> [ <urn:q> 1 ] .", "text/turtle"),))
    written = writer.write(put, AUTHOR)
    assert written.created
    assert written.graphs == {foreign: (2, 0)}
    assert current(settings).graphs[foreign] == 2
    text = (current(settings).path / "authored.nq").read_text()
    assert "<https://w3id.org/egov-kg/id/genid/" in text
    assert f"<{foreign}> <http://rdfs.org/ns/void#triples>" in current(settings).nquads.read_text()
    again = writer.write(replace(put, documents=(Document(b"<urn:a> <urn:p> 2 .", "text/turtle"),)), AUTHOR)
    assert not again.created
    assert again.graphs == {foreign: (1, 2)}
    assert writer.write(GraphChange("delete", foreign), AUTHOR).graphs == {foreign: (0, 1)}
    assert foreign not in current(settings).graphs


def test_load_does_not_reach_what_is_private(writer: ReleaseWriter, settings: Settings) -> None:
    before = state(settings)
    with pytest.raises(EgovError):
        writer.write(Update(f"LOAD <http://127.0.0.1:9/x> INTO GRAPH <{NOTES}>"), AUTHOR)
    assert state(settings) == before


def test_staging_is_published_but_neither_validated_nor_asked_by_default(
    settings: Settings, small_sources: Sources
) -> None:
    staged = ReleaseWriter(replace(settings, staging=(NOTES,)), small_sources)
    built = current(settings)
    staged.write(BAD, AUTHOR)
    release = current(settings)
    assert release.manifest["staging"] == [NOTES]
    assert release.graphs[DERIVED] == built.graphs[DERIVED]
    assert NOTES not in release.dataset.default_graphs
    bad = "https://w3id.org/egov-kg/id/observation/bad"
    assert bad in release.nquads.read_text()
    assert f"<{NOTES}> <http://rdfs.org/ns/void#triples>" in release.nquads.read_text()
    for name in ("graph.nt", "observations.csv"):
        assert bad not in (release.path / name).read_text()
    assert release.labels is not None
    index = LabelIndex.open(release.labels)
    assert bad not in {hit.iri for hit in index.search("", limit=100).hits}
    index.close()
    with Snapshot.open(release.store, release.dataset) as store:
        assert not store.ask(f"ASK {{ <{bad}> ?p ?o }}")
        assert store.ask(f"ASK {{ GRAPH <{NOTES}> {{ <{bad}> ?p ?o }} }}")
    # Without the exemption, what is there has to conform.
    with pytest.raises(ValidationFailed):
        ReleaseWriter(settings, small_sources).write(Update(INSERT % "one"), AUTHOR)
    assert current(settings) == release


@pytest.mark.parametrize("graph", [DERIVED, CATALOGUE])
def test_what_is_computed_cannot_be_in_staging(
    graph: str, settings: Settings, small_sources: Sources
) -> None:
    with pytest.raises(UsageError, match="EGOV_KG_STAGING"):
        ReleaseWriter(replace(settings, staging=(graph,)), small_sources).write(
            Update(INSERT % "one"), AUTHOR
        )


def test_a_write_does_not_wait_for_ever(
    writer: ReleaseWriter, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "WAIT_SECONDS", 0.1)
    with Registry(settings.home).lock(), pytest.raises(ServiceBusy) as caught:
        writer.write(Update(INSERT % "one"), AUTHOR)
    assert caught.value.extra["retry_after"] > 0
    assert attempts(settings)[0].outcome == "failed"
    writer.write(Update(INSERT % "one"), AUTHOR)


def test_nothing_is_written_that_cannot_be_logged(writer: ReleaseWriter, settings: Settings) -> None:
    before = state(settings)
    (settings.home / "audit.jsonl").mkdir()
    with pytest.raises(ReleaseError, match=r"audit\.jsonl"):
        writer.write(Update(INSERT % "one"), AUTHOR)
    assert state(settings) == before


def test_a_write_that_a_crash_kept_from_the_log_is_logged_by_the_next(
    writer: ReleaseWriter, settings: Settings, small_sources: Sources
) -> None:
    writer.write(Update(INSERT % "one"), AUTHOR)
    (settings.home / "audit.jsonl").unlink()
    written = ReleaseWriter(settings, small_sources).write(Update(INSERT % "two"), AUTHOR)
    first, second = attempts(settings)
    assert (first.release, first.outcome, first.name) == (written.before, "accepted", "editor")
    assert second.release == written.release


def test_a_build_refuses_to_drop_what_was_written(
    writer: ReleaseWriter, tmp_path: Path, small_home: Path
) -> None:
    sources, settings = make_sources(tmp_path / "sources"), Settings(tmp_path / "home")
    first = current(settings)
    assert build(sources, settings, engine="shacl") == first
    ReleaseWriter(settings, sources).write(Update(INSERT % "one"), AUTHOR)
    written = current(settings)
    with pytest.raises(WritesLost, match="--discard-writes") as caught:
        build(sources, settings, engine="shacl")
    assert f"egov-kg diff {first.id} {written.id}" in caught.value.detail
    assert "--discard-writes" in caught.value.detail_zh
    assert current(settings) == written
    # Carried over into the sources, with something else that is new, it is there to stay.
    notes = sources.data / "notes.ttl"
    notes.write_text('<urn:a> <urn:p> "one" , "more" .')
    carried = build(sources, settings, engine="shacl")
    assert (carried.write, carried.built) == (None, carried.id)
    # From then on it is the sources' again, and can be taken out of them.
    notes.unlink()
    assert build(sources, settings, engine="shacl").id == first.id
    ReleaseWriter(settings, sources).write(Update(INSERT % "one"), AUTHOR)
    assert build(sources, settings, engine="shacl", discard_writes=True).id == first.id
    assert written.id in {release.id for release in Registry(settings.home).all()}


def test_a_build_of_what_was_written_is_a_build(writer: ReleaseWriter, tmp_path: Path) -> None:
    sources, settings = make_sources(tmp_path / "sources"), Settings(tmp_path / "home")
    ReleaseWriter(settings, sources).write(Update(INSERT % "one"), AUTHOR)
    written = current(settings)
    (sources.data / "notes.ttl").write_text('<urn:a> <urn:p> "one" .')
    again = build(sources, settings, engine="shacl")
    assert again.id == written.id
    assert (again.write, again.built) == (None, again.id)
    (sources.data / "notes.ttl").unlink()
    assert build(sources, settings, engine="shacl").id == written.built


def test_a_build_does_not_drop_writes_that_it_cannot_read(
    writer: ReleaseWriter, settings: Settings, small_sources: Sources
) -> None:
    writer.write(Update(INSERT % "one"), AUTHOR)
    (current(settings).path / "manifest.json").write_text("{}")
    with pytest.raises(WritesLost):
        build(small_sources, settings, engine="shacl")
    assert build(small_sources, settings, engine="shacl", discard_writes=True).write is None
