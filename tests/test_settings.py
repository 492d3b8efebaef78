"""Settings: what the environment says, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import UsageError
from egov_kg.settings import Settings

NUMBERS = (
    "EGOV_KG_QUERY_TIMEOUT",
    "EGOV_KG_QUERY_MEMORY_MB",
    "EGOV_KG_QUERY_LENGTH",
    "EGOV_KG_QUERY_NESTING",
    "EGOV_KG_EVALUATORS",
    "EGOV_KG_QUEUE_TIMEOUT",
    "EGOV_KG_THREADS",
)


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings(home=settings.home)
    assert settings.home.name == "egov-kg"


def test_the_home_may_be_relative_or_begin_with_a_tilde(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({"EGOV_KG_HOME": "~/kg"}).home == tmp_path.resolve() / "kg"
    assert Settings.from_environment({"EGOV_KG_HOME": "kg"}).home == tmp_path.resolve() / "kg"


@given(
    st.builds(
        Settings,
        home=st.just(Path("/srv/kg")),
        query_timeout=st.floats(0.1, 1e6),
        query_memory=st.integers(1, 2**20).map(lambda mib: mib * 1024 * 1024),
        query_length=st.integers(1, 10**9),
        query_nesting=st.integers(1, 10**6),
        evaluators=st.integers(1, 1000),
        queue_timeout=st.floats(0.1, 1e6),
        threads=st.integers(1, 1000),
        lang=st.sampled_from(["en", "zh"]),
    )
)
def test_settings_survive_the_way_through_an_environment(settings: Settings) -> None:
    assert Settings.from_environment(settings.to_environment()) == settings


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["0", "-1", "soon", "nan", "inf", "1e400"])
def test_what_is_no_positive_number_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings.from_environment({name: value})
    assert name in caught.value.detail
    assert name in caught.value.detail_zh


def test_half_an_evaluator_is_refused() -> None:
    with pytest.raises(UsageError, match="EGOV_KG_EVALUATORS"):
        Settings.from_environment({"EGOV_KG_EVALUATORS": "0.5"})


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "EGOV_KG_LANG": "en"}, "en"),
        ({"EGOV_KG_LANG": "zh"}, "zh"),
    ],
)
def test_the_language_is_chosen_or_the_locales(environment: dict[str, str], lang: str) -> None:
    assert Settings.from_environment(environment).lang == lang


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError, match="EGOV_KG_LANG"):
        Settings.from_environment({"EGOV_KG_LANG": "fr"})
