"""Tokens: who may write to which graphs. Kept in `<home>/tokens.json`, which only its owner may read.

A secret is made here from 256 random bits and never chosen by a person. Nobody can go through so many by
trial, so a fast hash (SHA-256) keeps it as well as a slow one would, and a request costs no more. The file
has only the hash: who reads it cannot write.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import NotAuthenticated, NotFound, ReleaseError, UsageError
from egov_kg.release.disk import replace_file

_FILE: Final = "tokens.json"
_LOCK: Final = "tokens.lock"
_SECRET: Final = re.compile(r"egovkg_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_GRAPH: Final = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\*]*\*?|\*""")
_NAME_LENGTH: Final = 100
_NOBODY: Final = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
"""The hash that a secret of an unknown id is compared with: the hash of nothing that was ever given out."""


@dataclass(frozen=True, slots=True)
class Token:
    """The right to write to some graphs.

    Attributes:
        id: eight hexadecimal digits; part of the secret, and no secret itself.
        name: whose it is or what for.
        graphs: IRIs; one that ends in `*` stands for all that begin so.
        created: when it was made, in UTC.
        expires: when it ends, in UTC; None for never.
        revoked: when it was taken back, in UTC; None if it was not.
    """

    id: str
    name: str
    graphs: tuple[str, ...]
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """It as JSON members; times as RFC 3339 has them."""
        members = asdict(self)
        for name in ("created", "expires", "revoked"):
            if members[name] is not None:
                members[name] = members[name].isoformat()
        return members

    def reaches(self, graph: str) -> bool:
        """Whether it may write to a graph."""
        return reaches(self.graphs, graph)

    def valid(self, time: datetime) -> bool:
        """Whether it counts at a time."""
        return self.revoked is None and (self.expires is None or time < self.expires)


def reaches(graphs: Sequence[str], graph: str) -> bool:
    """Whether some IRIs, or beginnings of IRIs that end in `*`, include one."""
    return any(graph.startswith(reach[:-1]) if reach.endswith("*") else graph == reach for reach in graphs)


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes.

    Attributes:
        token_id, name: of the token.
        graphs: IRIs that the token reaches, or beginnings of such that end in `*`.
        client: the address that the request came from.
        request_id: as it is in the log of requests.
    """

    token_id: str
    name: str
    graphs: tuple[str, ...]
    client: str
    request_id: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A token with the SHA-256 of its secret, in hexadecimal."""

    token: Token
    hash: str


