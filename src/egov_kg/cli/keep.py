"""`backup` and `restore`: one file that holds everything that cannot be made again."""

from __future__ import annotations

from pathlib import Path

import click

from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.console import Progress, remark
from egov_kg.cli.output import write_line


@command(
    "backup",
    en="""
Write releases, their history and the log of writes to one file.

The service and writers may run meanwhile. The file is new, and appears when it is whole; every part has its
checksum. Tokens are kept only if asked for.
""",
    zh="""
把发布版本、其历史与写入日志备份到一个文件。

服务与写入可同时进行。文件须为新文件，写完才出现；
各部分均带校验和。令牌仅在指定时备份。
""",
    arguments={"FILE": ("The file to make.", "要生成的文件。")},
    examples=(
        Example("egov-kg backup egov-kg.tar.zst", "All releases", "备份全部版本"),
        Example("egov-kg backup one.tar.zst --release current", "Only one", "只备份一个版本"),
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@option(
    "--release",
    "releases",
    metavar="ID",
    multiple=True,
    en="Only this release (an id, its beginning, or the word current); may be given several times.",
    zh="仅此版本（标识、其开头或 current）；可多次给出。",
)
@option("--with-tokens", is_flag=True, en="Keep the tokens' hashes, too.", zh="同时备份令牌的散列值。")
@click.pass_obj
def backup(session: Session, file: Path, releases: tuple[str, ...], with_tokens: bool) -> None:
    """Write a backup."""
    from egov_kg.release.backup import back_up
    from egov_kg.release.registry import Registry

    with Progress(session) as progress:
        kept = back_up(
            Registry(session.settings.home), file, wanted=releases, tokens=with_tokens, progress=progress
        )
    size = file.stat().st_size
    remark(
        session.say(
            f"{len(kept.releases)} releases, {kept.bytes:,} bytes, packed into {size:,}.",
            f"{len(kept.releases)} 个发布版本，{kept.bytes:,} 字节，压缩后 {size:,} 字节。",
        )
    )
    write_line(str(file))


@command(
    "restore",
    en="""
Take a backup into the home folder.

All of it is checked before any of it is put in place. The release that was current becomes current again, but
not with --merge, unless there is none.
""",
    zh="""
把备份恢复到数据目录。

先检查全部内容，然后才写入。
备份时的当前版本重新成为当前版本；
用 --merge 时仅在尚无当前版本时如此。
""",
    arguments={"FILE": ("A file made by `egov-kg backup`.", "由 `egov-kg backup` 生成的文件。")},
    examples=(
        Example("egov-kg restore egov-kg.tar.zst", "Into an empty home folder", "恢复到空目录"),
        Example("egov-kg restore egov-kg.tar.zst --merge", "Beside what is there", "与现有内容合并"),
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--merge", is_flag=True, en="The home folder may be in use.", zh="允许数据目录已在使用。")
@click.pass_obj
def restore(session: Session, file: Path, merge: bool) -> None:
    """Take a backup in."""
    from egov_kg.release.registry import Registry
    from egov_kg.release.restore import restore as restore_backup

    registry = Registry(session.settings.home)
    with Progress(session) as progress:
        kept = restore_backup(registry, file, merge=merge, progress=progress)
    current = registry.current().id
    remark(
        session.say(
            f"{len(kept.releases)} releases are in {registry.home}; {current} is current.",
            f"{registry.home} 中已有该备份的 {len(kept.releases)} 个发布版本；当前版本为 {current}。",
        )
    )
    write_line(current)
