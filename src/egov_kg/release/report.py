"""What validation found: one value, as text in two languages or as a `sh:ValidationReport`.

Specification: SHACL, section 3.6 (validation report).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from egov_kg import iris
from egov_kg.errors import ValidationFailed
from egov_kg.namespaces import PREFIXES, shrink
from egov_kg.release.words import counted

Severity = Literal["Violation", "Warning", "Info"]
Language = Literal["en", "zh"]

SHAPES = "https://w3id.org/egov-kg/shape/"
"""Namespace of rule IRIs: `shape/<rule>`."""

_IRI: Final = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*""")
_MOST_LISTED: Final = 100
_SEVERITIES: tuple[Severity, ...] = ("Violation", "Warning", "Info")
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "Violation": "violation",
        "Warning": "warning",
        "Info": "note",
        "conforms": "The data conform: {rules} checked, nothing found.",
        "fails": "The data do not conform: {violations}, {findings}; {rules} checked.",
        "notes": "The data conform: {rules} checked, {remarks}.",
        "focus": "node",
        "path": "property",
        "value": "value",
        "file": "file",
        "rule": "rule",
        "unlisted": "Rule {rule} has {number} more findings, which are not listed.",
    },
    "zh": {
        "Violation": "违规",
        "Warning": "警告",
        "Info": "提示",
        "conforms": "数据符合规则：共检查 {rules} 条规则，未发现问题。",
        "fails": "数据不符合规则：共 {count} 项发现，其中 {violations} 项违规（检查了 {rules} 条规则）。",
        "notes": "数据符合规则：共检查 {rules} 条规则，另有 {count} 项提示。",
        "focus": "节点",
        "path": "属性",
        "value": "值",
        "file": "文件",
        "rule": "规则",
        "unlisted": "规则 {rule} 另有 {number} 项发现未列出。",
    },
}


