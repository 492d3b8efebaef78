"""The data path, from source files to a published release: read `build` from top to bottom."""

from __future__ import annotations

import shutil

from egov_kg.errors import NotFound, ReleaseError, WritesLost
from egov_kg.release.audit import Audit
from egov_kg.release.authored import kept_imports, read_authored
from egov_kg.release.compile import STEPS, Content, derive_content, write_release
from egov_kg.release.disk import writing_to
from egov_kg.release.registry import Registry, Release
from egov_kg.release.sources import read_sources
from egov_kg.release.steps import WAITING, Progress, Steps
from egov_kg.resources import Sources
from egov_kg.settings import Settings

__all__ = ["WAITING", "Progress", "build"]


def build(
    sources: Sources,
    settings: Settings,
    *,
    engine: str = "pyshacl",
    progress: Progress | None = None,
    discard_writes: bool = False,
) -> Release:
    """Compile the sources into a release and make it the current one.

    The imports of the current release stay: they are no sources, and no write either.

    Nothing is published unless every step succeeds; until the last one the current release stays what it is,
    and a build that is killed leaves only a folder that the next one removes.

    Args:
        sources: what to compile.
        settings: where the releases are, and which graphs are in staging.
        engine: the SHACL engine, `pyshacl` or `shacl`.
        progress: is told of each step.
        discard_writes: build although the current release has writes that the sources lack.

    Raises:
        SourceError: a source file, rule or shape that does not parse, with file, line and column.
        ValidationFailed: the data break a rule; `extra["report"]` has the report.
        WritesLost: the current release has writes that the sources lack.
        ReleaseError: the release cannot be written.
    """
    registry = Registry(settings.home)
    steps = Steps(progress, STEPS + 2)
    with registry.lock(on_wait=lambda: steps.tell(*WAITING)):
        folder = registry.new_folder()
        try:
            with writing_to(settings.home):
                scratch = folder / "scratch"
                scratch.mkdir()
                steps.next("Reading the sources", "读取源文件")
                said = read_sources(sources)
                content = derive_content(
                    {**kept_imports(registry), **said.lines},
                    sources,
                    scratch,
                    steps,
                    staging=settings.staging,
                    origins=said.origins,
                )
                if not discard_writes:
                    _require_writes(registry, content)
                write_release(content, sources, folder, engine, steps)
                steps.next("Publishing", "发布")
                return registry.publish(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _require_writes(registry: Registry, content: Content) -> None:
    """Refuse sources that lack what was written since the last build.

    Raises:
        WritesLost: with the commands that show the writes and carry them over.
    """
    try:
        current = registry.current()
    except NotFound:
        return
    except ReleaseError:
        moments = registry.history()
        if moments and Audit(registry.home).knows(moments[-1].release):
            raise _refusal(moments[-1].release, "RELEASE", None) from None
        return
    if current.id not in (content.id, current.built) and (lost := _lost(registry, current, content)) != 0:
        raise _refusal(current.id, current.built, lost)


def _refusal(current: str, built: str, lost: int | None) -> WritesLost:
    many_en = "" if lost is None else f"{lost:,} triples, added or removed, "
    many_zh = "若干" if lost is None else f" {lost:,} 个"
    see = f"egov-kg diff {built} {current}"
    return WritesLost(
        f"The current release {current} has writes that the sources lack ({many_en}since the build {built}), "
        f"and this build would drop them. `{see}` shows them; carry them over into data/ttl (`{see} --format "
        "patch` gives them as RDF) and build again, or drop them with `egov-kg build --discard-writes`. The "
        "releases with them stay in any case.",
        f"当前版本 {current} 含有来源中没有的写入（自构建 {built} 以来增删了{many_zh}三元组），"
        f"此次构建会丢弃它们。用 `{see}` 查看；可将其并入 data/ttl（`{see} --format patch` 以 RDF 给出）"
        "后重新构建，或用 `egov-kg build --discard-writes` 丢弃。含有这些写入的版本均会保留。",
        release=current,
        built=built,
    )


def _lost(registry: Registry, current: Release, content: Content) -> int | None:
    """How many triples that were added or removed since the last build the sources do not know of.

    None where that build is no longer there to compare with.
    """
    try:
        built = read_authored(registry.get(current.built))
        written = read_authored(current)
    except (NotFound, ReleaseError):
        return None
    lost = 0
    for graph in {*built, *written}:
        old, new = {*built.get(graph, ())}, {*written.get(graph, ())}
        here = {*content.authored.get(graph, ())}
        lost += len(new - old - here) + len((old - new) & here)
    return lost
