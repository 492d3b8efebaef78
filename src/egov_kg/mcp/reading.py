"""What assistants can read beside the tools: the ontology, prefixes and questions; and a prompt."""

from __future__ import annotations

from typing import Any, Final

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from egov_kg.errors import EgovError
from egov_kg.intervals import Language
from egov_kg.mcp.current import Current
from egov_kg.namespaces import PREFIXES
from egov_kg.resources import find_sources
from egov_kg.sparql.queries import find_question, load_questions

_THRESHOLD: Final[dict[Language, str]] = {
    "en": "Use find_indicator to find the indicator “{indicator}”, then compare with the threshold "
    "“{condition}”. Say the warnings first. List the certain figures, then the possible ones and why they "
    "are open, then the excluded ones; each with its qualifier and its citation.",
    "zh": "请用 find_indicator 查找指标“{indicator}”，再用 compare 按门槛“{condition}”比较（lang=zh）。"
    "先说明各项提示；然后依次列出肯定达到的、可能达到的（并说明为何不能确定）和排除的数值，"
    "每个都附限定与引文。",
}


def add_resources(server: MCPServer[Any], current: Current) -> None:
    """Add what can be read.

    Args:
        server: to add to.
        current: has the release.
    """

    @server.resource("egov-kg://release", mime_type="text/plain")
    def release() -> str:
        """The release that the tools answer from, and how to cite it."""
        with current.borrow() as source:
            about = source.about
            return "\n".join((source.release.id, about.citation("en"), about.citation("zh"), ""))

    @server.resource("egov-kg://ontology", mime_type="text/turtle")
    def ontology() -> str:
        """The vocabulary of the data, with definitions in Chinese and English."""
        return (find_sources().ontology / "egov.ttl").read_text("utf-8")

    @server.resource("egov-kg://prefixes", mime_type="application/sparql-query")
    def prefixes() -> str:
        """The prefixes, as declarations for SPARQL queries."""
        return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

    @server.resource("egov-kg://questions", mime_type="text/plain")
    def questions() -> str:
        """What the data can be asked: name and question, in Chinese and English."""
        found = load_questions(find_sources())
        return "".join(f"{one.name}\t{one.question('en')}\t{one.question('zh')}\n" for one in found)

    @server.resource("egov-kg://questions/{name}", mime_type="application/sparql-query")
    def question(name: str) -> str:
        """The SPARQL query of one of the questions."""
        try:
            return find_question(load_questions(find_sources()), name).text
        except EgovError as error:
            raise ResourceNotFoundError(f"{error.detail}\n{error.detail_zh}") from error


def add_prompts(server: MCPServer[Any]) -> None:
    """Add what people can begin with."""

    @server.prompt()
    def threshold(indicator: str, condition: str, lang: Language = "en") -> str:
        """Which of the figures of an indicator pass a threshold, for certain or perhaps?"""
        return _THRESHOLD[lang].format(indicator=indicator, condition=condition)
