"""The files of a release that users take away, written when the release is made.

Two steps, since a dump holds the catalogue, and the catalogue has the size and checksum of every other
file: first `write_views`, from a store without the computed catalogue, then `write_dumps`, from the
finished N-Quads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg.publish import croissant, csvw, cubelink, jsonstat, schemaorg
from egov_kg.publish.about import LANGUAGES
from egov_kg.publish.catalog import FileFacts
from egov_kg.publish.compress import compress
from egov_kg.publish.export import FORMATS, Format
from egov_kg.publish.figures import read_figures
from egov_kg.publish.table import read_csv, rows, write_csv, write_parquet
from egov_kg.publish.xlsx import write_xlsx
from egov_kg.store.dumps import Dump

if TYPE_CHECKING:
    from egov_kg.store.base import Store

DUMPS: Final[tuple[Format, ...]] = tuple(
    known for known in FORMATS if known.syntax and not known.compression and known.name != "nq"
)
"""The dumps that are made of the N-Quads, uncompressed: one call of `begin` each in `write_dumps`."""


def write_views(store: Store, release: str, folder: Path) -> int:
    """Write every file that is made of the observations.

    Args:
        store: the release's graphs; of the catalogue, what was written by hand.
        release: the release's id.
        folder: where to.

    Returns:
        The number of reported observations.

    Raises:
        ReleaseError: an observation with two values for something that has one, or one that does not fit.
    """
    files = {known.name: folder / known.file for known in FORMATS if not known.syntax}
    figures = read_figures(store, release)
    about = figures.about
    table = files["csv"]
    count = write_csv(rows(store), table)
    _write_json(files["csvw"], csvw.metadata(about))
    write_parquet(table, files["parquet"], about.to_text())
    write_xlsx(read_csv(table), about, files["xlsx"])
    for language in LANGUAGES:
        _write_json(files[f"jsonstat-{language}"], jsonstat.dataset(figures, language))
    with files["cube"].open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(cubelink.turtle(figures))
    _write_json(files["schema"], schemaorg.document(figures))
    _write_json(files["croissant"], croissant.document(about, facts(folder)))
    return count


def facts(folder: Path) -> dict[str, FileFacts]:
    """Size and checksum of each file that `write_views` wrote, by name."""
    found: dict[str, FileFacts] = {}
    for known in FORMATS:
        path = folder / known.file
        if not known.syntax and path.exists():
            with path.open("rb") as handle:
                digest = hashlib.file_digest(handle, "sha256").hexdigest()
            found[known.file] = FileFacts(path.stat().st_size, digest)
    return found


def write_dumps(
    lines: Sequence[bytes], union: Sequence[str], folder: Path, begin: Callable[[Format], None]
) -> None:
    """Write the release in every RDF syntax, and every compressed copy.

    Args:
        lines: the release's `graph.nq`, which is in the folder.
        union: the graphs whose union the formats of scope `union` hold.
        folder: where to.
        begin: is told of each of `DUMPS` before it is written; what it raises ends the writing.
    """
    dumps = {"dataset": Dump(lines, quads=True), "union": Dump.union(lines, union)}
    # The libraries leave the interpreter to others while they compress.
    packer = ThreadPoolExecutor(1)
    try:
        packed = _compress(packer, folder, next(known for known in FORMATS if known.name == "nq"))
        for known in DUMPS:
            begin(known)
            with (folder / known.file).open("wb") as handle:
                dumps[known.scope].write(known.syntax, handle)
            packed += _compress(packer, folder, known)
        for one in packed:
            one.result()
    finally:
        packer.shutdown(cancel_futures=True)


def _compress(packer: Executor, folder: Path, dump: Format) -> list[Future[None]]:
    return [
        packer.submit(compress, folder / dump.file, folder / known.file, known.compression)
        for known in FORMATS
        if known.compression and known.syntax == dump.syntax
    ]


def _write_json(target: Path, value: Mapping[str, Any]) -> None:
    target.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
