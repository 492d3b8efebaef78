"""Measure reconciliation: how fast a batch is answered, and what noisy names of regions are taken for.

Run it from the checkout's environment::

    .venv/bin/python -m benchmarks.reconcile [--sample 500]

The names are those of all regions of a release of the project's own data, which is built first. They are made
noisy in the same way in every run: the kind of division dropped, traditional characters, pinyin, one mistake.
`first` is how often the region comes first, `among ten` how often it is there at all, `matched` how often it
is said to be meant beyond doubt, and `FALSE` how often another region is: that must not happen. Names that a
mistake has made another region's, and that are its own no longer, are left out and counted (`taken`): nobody
can know. Times are of the processor.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.search import damaged

from egov_kg.match import pinyin, things
from egov_kg.match.conditions import Condition, Value
from egov_kg.match.fold import Folding, characters
from egov_kg.match.labels import LabelIndex
from egov_kg.match.properties import PROPERTIES
from egov_kg.match.reconcile import Names, Question, Reconciler
from egov_kg.match.scoring import SAME
from egov_kg.match.things import PINYIN, Thing
from egov_kg.release.build import build
from egov_kg.release.registry import Registry
from egov_kg.resources import find_sources
from egov_kg.settings import Settings
from egov_kg.store.snapshot import Snapshot

Noise = Callable[[Thing], str]
KINDS_ZH = ("自治区", "自治州", "自治县", "特别行政区", "地区", "省", "市", "区", "县", "州", "盟", "旗")
BATCH = 10
BATCHES = 100


@dataclass
class Counts:
    """What came of the noisy names of one kind."""

    tried: int = 0
    first: int = 0
    ten: int = 0
    matched: int = 0
    wrong: int = 0
    taken: int = 0


def noises(dice: random.Random) -> Iterator[tuple[str, Noise]]:
    """Ways to make a name noisy; one that cannot be gives nothing."""
    traditional = {meant: written for written, meant in characters().items()}
    folding = Folding(characters())

    def short(thing: Thing) -> str:
        name = thing.label("zh")
        kind = next((kind for kind in KINDS_ZH if name.endswith(kind) and len(name) > len(kind) + 1), "")
        return name.removesuffix(kind) if kind else ""

    def spelt(thing: Thing, name: str) -> str:
        romanised = [one.text for one in thing.names if one.lang == PINYIN]
        return "".join(pinyin.syllables(name, folding.tokens(name), romanised)).replace("v", "u")

    def mistake(kind: str, lang: str) -> Noise:
        return lambda thing: damaged(thing.label(lang), kind, lang == "zh", dice)

    yield "Chinese, as it is", lambda thing: thing.label("zh")
    yield "Chinese, traditional", lambda thing: "".join(traditional.get(c, c) for c in thing.label("zh"))
    yield "Chinese, kind dropped", short
    yield "English, as it is", lambda thing: thing.label("en")
    yield "English, kind dropped", lambda thing: thing.label("en").partition(" ")[0]
    yield "English, capitals", lambda thing: thing.label("en").upper()
    yield "pinyin, whole", lambda thing: spelt(thing, thing.label("zh"))
    yield "pinyin, kind dropped", lambda thing: spelt(thing, short(thing)) if short(thing) else ""
    for kind in ("swap", "drop", "double", "replace", "sound"):
        yield f"Chinese, {kind}", mistake(kind, "zh")
    for kind in ("swap", "drop", "double", "replace"):
        yield f"English, {kind}", mistake(kind, "en")


def asked(
    index: LabelIndex, reconciler: Reconciler, regions: Sequence[Thing], noise: Noise, *, parent: bool
) -> Counts:
    """Ask for noisy names, perhaps with what each region lies in."""
    counts = Counts()
    for thing in regions:
        text = noise(thing)
        if not text:
            continue
        own = reconciler.known((thing.iri,))[thing.iri].number
        called = index.called(text)
        if own not in called and any(one.how in SAME for one in called.values()):
            counts.taken += 1
            continue
        conditions: tuple[Condition, ...] = ()
        if parent and thing.within:
            conditions = (Condition(PROPERTIES["within"], (Value(thing.within, thing.within),)),)
        found = reconciler.candidates(Question((Names((text,)),), ("region",), conditions, 10))
        counts.tried += 1
        counts.first += bool(found) and found[0].hit.iri == thing.iri
        counts.ten += any(one.hit.iri == thing.iri for one in found)
        counts.matched += any(one.match and one.hit.iri == thing.iri for one in found)
        counts.wrong += any(one.match and one.hit.iri != thing.iri for one in found)
    return counts


def timed(reconciler: Reconciler, regions: Sequence[Thing], dice: random.Random) -> None:
    """Print what batches of noisy names take."""
    ways = [noise for _, noise in noises(dice)]
    taken = []
    for _ in range(BATCHES):
        texts = [dice.choice(ways)(dice.choice(regions)) or "陕西" for _ in range(BATCH)]
        began = time.thread_time()
        for text in texts:
            reconciler.candidates(Question((Names((text,)),), ("region",)))
        taken.append((time.thread_time() - began) * 1000)
    taken.sort()
    high = taken[int(len(taken) * 0.95)]
    print(f"a batch of {BATCH}: p50 {statistics.median(taken):.1f} ms, p95 {high:.1f} ms")


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, default=0, help="regions of each kind of noise; all by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        build(find_sources(), Settings(home), engine="shacl")
        release = Registry(home).current()
        assert release.labels is not None
        with Snapshot.open(release.store, release.dataset) as store:
            known = things.read(things.ask(store))
        regions = [thing for thing in known if "regionLevel" in thing.facts]
        index = LabelIndex(release.labels, seconds=60.0)  # a busy machine is no reason to end
        began = time.thread_time()
        reconciler = Reconciler(index)
        print(f"{len(regions):,} regions; ready in {(time.thread_time() - began) * 1000:.0f} ms")
        timed(reconciler, regions, random.Random(1))
        head = "".join(f"{word:>11}" for word in ("tried", "first", "among ten", "matched", "FALSE", "taken"))
        for parent in (False, True):
            print(f"\n{'with what it lies in' if parent else 'the name alone':24}{head}")
            for name, noise in noises(random.Random(2)):
                some = random.Random(3).sample(regions, options.sample) if options.sample else regions
                one = asked(index, reconciler, some, noise, parent=parent)
                shares = (one.first, one.ten, one.matched)
                cells = "".join(f"{share / max(1, one.tried):11.1%}" for share in shares)
                print(f"{name:24}{one.tried:11,}{cells}{one.wrong:11}{one.taken:11}", flush=True)
        index.close()


if __name__ == "__main__":
    main()
