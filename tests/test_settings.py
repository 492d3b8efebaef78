"""Settings: what the environment says, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import UsageError
from egov_kg.settings import Settings, environment_language

NUMBERS = (
    "EGOV_KG_QUERY_TIMEOUT",
    "EGOV_KG_QUERY_MEMORY_MB",
    "EGOV_KG_QUERY_LENGTH",
    "EGOV_KG_QUERY_NESTING",
    "EGOV_KG_EVALUATORS",
    "EGOV_KG_QUEUE_TIMEOUT",
    "EGOV_KG_THREADS",
)
COUNTS = ("EGOV_KG_QUERY_LENGTH", "EGOV_KG_QUERY_NESTING", "EGOV_KG_EVALUATORS", "EGOV_KG_THREADS")


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


def test_every_setting_is_read_from_its_own_variable() -> None:
    environment = {"EGOV_KG_HOME": "/srv/kg", "EGOV_KG_LANG": "zh"}
    environment |= {name: str(number) for number, name in enumerate(NUMBERS, 11)}
    assert Settings.from_environment(environment) == Settings(
        home=Path("/srv/kg"),
        query_timeout=11.0,
        query_memory=12 * 1024 * 1024,
        query_length=13,
        query_nesting=14,
        evaluators=15,
        queue_timeout=16.0,
        threads=17,
        lang="zh",
    )
    assert Settings.from_environment({"EGOV_KG_QUERY_TIMEOUT": "0.5"}).query_timeout == 0.5


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["0", "-1", "soon", "nan", "inf", "1e400"])
def test_what_is_no_positive_number_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings.from_environment({name: value})
    assert name in caught.value.detail
    assert name in caught.value.detail_zh


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("value", ["0.5", "1.7", "2.0", "1e3", "0", "1_0", "²", "9" * 5000])
def test_a_count_is_a_whole_number_from_1(name: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings.from_environment({name: value})
    assert f"{name}={value!r} is not a whole number from 1;" in caught.value.detail
    assert f"{name}={value!r} 不是从 1 起的整数；" in caught.value.detail_zh


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"EGOV_KG_LANG": "zh", "LANG": "en_GB.UTF-8", "EGOV_KG_THREADS": "no"}, "zh"),
        ({"EGOV_KG_LANG": "fr", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"EGOV_KG_LANG": "fr"}, "en"),
    ],
)
def test_a_language_is_known_even_of_wrong_settings(environment: dict[str, str], lang: str) -> None:
    assert environment_language(environment) == lang


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


@pytest.mark.parametrize("name", ["EGOV_KG_RESULT_MB", "EGOV_KG_CACHE_MB", "EGOV_KG_WRITE_MB"])
def test_so_many_mebibytes_are_some_bytes(name: str) -> None:
    assert Settings.from_environment({name: "0.0625"})
    for value in ("0.06", "1e-9", "0", "64MB"):
        with pytest.raises(UsageError, match=name) as caught:
            Settings.from_environment({name: value})
        assert name in caught.value.detail_zh


def test_graphs_in_staging_are_iris() -> None:
    settings = Settings.from_environment({"EGOV_KG_STAGING": "urn:a https://example.org/b"})
    assert settings.staging == ("urn:a", "https://example.org/b")
    for value in ("drafts", "urn:a,<urn:b>", "urn:a urn:"):
        with pytest.raises(UsageError, match="EGOV_KG_STAGING") as caught:
            Settings.from_environment({"EGOV_KG_STAGING": value})
        assert "EGOV_KG_STAGING" in caught.value.detail_zh


def test_the_public_address_is_one() -> None:
    for value in ("https://data.example.org/", "http://[::1]:8000", "https://example.org/kg"):
        assert Settings.from_environment({"EGOV_KG_PUBLIC_URL": value}).public_url == value.rstrip("/")
    for value in (
        "data.example.org",
        "ftp://example.org",
        "https://example.org/?a",
        'https://a"b/',
        "https://",
    ):
        with pytest.raises(UsageError, match="EGOV_KG_PUBLIC_URL") as caught:
            Settings.from_environment({"EGOV_KG_PUBLIC_URL": value})
        assert "EGOV_KG_PUBLIC_URL" in caught.value.detail_zh
