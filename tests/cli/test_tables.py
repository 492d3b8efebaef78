"""Which columns a table of one language keeps."""

from __future__ import annotations

import pytest

from egov_kg.cli.tables import in_language
from egov_kg.settings import Language


@pytest.mark.parametrize(
    ("lang", "kept"),
    [("en", ["a_en", "b_zh", "c_en", "n"]), ("zh", ["a_zh", "b_zh", "c_en", "n"])],
)
def test_only_a_column_with_a_counterpart_is_left_out(lang: Language, kept: list[str]) -> None:
    assert in_language(["a_zh", "a_en", "b_zh", "c_en", "n"], lang) == kept