class Tokens:
    """The tokens of a home folder. Safe to use from several threads and processes.

    A change by another process is seen at the next call: the file is read anew when it is another one.

    Args:
        home: the folder.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / _FILE
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._entries: dict[str, _Entry] = {}

    def create(self, name: str, graphs: Sequence[str], expires: datetime | None = None) -> tuple[Token, str]:
        """Make a token.

        Args:
            name: whose it is or what for, 1 to 100 printable characters.
            graphs: IRIs of graphs, or beginnings of such that end in `*`; at least one.
            expires: when it ends.

        Returns:
            The token, and its secret, which is kept nowhere.

        Raises:
            UsageError: a name or a graph that is none.
            ReleaseError: the file cannot be written.
        """
        name = name.strip()
        if not (0 < len(name) <= _NAME_LENGTH and name.isprintable()):
            raise UsageError(
                f"A token's name has 1 to {_NAME_LENGTH} printable characters.",
                f"令牌名称须为 1 至 {_NAME_LENGTH} 个可见字符。",
            )
        if not graphs:
            raise UsageError("Name the graphs that the token is for.", "请给出令牌可写入的图。")
        for graph in graphs:
            if not _GRAPH.fullmatch(graph):
                raise UsageError(
                    f"{graph!r} is no IRI of a graph, nor the beginning of one with * at its end.",
                    f"{graph!r} 既不是图的 IRI，也不是以 * 结尾的 IRI 前缀。",
                )
        now = datetime.now(UTC).replace(microsecond=0)
        if expires is not None and expires <= now:
            raise UsageError("The token would have expired already.", "该令牌的有效期已过。")
        with self._writing() as entries:
            id_ = next(new for new in iter(lambda: secrets.token_hex(4), "") if new not in entries)
            secret = f"egovkg_{id_}_{secrets.token_urlsafe(32)}"
            token = Token(id_, name, tuple(dict.fromkeys(graphs)), now, expires)
            entries[id_] = _Entry(token, _hash(secret))
        return token, secret

    def all(self) -> tuple[Token, ...]:
        """Every token that was ever made, oldest first.

        Raises:
            ReleaseError: the file cannot be read.
        """
        return tuple(entry.token for entry in self._read().values())

    def revoke(self, id_: str) -> Token:
        """Take a token back. One that was taken back before stays as it was.

        Raises:
            NotFound: no token has this id.
            ReleaseError: the file cannot be written.
        """
        with self._writing() as entries:
            entry = entries.get(id_)
            if entry is None:
                raise NotFound(
                    f"There is no token {id_!r}: `egov-kg token list` shows them.",
                    f"没有令牌 {id_!r}：可用 `egov-kg token list` 查看。",
                )
            if entry.token.revoked is None:
                now = datetime.now(UTC).replace(microsecond=0)
                entry = _Entry(replace(entry.token, revoked=now), entry.hash)
                entries[id_] = entry
        return entry.token

    def authenticate(self, secret: str) -> Token:
        """The token of a secret.

        Raises:
            NotAuthenticated: it is not known, was revoked, or has expired. Which of these is said only to
                who has the whole secret.
            ReleaseError: the file cannot be read.
        """
        match = _SECRET.fullmatch(secret)
        entry = self._read().get(match[1]) if match else None
        # An unknown id takes the same way as a known one, so that time does not tell which ids there are.
        if not hmac.compare_digest(_hash(secret), entry.hash if entry else _NOBODY) or entry is None:
            raise NotAuthenticated(
                "The token is not known here: check that it is whole, or have one made with "
                "`egov-kg token create`.",
                "令牌无效：请检查是否完整，或用 `egov-kg token create` 创建新的令牌。",
            )
        token = entry.token
        if token.revoked is not None:
            raise NotAuthenticated(
                f"The token {token.id} was revoked: have a new one made.",
                f"令牌 {token.id} 已被撤销：请重新创建。",
            )
        if not token.valid(datetime.now(UTC)):
            raise NotAuthenticated(
                f"The token {token.id} has expired: have a new one made.",
                f"令牌 {token.id} 已过期：请重新创建。",
            )
        return token

    def _read(self) -> Mapping[str, _Entry]:
        with self._lock:
            try:
                state = self._file.stat()
            except FileNotFoundError:
                self._seen, self._entries = None, {}
                return {}
            except OSError as error:
                raise self._unreadable(error) from error
            seen = (state.st_ino, state.st_mtime_ns, state.st_size)
            if seen != self._seen:
                try:
                    listed = json.loads(self._file.read_bytes())["tokens"]
                    self._entries = {one["id"]: _from_json(one) for one in listed}
                except (OSError, ValueError, KeyError, TypeError) as error:
                    raise self._unreadable(error) from error
                self._seen = seen
            return self._entries

    def _unreadable(self, error: Exception) -> ReleaseError:
        reason = getattr(error, "strerror", None) or "its content is not as it was written"
        return ReleaseError(
            f"{_FILE} in the home folder cannot be read ({reason}): nobody can write until it is mended, or "
            "removed and its tokens made anew.",
            f"无法读取主目录中的 {_FILE}：修复该文件，或删除后重新创建令牌，方可写入。",
        )

    @contextmanager
    def _writing(self) -> Iterator[dict[str, _Entry]]:
        """The entries, to be changed; they are written when the block has ended well."""
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            with (self._home / _LOCK).open("a") as handle:
                fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
                entries = dict(self._read())
                yield entries
                listed = [_to_json(entry) for entry in entries.values()]
                text = json.dumps({"tokens": listed}, ensure_ascii=False, indent=2) + "\n"
                replace_file(self._file, text.encode(), mode=0o600)
        except OSError as error:
            raise ReleaseError(
                f"{_FILE} in {self._home} cannot be written ({error.strerror}): set EGOV_KG_HOME to a folder "
                "of your own.",
                f"无法写入 {self._home} 中的 {_FILE}（{error.strerror}）：请将 EGOV_KG_HOME 设为可写的目录。",
            ) from error


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _to_json(entry: _Entry) -> dict[str, Any]:
    return {**entry.token.to_json(), "sha256": entry.hash}


def _from_json(members: Mapping[str, Any]) -> _Entry:
    def time(name: str) -> datetime | None:
        return datetime.fromisoformat(members[name]) if members.get(name) else None

    token = Token(
        id=str(members["id"]),
        name=str(members["name"]),
        graphs=tuple(map(str, members["graphs"])),
        created=datetime.fromisoformat(members["created"]),
        expires=time("expires"),
        revoked=time("revoked"),
    )
    return _Entry(token, str(members["sha256"]))
