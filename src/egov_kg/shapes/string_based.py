"""String-based constraints (SHACL, section 4.4).

They are `sh:minLength`, `sh:maxLength`, `sh:pattern`, `sh:languageIn` and `sh:uniqueLang`.
https://www.w3.org/TR/shacl/#core-components-string
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from rdflib import SH, Literal

from egov_kg.shapes.constraint import FOCUS, Constraint, Pattern, ValueConstraint, any_of
from egov_kg.shapes.parameters import Parameters, companion, count, flag, members, needs_path, single
from egov_kg.shapes.scope import NotCompiled, Scope, term


@dataclass(frozen=True, slots=True)
class MinLength(ValueConstraint):
    """`sh:minLength`: each value has so many characters, or more; a blank node has none to count."""

    number: int
    component: ClassVar[str] = "MinLengthConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it has fewer."""
        return f"(isBlank({value}) || strlen(str({value})) < {self.number})"


@dataclass(frozen=True, slots=True)
class MaxLength(ValueConstraint):
    """`sh:maxLength`: each value has so many characters, or fewer."""

    number: int
    component: ClassVar[str] = "MaxLengthConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it has more."""
        return f"(isBlank({value}) || strlen(str({value})) > {self.number})"


@dataclass(frozen=True, slots=True)
class PatternOf(ValueConstraint):
    """`sh:pattern`: each value has a part that a regular expression describes."""

    regex: str
    flags: str
    component: ClassVar[str] = "PatternConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it has none."""
        flags = f", {term(Literal(self.flags))}" if self.flags else ""
        return f"(isBlank({value}) || !regex(str({value}), {term(Literal(self.regex))}{flags}))"


@dataclass(frozen=True, slots=True)
class LanguageIn(ValueConstraint):
    """`sh:languageIn`: each value is in one of some languages."""

    languages: tuple[str, ...]
    component: ClassVar[str] = "LanguageInConstraintComponent"

    def wrong(self, value: str, scope: Scope) -> str:
        """Whether it has no language, or another."""
        known = any_of([f"langMatches(lang({value}), {term(Literal(one))})" for one in self.languages])
        return f"!(isLiteral({value}) && {known})"


@dataclass(frozen=True, slots=True)
class UniqueLang(Constraint):
    """`sh:uniqueLang`: no two values are in the same language."""

    component: ClassVar[str] = "UniqueLangConstraintComponent"

    def found(self, path: str, scope: Scope) -> Iterator[Pattern]:
        """The focus nodes with two."""
        yield Pattern(self._two(FOCUS, path, scope))

    def fails(self, node: str, path: str, scope: Scope) -> str:
        """Whether there are two."""
        return f"EXISTS {{ {self._two(node, path, scope)} }}"

    def _two(self, node: str, path: str, scope: Scope) -> str:
        one, other = scope.fresh(), scope.fresh()
        return (
            f"{node} {path} {one} . {node} {path} {other} . FILTER(isLiteral({one}) && isLiteral({other})"
            f' && lang({one}) != "" && lcase(lang({one})) = lcase(lang({other}))'
            f" && !sameTerm({one}, {other}))"
        )


def _min_length(given: Parameters) -> Iterable[Constraint]:
    return [MinLength(count(given))]


def _max_length(given: Parameters) -> Iterable[Constraint]:
    return [MaxLength(count(given))]


def _pattern(given: Parameters) -> Iterable[Constraint]:
    flags = companion(given, SH.flags)
    return [PatternOf(str(value), str(flags or "")) for value in given.values]


def _language_in(given: Parameters) -> Iterable[Constraint]:
    languages = members(given.graph, single(given), given.name)
    if not all(isinstance(one, Literal) for one in languages):
        raise NotCompiled(f"{given.name} with what is no language", f"{given.name} 中有非语言标签的值")
    return [LanguageIn(tuple(str(one) for one in languages))]


def _unique_lang(given: Parameters) -> Iterable[Constraint]:
    needs_path(given)
    return [UniqueLang()] if flag(given) else []


READERS: Final = {
    SH.minLength: _min_length,
    SH.maxLength: _max_length,
    SH.pattern: _pattern,
    SH.languageIn: _language_in,
    SH.uniqueLang: _unique_lang,
}
