"""`validate` and `audit`: is it right, and is it all?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.console import waiting
from egov_kg.cli.exits import ExitCode
from egov_kg.cli.options import ENGINE
from egov_kg.cli.output import write
from egov_kg.errors import UsageError


@command(
    "validate",
    en="""
Check Turtle files, or what a SPARQL endpoint holds, against the shapes and the integrity rules.

The files are checked together, with the project's ontology, code lists and data; only what
the files describe is reported on. Without FILES, all of the project's own data are checked.
With --store URL, the rules are asked of the endpoint as queries, and nothing is fetched but what breaks one.
Exits 1 if a rule is broken.
""",
    zh="""
依据形状（SHACL）与完整性规则检查 Turtle 文件，
或检查 SPARQL 端点中的数据。

各文件与本项目的本体、代码表和数据一并检查，
但只报告这些文件所描述的内容。不给文件则检查本项目全部数据。
用 --store URL 时，规则以查询的形式在端点中执行，
只取回违规之处。有违规时退出码为 1。
""",
    arguments={"[FILES]...": ("Turtle files.", "Turtle 文件。")},
    examples=(
        Example("egov-kg validate", "Check the project's data", "检查本项目数据"),
        Example("egov-kg validate mine.ttl", "Check a file of your own", "检查自己的文件"),
        Example("egov-kg validate mine.ttl --format ttl", "Report as sh:ValidationReport", "以 RDF 给出报告"),
        Example(
            "egov-kg validate --store http://127.0.0.1:7878/query",
            "Check where the data are",
            "在数据所在处检查",
        ),
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@ENGINE
@option(
    "--store",
    metavar="URL",
    en="The query address of an engine to check instead; credentials: $EGOV_KG_STORE_USER and so on.",
    zh="改为检查该引擎（给出查询地址）；凭据见 $EGOV_KG_STORE_USER 等。",
)
@option(
    "--graph",
    "graphs",
    metavar="IRI",
    multiple=True,
    en="A graph of it to check; may be repeated. Default: those of its release, else its own default graph.",
    zh="要检查的图，可多次给出；默认为其中发布版本的全部图，否则为引擎自身的默认图。",
)
@option(
    "--format",
    "format_",
    type=click.Choice(["text", "ttl"]),
    default="text",
    show_default=True,
    en="The report in words, or in RDF.",
    zh="报告的格式：文字或 RDF。",
)
@click.pass_context
def validate(
    ctx: click.Context,
    files: tuple[Path, ...],
    engine: str,
    store: str | None,
    graphs: tuple[str, ...],
    format_: str,
) -> None:
    """Validate files or an endpoint."""
    from egov_kg.release.validate import validate_files
    from egov_kg.resources import find_sources

    session = ctx.ensure_object(Session)
    sources = find_sources()
    _require_one_kind(ctx, files, store, graphs)
    with waiting(session, "Checking ...", "检查中……"):
        if store is None:
            chosen = files or tuple(sorted(sources.data.rglob("*.ttl")))
            report = validate_files(chosen, sources, engine)
        else:
            from egov_kg.release.endpoint import validate_endpoint

            report = validate_endpoint(replace(session.settings, store=store), graphs, sources)
    write([(report.to_turtle() if format_ == "ttl" else report.to_text(session.lang)).encode()], None)
    ctx.exit(0 if report.conforms else ExitCode.REFUSED)


def _require_one_kind(
    ctx: click.Context, files: tuple[Path, ...], store: str | None, graphs: tuple[str, ...]
) -> None:
    if store is None and graphs:
        raise UsageError(
            "--graph is about an endpoint: give its address with --store.",
            "--graph 用于端点：请用 --store 给出其地址。",
        )
    chosen = ctx.get_parameter_source("engine") is not click.core.ParameterSource.DEFAULT
    if store is not None and (files or (chosen and ctx.params["engine"] != "sparql")):
        raise UsageError(
            "--store checks what an endpoint holds, as SPARQL: leave out FILES and --engine.",
            "--store 以 SPARQL 检查端点中的数据：请去掉文件与 --engine。",
        )


@command(
    "audit",
    en="""
Prove that the graph holds every figure of the report.

Goes through the text of the report: every numeral and verbal quantity must be bound to a fact or left out for
a stated reason, and every span must carry the hash of its text. Exits 1 on any gap.
""",
    zh="""
证明图谱包含报告中的每一个数字。

逐一核查报告原文：每个数字与数量词都应绑定到事实，
或注明不采用的理由；每个片段的散列值都须相符。
有任何缺口时退出码为 1。
""",
    arguments={"REPORT": ("The report as plain text, UTF-8.", "报告的纯文本，UTF-8 编码。")},
    examples=(Example("egov-kg audit report-2012-2013.txt", "Audit the graph", "核查图谱"),),
)
@click.argument("report", type=click.Path(path_type=Path))
@click.pass_context
def audit(ctx: click.Context, report: Path) -> None:
    """Audit the data against the report."""
    from egov_kg.ingest.audit import audit as audit_report
    from egov_kg.resources import find_sources

    session = ctx.ensure_object(Session)
    with waiting(session, "Auditing ...", "核查中……"):
        result = audit_report(report, find_sources())
    write([result.to_text(session.lang).encode()], None)
    ctx.exit(0 if result.ok else ExitCode.REFUSED)
