"""docs/operations.md says of settings, metrics and commands what is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from egov_kg.errors import UsageError
from egov_kg.release.registry import Registry
from egov_kg.settings import Settings, known
from egov_kg.store.base import Dataset
from egov_kg.store.evaluators import Evaluators
from egov_kg.web.editions import Editions
from egov_kg.web.operations import Operations
from egov_kg.web.server.metrics import Metrics

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(EGOV_KG_[A-Z_]+)` \| (.*?) \|", PAGE, re.M))


def test_every_setting_is_in_the_table_and_no_other() -> None:
    assert set(ROWS) == known()


@pytest.mark.parametrize("name", sorted(known() - {"EGOV_KG_HOME", "EGOV_KG_LANG"}))
def test_the_default_in_the_table_is_the_default(name: str) -> None:
    text = ROWS[name].strip("`")
    stated = {} if text == "none" else {name: text}
    home = {"EGOV_KG_HOME": "/nowhere", "EGOV_KG_LANG": "en"}
    assert Settings.from_environment(home | stated) == Settings.from_environment(home)


@pytest.mark.parametrize("name", sorted(known() - {"EGOV_KG_HOME"}))
def test_a_wrong_value_of_each_setting_is_an_error_at_the_start(name: str, tmp_path: Path) -> None:
    """Named with its variable, in both languages, by what a service makes before it listens."""
    wrong = {"EGOV_KG_SERVICE_ALLOW": "data.example/sparql", "EGOV_KG_LOAD_ALLOW": "data.example/"}
    wrong |= {"EGOV_KG_STORE_USER": "a:b", "EGOV_KG_STORE_PASSWORD": "a\nb", "EGOV_KG_CONTACT": "a\nb"}

    def start() -> None:
        settings = Settings.from_environment({"EGOV_KG_HOME": str(tmp_path), name: wrong.get(name, "wrong!")})
        Operations(settings, Editions(Registry(tmp_path), settings), Metrics())
        Evaluators(tmp_path / "none.nq", Dataset(()), settings).close()

    with pytest.raises(UsageError) as caught:
        start()
    assert name in caught.value.detail
    assert name in caught.value.detail_zh


def test_every_metric_that_the_page_names_exists(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    metrics = Metrics()
    metrics.observe("/sparql", "GET", 200, 0.1, 1)
    text = Operations(settings, Editions(Registry(tmp_path), settings), metrics).exposition("")[0].decode()
    there = set(re.findall(r"^# TYPE (\S+)", text, re.M))
    for name in set(re.findall(r"\begov_kg_[a-z_]+", PAGE)):
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        assert base in there or base.startswith("egov_kg_release"), name
