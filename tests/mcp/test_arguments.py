"""Arguments that a tool does not take: what is wrong is said in both languages, and no word is the SDK's."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Call, said


@pytest.mark.parametrize(
    ("tool", "arguments", "en", "zh"),
    [
        (
            *("get_observations", {"limit": 0}),
            *("limit has to be at least 1, not 0.", "limit 应不小于 1，而不是 0。"),
        ),
        (
            *("get_observations", {"limit": 101}),
            *("limit has to be at most 100, not 101.", "limit 应不大于 100，而不是 101。"),
        ),
        (
            *("get_observations", {"limit": "ten"}),
            *("limit has to be a whole number, not 'ten'.", "limit 应为整数，而不是 'ten'。"),
        ),
        (
            *("get_observations", {"limit": 1.5}),
            *("limit has to be a whole number, not 1.5.", "limit 应为整数，而不是 1.5。"),
        ),
        (
            *("get_observations", {"level": 5}),
            *("level has to be a text, not 5.", "level 应为文本，而不是 5。"),
        ),
        (
            *("get_observations", {"lang": "fr"}),
            *("lang has to be one of: 'en', 'zh', not 'fr'.", "lang 应为以下之一：'en'、'zh'，而不是 'fr'。"),
        ),
        (
            *("find_indicator", {}),
            *("text is missing.", "text 缺失。"),
        ),
        (
            *("run_sparql", {"query": "ASK {}", "timeout": 0}),
            *("timeout has to be more than 0.0, not 0.", "timeout 应大于 0.0，而不是 0。"),
        ),
        (
            *("run_sparql", {"query": "ASK {}", "timeout": "x"}),
            *("timeout has to be a number, not 'x'.", "timeout 应为数字，而不是 'x'。"),
        ),
        (
            *("compare", {"indicators": "x"}),
            *("indicators has to be a list, not 'x'.", "indicators 应为列表，而不是 'x'。"),
        ),
        (
            *("compare", {"threshold": ">= 80" * 20}),
            *("threshold has to be of at most 60 characters", "threshold 至多 60 个字符"),
        ),
        (
            *("compare", {"areas": [str(n) for n in range(99)]}),
            *("areas has to be of at most", "areas 至多"),
        ),
    ],
)
def test_it_is_said_in_both_languages(
    call: Call, tool: str, arguments: dict[str, Any], en: str, zh: str
) -> None:
    answer = call(tool, **arguments)
    assert answer.is_error
    first, second = said(answer).splitlines()
    assert first.startswith(f"{tool}: {en}")
    assert second.startswith(f"{tool}：{zh}")


def test_each_wrong_argument_is_named(call: Call) -> None:
    answer = call("find_indicator", limit=0, lang="fr")
    assert [line.split()[1] for line in said(answer).splitlines()[:3]] == ["text", "lang", "limit"]


@pytest.mark.parametrize(
    ("tool", "arguments", "missing"),
    [
        ("find_indicator", {"query": "extranet"}, ["text"]),
        ("find_indicator", {"text": "extranet", "query": "extranet"}, []),
        ("get_observations", {"query": "extranet"}, []),
    ],
)
def test_an_argument_that_there_is_not_is_named_with_those_that_there_are(
    call: Call, tool: str, arguments: dict[str, Any], missing: list[str]
) -> None:
    answer = call(tool, **arguments)
    assert answer.is_error
    lines = said(answer).splitlines()
    en, zh = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    assert en[0].startswith(f"{tool}: there is no argument 'query'; there are: ")
    assert zh[0].startswith(f"{tool}：没有参数 'query'；可用的参数有：")
    assert all("lang" in one and "limit" in one for one in (en[0], zh[0]))
    assert en[1:] == [f"{tool}: {one} is missing." for one in missing]
    assert zh[1:] == [f"{tool}：{one} 缺失。" for one in missing]
