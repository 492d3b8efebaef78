"""The outside of SPARQL 1.1 Update requests (section 19.8): semicolons, and what is not in braces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from egov_kg.errors import QuerySyntaxError, QueryTooComplex
from egov_kg.sparql.iris import is_absolute_iri
from egov_kg.sparql.prologue import Prologue
from egov_kg.sparql.tokens import Token, place, tokens

_PREFIXES: Final = ("PREFIX", "BASE", "VERSION")
_MOST_OUTSIDE: Final = 100_000


@dataclass(slots=True)
class Part:
    """A stretch of a request between semicolons: its terminals outside braces, and where it ends."""

    outside: list[Token]
    labels: set[str]
    end: int
    ends_request: bool


def parts(text: str) -> Iterator[Part]:
    """The parts of a request, in order; at least one.

    Raises:
        QueryTooComplex: more than 100,000 terminals outside braces in one of them.
    """
    outside: list[Token] = []
    labels: set[str] = set()
    braces = 0
    for token in tokens(text):
        mark = token.text if token.kind == "punctuation" else ""
        if mark == "}":
            braces = max(0, braces - 1)
        if braces == 0:
            if mark == ";":
                yield Part(outside, labels, token.start, False)
                outside, labels = [], set()
                continue
            outside.append(token)
            if len(outside) > _MOST_OUTSIDE:
                raise QueryTooComplex(
                    f"One operation has more than {_MOST_OUTSIDE} terminals outside braces.",
                    f"一个操作在花括号之外有超过 {_MOST_OUTSIDE} 个记号。",
                    limit=_MOST_OUTSIDE,
                    value=len(outside),
                )
        elif token.kind == "name" and token.text.startswith("_:"):
            labels.add(token.text)
        if mark == "{":
            braces += 1
    yield Part(outside, labels, len(text), True)


class Lines:
    """Lines and columns of offsets that only grow: one pass over the text for all of them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = self._line_start = 0
        self._line = 1

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1)."""
        self._line += self._text.count("\n", self._offset, offset)
        newline = self._text.rfind("\n", self._offset, offset)
        self._line_start = newline + 1 if newline >= 0 else self._line_start
        self._offset = offset
        return self._line, offset - self._line_start + 1


class Reader:
    """Reads the terminals of one part from left to right.

    Where something else stands than what is asked for, `QuerySyntaxError` is raised.

    Args:
        text: the request.
        part: the part.
        prologue: the declarations before it; those that are read are added.
    """

    def __init__(self, text: str, part: Part, prologue: Prologue) -> None:
        self._text, self._terminals, self._end, self._prologue = text, part.outside, part.end, prologue
        self._position = 0

    @property
    def at_end(self) -> bool:
        """Whether everything is read."""
        return self._position >= len(self._terminals)

    def peek(self) -> Token:
        """The next terminal; there must be one."""
        return self._terminals[self._position]

    def declarations(self) -> list[str]:
        """Read PREFIX, BASE and VERSION, each as text."""
        found: list[str] = []
        while not self.at_end and (word := self.word(*_PREFIXES)):
            written = [word]
            if word == "PREFIX":
                name = self._take("name")
                if name is None or name.text.find(":") != len(name.text) - 1:
                    self._position -= name is not None
                    raise self.expected("a prefix, such as ex:", "前缀，如 ex:")
                written.append(name.text)
            target = self._take("literal" if word == "VERSION" else "iri")
            if target is None:
                raise self.expected(
                    "a version" if word == "VERSION" else "an IRI in <>", "版本号或 <> 中的 IRI"
                )
            self._prologue.read(self._terminals[self._position - len(written) - 1 : self._position])
            found.append(" ".join((*written, target.text)))
        return found

    def _take(self, kind: str) -> Token | None:
        if self.at_end or self.peek().kind != kind:
            return None
        self._position += 1
        return self._terminals[self._position - 1]

    def word(self, *words: str) -> str:
        """Read one of these words; empty, and nothing is read, if another terminal stands there."""
        if self.at_end or self.peek().kind != "word" or self.peek().text.upper() not in words:
            return ""
        self._position += 1
        return self._terminals[self._position - 1].text.upper()

    def keyword(self, *words: str) -> str:
        """Read one of these words."""
        if not (found := self.word(*words)):
            raise self.expected(" or ".join(words), "、".join(words))
        return found

    def iri(self) -> str:
        """Read an IRI, as an absolute one."""
        token = self._take("iri") or self._take("name")
        iri = self._prologue.iri(token)
        if token is None:
            raise self.expected("an IRI", "IRI")
        if iri is None or not is_absolute_iri(iri):
            raise syntax(
                self._text,
                token.start,
                f"{token.text} is no absolute IRI: write it in full, or declare its prefix",
                f"{token.text} 不是绝对 IRI：请写全，或声明其前缀",
            )
        return iri

    def end(self) -> None:
        """Nothing may follow."""
        if not self.at_end:
            raise self.expected("; or the end", "; 或结尾")

    def expected(self, what: str, what_zh: str) -> QuerySyntaxError:
        """An error about the terminal that stands here."""
        if self.at_end:
            last = self._terminals[-1] if self._terminals else None
            offset = last.start + len(last.text) if last else self._end
            return syntax(self._text, offset, f"{what} is missing here", f"此处缺少{what_zh}")
        token = self.peek()
        shown = token.text if len(token.text) <= 40 else token.text[:40] + "..."
        return syntax(
            self._text,
            token.start,
            f"{shown} cannot stand here; {what} can",
            f"此处不能是 {shown}，可以是 {what_zh}",
        )


def syntax(text: str, offset: int, en: str, zh: str) -> QuerySyntaxError:
    """An error at an offset of a request, in words without a full stop."""
    line, column = place(text, offset)
    return QuerySyntaxError(
        f"Line {line}, column {column}: {en}.",
        f"第 {line} 行第 {column} 列：{zh}。",
        line=line,
        column=column,
    )
