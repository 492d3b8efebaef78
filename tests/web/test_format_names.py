"""What formats are called on pages."""

from __future__ import annotations

import pytest

from egov_kg.formats import RDF, RESULTS, Syntax
from egov_kg.web.format_names import NAMES, format_name


@pytest.mark.parametrize("syntax", [*RESULTS, *RDF], ids=lambda syntax: syntax.name)
def test_every_syntax_has_a_name_of_its_own(syntax: Syntax) -> None:
    assert format_name(syntax.media_type) == NAMES[syntax.name]
    assert len(set(NAMES.values())) == len(NAMES)


def test_what_has_no_name_goes_by_its_media_type() -> None:
    assert format_name("application/x-unheard-of") == "application/x-unheard-of"