@dataclass(frozen=True, slots=True)
class Result:
    """One finding.

    Attributes:
        focus_node: the IRI that breaks the rule; in N-Triples syntax when it is not an IRI.
        path: the property, as an IRI, or as a SPARQL property path; empty when the rule names none.
        value: the value at fault in N-Triples syntax; empty when the rule names none.
        severity: `Violation`, `Warning` or `Info`; only violations make data fail.
        rule: the IRI of the shape or of the integrity check, `https://w3id.org/egov-kg/shape/<name>`.
        message_en, message_zh: what is wrong and what to do.
        source_file: the file that describes the focus node, where that is known.
    """

    focus_node: str
    path: str
    value: str
    severity: Severity
    rule: str
    message_en: str
    message_zh: str
    source_file: str | None = None

    @property
    def rule_name(self) -> str:
        """The last part of the rule's IRI: `observation-unit`, `ic-06`."""
        return self.rule.removeprefix(SHAPES)

    def to_json(self) -> dict[str, str]:
        """The result as JSON values, under the names of SHACL."""
        return {
            "focusNode": self.focus_node,
            "resultPath": self.path,
            "value": self.value,
            "resultSeverity": self.severity,
            "sourceShape": self.rule,
            "message_en": self.message_en,
            "message_zh": self.message_zh,
        }

    def message(self, lang: Language) -> str:
        """The message in one language."""
        return self.message_zh if lang == "zh" else self.message_en

    def sort_key(self) -> tuple[str, ...]:
        """Violations first, then by file, node, rule, property and value."""
        rank = str(_SEVERITIES.index(self.severity))
        return (rank, self.source_file or "", self.focus_node, self.rule, self.path, self.value)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one validation.

    Attributes:
        results: sorted by `Result.sort_key`, without duplicates.
        rules: how many rules were checked (shapes and integrity checks).
        engine: the SHACL engine that was used. It is not part of the RDF form: the verdict is.
        unlisted: how many more findings of a rule there are than are among the results, by the rule's IRI.
    """

    results: tuple[Result, ...]
    rules: int
    engine: str
    unlisted: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, results: Iterable[Result], rules: int, engine: str, unlisted: Mapping[str, int] | None = None
    ) -> Report:
        """A report of results in any order, with any repetition."""
        return cls(tuple(sorted(set(results), key=Result.sort_key)), rules, engine, dict(unlisted or {}))

    @property
    def conforms(self) -> bool:
        """Whether nothing of severity `Violation` was found."""
        return not self.violations

    @property
    def violations(self) -> tuple[Result, ...]:
        """The results that make the data fail."""
        return tuple(result for result in self.results if result.severity == "Violation")

    def require(self) -> None:
        """Go on only with data that conform.

        Raises:
            ValidationFailed: the first violation in words; `extra` has the whole text as `report` (en) and
                `report_zh`, the number of violations as `violations`, and the first 100 of them as `results`.
        """
        if self.conforms:
            return
        first, count = self.violations[0], len(self.violations)
        where = f"{first.source_file}: " if first.source_file else ""
        more_en = f" (and {count - 1} more)" if count > 1 else ""
        more_zh = f"（另有 {count - 1} 处）" if count > 1 else ""
        error = ValidationFailed(
            f"{where}{shrink(first.focus_node)} breaks rule {first.rule_name}: {first.message_en}{more_en}",
            f"{where}{shrink(first.focus_node)} 违反规则 {first.rule_name}：{first.message_zh}{more_zh}",
            report=self.to_text("en"),
            report_zh=self.to_text("zh"),
            violations=count,
            results=[result.to_json() for result in self.violations[:_MOST_LISTED]],
        )
        error.turtle = self.to_turtle()
        raise error

    def to_text(self, lang: Language = "en") -> str:
        """The report for people: a summary, then one block for each finding; ends with a newline."""
        return "".join(f"{line}\n" for line in self._lines(lang))

    def _lines(self, lang: Language) -> Iterator[str]:
        words = _WORDS[lang]
        count, violations = len(self.results), len(self.violations)
        summary = "fails" if violations else "notes" if count else "conforms"
        if lang == "zh":
            yield words[summary].format(count=count, violations=violations, rules=self.rules)
        else:
            yield words[summary].format(
                findings=counted(count, "finding"),
                remarks=counted(count, "remark"),
                violations=counted(violations, "violation"),
                rules=counted(self.rules, "rule"),
            )
        colon = "：" if lang == "zh" else ": "
        yield from self._more(lang)
        for result in self.results:
            yield ""
            yield f"{words[result.severity]}{colon}{result.message(lang)}"
            for name, text in (
                ("focus", shrink(result.focus_node)),
                ("path", shrink(result.path)),
                ("value", _shorten(result.value)),
                ("rule", result.rule_name),
                ("file", result.source_file or ""),
            ):
                if text:
                    yield f"  {words[name]}{colon}{text}"

    def _more(self, lang: Language) -> Iterator[str]:
        for rule, number in sorted(self.unlisted.items()):
            yield _WORDS[lang]["unlisted"].format(rule=rule.removeprefix(SHAPES), number=number)

    def to_turtle(self) -> str:
        """The report as a `sh:ValidationReport`: no blank nodes, the same text for the same findings.

        The report and each result are named by a hash of their content, so that two reports can be compared.
        """
        results = [(_result_iri(result), result) for result in self.results]
        digest = hashlib.sha256("\n".join(iri for iri, _ in results).encode()).hexdigest()[:16]
        lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in ("sh", "xsd", "rdfs")]
        lines += ["", f"<{iris.thing('validation-report', digest)}> a sh:ValidationReport ;"]
        lines += [f"    sh:result <{iri}> ;" for iri, _ in results]
        lines += [f"    rdfs:comment {_quote(more)}@{lang} ;" for lang in _WORDS for more in self._more(lang)]
        lines += [f"    sh:conforms {'true' if self.conforms else 'false'} ."]
        for iri, result in results:
            lines += ["", f"<{iri}> a sh:ValidationResult ;"]
            lines += [f"    {line} ;" for line in _properties(result)]
            lines += [f"    sh:sourceShape <{result.rule}> ."]
        return "\n".join(lines) + "\n"


def _properties(result: Result) -> Iterator[str]:
    yield f"sh:focusNode {_term(result.focus_node)}"
    if _IRI.fullmatch(result.path):
        yield f"sh:resultPath <{result.path}>"
    if result.value.startswith(("<", '"')):
        yield f"sh:value {result.value}"
    yield f"sh:resultSeverity sh:{result.severity}"
    yield f"sh:resultMessage {_quote(result.message_en)}@en"
    yield f"sh:resultMessage {_quote(result.message_zh)}@zh"
    if result.source_file:
        yield f"rdfs:comment {_quote(result.source_file)}"


def _result_iri(result: Result) -> str:
    parts = (result.focus_node, result.rule, result.path, result.value, result.source_file or "")
    return iris.thing("validation-result", hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16])


def _term(node: str) -> str:
    """A focus node in Turtle. A blank node cannot be named from outside its document: it is the text `[]`."""
    if node.startswith('"'):
        return node
    return f"<{node}>" if _IRI.fullmatch(node) else _quote(node)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _shorten(term: str) -> str:
    """A term for people: IRIs with our prefixes."""
    if term.startswith("<"):
        return shrink(term[1:-1])
    text, mark, datatype = term.rpartition("^^")
    return f"{text}{mark}{shrink(datatype[1:-1])}" if mark else term
