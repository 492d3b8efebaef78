"""Measure the search index: what it takes to make it, how fast it answers, what a mistyped name finds.

Run it from the checkout's environment::

    .venv/bin/python benchmarks/search.py [--names 100000] [--alternatives]

The things are those of a release of the project's own data, which is built first, and as many more like them
as make up the number of names: observations of other regions, statements, regions of made-up names. What is
made up is the same in every run. `--alternatives` compares ways to look for a part of a name: tokens of one
or two characters, trigrams, and reading every name. All times are of the processor: other work of the machine
counts less than in time waited.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from egov_kg.match import index, pinyin, things
from egov_kg.match.fold import Folding, characters, is_wide
from egov_kg.match.kinds import KINDS
from egov_kg.match.labels import LabelIndex
from egov_kg.match.things import Name, Thing
from egov_kg.release.build import build
from egov_kg.release.registry import Registry
from egov_kg.resources import find_sources
from egov_kg.settings import Settings
from egov_kg.store.snapshot import Snapshot

FOUND = (
    *("市", "政", "陕西", "西安", "政务外网", "政务外网覆盖率", "电子政务 陕西", "陝西", "地巿", "工信部"),
    *("s", "sh", "shan", "coverage", "extranet county", "extranet coverage shaanxi", "county", "93", "MIIT"),
    *("shanxi", "zhengwu", "zhengwuwaiwang", "xinxihua", "gxb", "6100", "610000", "eid:region/61", ""),
)
SUGGESTED = (
    "陕",
    "陕西",
    "政务外网覆盖",
    "覆盖率",
    "s",
    "sh",
    "sha",
    "shaa",
    "cov",
    "extranet c",
    "zhengwuw",
    "61",
)
LOST = (
    "Shaanxxi",
    "extranet coverge",
    "mnistry of industry",
    "工信布",
    "电子征务外网",
    "覆盖律",
    "重青市",
    "xx yy zz",
)
REPEAT = 15


def scaled(known: Sequence[Thing], names: int, seed: int = 1) -> list[Thing]:
    """The things of a release, and as many more like them as make up a number of names."""
    dice = random.Random(seed)
    kinds = {kind.name: kind for kind in KINDS}
    labelled = [thing for thing in known if thing.label("zh") and thing.label("en")]
    by_kind = {name: [thing for thing in labelled if thing.kind.name == name] for name in kinds}
    figures = [thing for thing in by_kind["observation"] if "qualifier" in thing.facts]
    found = {thing.iri: thing for thing in known}
    count = sum(len(thing.names) for thing in known)
    while count < names:
        region, other = dice.choice(by_kind["region"]), dice.choice(by_kind["region"])
        subject = dice.choice(by_kind["platform"] + by_kind["entity"])
        measure, figure = dice.choice(by_kind["indicator"]), dice.choice(figures)
        share, value = dice.random(), dice.randint(1, 99)
        if share < 0.6:
            kind, like = "observation", figure
            zh = f"{measure.label('zh')}：{value}%（{subject.label('zh')}，{region.label('zh')}）"
            en = f"{measure.label('en')}: {value}% ({subject.label('en')}, {region.label('en')})"
        elif share < 0.8:
            kind, like = "statement", dice.choice(by_kind["statement"])
            zh = f"{region.label('zh')}{subject.label('zh')}"
            en = f"{subject.label('en')} of {region.label('en')}"
        else:
            kind, like = "region", region
            zh = f"{other.label('zh')[:2]}{region.label('zh')}"
            en = f"{other.label('en').split()[0]} {region.label('en')}"
        iri = f"https://w3id.org/egov-kg/id/{kind}/made-up-{len(found):07d}"
        thing = found[iri] = Thing(iri, {Name(0, "zh", zh), Name(0, "en", en)}, dict(like.facts))
        thing.kind, thing.rank = kinds[kind], like.rank
        if kind == "region":
            thing.names |= {Name(1, "zh", zh[:-1]), Name(3, "", f"{len(found):06d}")}
        count += len(thing.names)
    return sorted(found.values(), key=lambda thing: (thing.rank, thing.iri))


def timed(work: Callable[[], object], repeat: int = REPEAT) -> float:
    """Milliseconds of the processor, the median."""
    taken = []
    for _ in range(repeat):
        began = time.thread_time()
        work()
        taken.append(time.thread_time() - began)
    return statistics.median(taken) * 1000


def fetched(database: sqlite3.Connection, sql: str, values: tuple[str]) -> list[tuple[int]]:
    """Every row."""
    return database.execute(sql, values).fetchall()


def asked(index_: LabelIndex) -> None:
    """Print what each kind of request takes."""
    kinds: tuple[tuple[str, Sequence[str], Callable[[str], object]], ...] = (
        ("search", FOUND, lambda text: index_.search(text)),
        ("suggest", SUGGESTED, lambda text: index_.suggest(text)),
        ("nearest", LOST, lambda text: index_.nearest(text)),
    )
    for name, texts, ask in kinds:
        taken = {text: timed(partial(ask, text)) for text in texts}
        slowest = sorted(taken, key=lambda text: -taken[text])[:4]
        values = sorted(taken.values())
        middle, high = statistics.median(values), values[int(len(values) * 0.95)]
        listed = ", ".join(f"{text!r} {taken[text]:.1f}" for text in slowest)
        print(f"{name:9} p50 {middle:6.2f} ms   p95 {high:6.2f} ms   slowest: {listed}")


def mistyped(known: Sequence[Thing], index_: LabelIndex, seed: int = 2) -> None:
    """Print how often a name with one mistake finds its thing, by kind of mistake."""
    dice = random.Random(seed)
    names = sorted(
        {
            (name.text, thing.iri)
            for thing in known
            for name in thing.names
            if name.role in (0, 1) and name.spoken in ("zh", "en") and 2 <= len(name.text) <= 40
        }
    )
    for kind, wide in (
        ("swap", False),
        ("drop", False),
        ("double", False),
        ("replace", False),
        ("replace", True),
        ("sound", True),
    ):
        tried = first = ten = 0
        while tried < 300:
            text, iri = dice.choice(names)
            if is_wide(text[0]) is not wide:
                continue
            wrong = damaged(text, kind, wide, dice)
            if wrong.casefold() == text.casefold() or index_.search(wrong).unfiltered:
                continue  # it is a name by itself, or begins one
            tried += 1
            hits = [hit.iri for hit in index_.nearest(wrong, limit=10)]
            first += hits[:1] == [iri]
            ten += iri in hits
        language = "Chinese" if wide else "English"
        print(f"{language}, {kind:8} first {first / tried:6.1%}   among ten {ten / tried:6.1%}")


def damaged(text: str, kind: str, wide: bool, dice: random.Random) -> str:
    """A text with one mistake."""
    at = dice.randrange(len(text) - 1)
    if kind == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == "drop":
        return text[:at] + text[at + 1 :]
    if kind == "double":
        return text[:at] + text[at] + text[at:]
    if kind == "sound":
        readings = pinyin.readings()
        sound = readings.get(text[at], "").partition(" ")[0]
        return (
            text[:at]
            + dice.choice([one for one, some in readings.items() if some == sound] or [""])
            + text[at + 1 :]
        )
    other = chr(dice.randrange(0x4E00, 0x9FA5)) if wide else dice.choice("abcdefghijklmnopqrstuvwxyz")
    return text[:at] + other + text[at + 1 :]


def made(known: Sequence[Thing], target: Path) -> None:
    """Print what it takes to make the index, in a process of its own."""
    with get_context("fork").Pool(1) as pool:
        seconds, memory = pool.apply(_make, (known, target))
    size = target.stat().st_size
    print(f"made in {seconds:.2f} s with {memory:.0f} MB more; {size / 1e6:.1f} MB on disk")


def _make(known: Sequence[Thing], target: Path) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    index.write(known, target)
    taken = time.process_time() - began
    return taken, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def alternatives(known: Sequence[Thing], folder: Path) -> None:
    """Print what other ways to look for a part of a name take: everything that fits, and the first ten."""
    folding = Folding(characters())
    rows = [(number, [name.text for name in sorted(thing.names)]) for number, thing in enumerate(known)]

    def pairs(text: str) -> Iterator[str]:
        words = folding.words(text)
        for one, other in zip(words, [*words[1:], ""], strict=True):
            yield one + other if is_wide(one) and other and is_wide(other) else one

    def pairs_asked(text: str) -> str:
        found = list(pairs(text))
        if len(found) > 1 and len(found[-1]) == 1 and is_wide(found[-1]):
            found.pop()
        return f'"{" ".join(found)}" *'

    full_text = "SELECT rowid FROM tried WHERE tried MATCH ? ORDER BY rowid"
    ways: dict[str, tuple[str, Callable[[str], str], str, Callable[[str], str]]] = {
        "one character": (
            *(
                "fts5(parts, content='', columnsize=0, tokenize='ascii')",
                lambda text: " ".join(folding.words(text)),
            ),
            *(full_text, lambda text: f'"{" ".join(folding.words(text))}" *'),
        ),
        "pairs": (
            *("fts5(parts, content='', columnsize=0, tokenize='ascii')", lambda text: " ".join(pairs(text))),
            *(full_text, pairs_asked),
        ),
        "trigrams": (
            *("fts5(parts, content='', columnsize=0, tokenize='trigram')", folding.fold),
            *(full_text, lambda text: f'"{folding.fold(text)}"'),
        ),
        "every name": (
            *("", folding.fold),
            *("SELECT id FROM tried WHERE instr(parts, ?) ORDER BY id", folding.fold),
        ),
    }
    texts = ("市", "陕西", "覆盖率", "政务外网", "政务外网覆盖率", "s", "cov", "coverage", "extranet cov")
    print(f"\n{'':16}{'s':>6}{'MB':>7}  " + "".join(f"{text:>14}" for text in texts))
    for name, (table, stored, sql, wanted) in ways.items():
        target = folder / "alternative.sqlite"
        target.unlink(missing_ok=True)
        began = time.thread_time()
        with closing(sqlite3.connect(target)) as database:
            what = (
                f"VIRTUAL TABLE tried USING {table}"
                if table
                else "TABLE tried (id INTEGER PRIMARY KEY, parts)"
            )
            database.execute(f"CREATE {what}")
            into = "INSERT INTO tried (rowid, parts) VALUES (?, ?)"
            database.executemany(into, ((number, " │ ".join(map(stored, texts_))) for number, texts_ in rows))
            if table:
                database.execute("INSERT INTO tried (tried) VALUES ('optimize')")
            database.commit()
            database.execute("VACUUM")
            seconds = time.thread_time() - began
            cells = []
            for text in texts:
                value = (wanted(text),)
                every = timed(partial(fetched, database, sql, value))
                ten = timed(partial(fetched, database, f"{sql} LIMIT 10", value))
                count = len(fetched(database, sql, value))
                cells.append(f"{every:.1f}/{ten:.2f}" if count else "none")
        print(
            f"{name:16}{seconds:6.1f}{target.stat().st_size / 1e6:7.1f}  "
            + "".join(f"{cell:>14}" for cell in cells)
        )


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--alternatives", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        build(find_sources(), Settings(home), engine="shacl")
        release = Registry(home).current()
        with Snapshot.open(release.store, release.dataset) as store:
            began = time.process_time()
            known = things.read(things.ask(store))
            print(f"read in {time.process_time() - began:.2f} s")
        for every in (known, scaled(known, options.names)):
            target = Path(folder) / "labels.sqlite"
            print(f"\n{len(every):,} things with {sum(len(one.names) for one in every):,} names")
            made(every, target)
            began = time.thread_time()
            opened = LabelIndex.open(target)
            print(f"opened in {(time.thread_time() - began) * 1000:.0f} ms")
            asked(opened)
            if every is known:
                mistyped(known, opened)
            opened.close()
            if options.alternatives:
                alternatives(every, Path(folder))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
