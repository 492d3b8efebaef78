"""What holds of every page, in English."""

from __future__ import annotations

import pytest

from browser.every_page import EveryPage


class TestEnglish(EveryPage):
    """Of each kind of page."""

    @pytest.fixture(scope="class")
    @classmethod
    def lang(cls) -> str:
        """The language of the page."""
        return "en"
