"""Options that several commands share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from egov_kg.cli.bilingual import Session, option
from egov_kg.settings import ENGINES

ENGINE = option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    en="The SHACL engine: the reference, the fast one, or shapes as SPARQL.",
    zh="SHACL 引擎：参考实现、快速实现，或将形状转为 SPARQL。",
)
RELEASE = option(
    "--release",
    metavar="ID",
    default="current",
    en="The release: an id, its beginning, or the word current, which is the default.",
    zh="发布版本：标识、其开头或 current（默认）。",
)


def _set_store(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    session = ctx.find_object(Session)
    if value and session is not None:
        session.settings = replace(session.settings, store=value)


STORE = option(
    "--store",
    metavar="FOLDER|URL",
    expose_value=False,
    callback=_set_store,
    en="Another release: its folder, or the query address of an engine that holds one; else $EGOV_KG_STORE.",
    zh="另指定版本：其目录，或持有版本的引擎的查询地址；默认取 $EGOV_KG_STORE。",
)
PORT = option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    metavar="NUMBER",
    en="The port of the service.",
    zh="服务的端口。",
)
OUTPUT = option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    en="Write to a file, which appears only when it is whole. Default: standard output.",
    zh="写入文件，写完才出现；默认为标准输出。",
)
