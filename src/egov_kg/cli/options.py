"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from egov_kg.cli.bilingual import option
from egov_kg.settings import ENGINES

ENGINE = option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    en="The SHACL engine: the reference, or the fast one.",
    zh="SHACL 引擎：参考实现或快速实现。",
)
RELEASE = option(
    "--release",
    metavar="ID",
    default="current",
    en="The release: an id, its beginning, or the word current, which is the default.",
    zh="发布版本：标识、其开头或 current（默认）。",
)
OUTPUT = option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    en="Write to a file, which appears only when it is whole. Default: standard output.",
    zh="写入文件，写完才出现；默认为标准输出。",
)
