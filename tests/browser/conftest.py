"""A browser, and a server over the project's own data."""

import pytest

from support.browser import browser
from support.past import complete

__all__ = ["browser", "complete"]

pytest.register_assert_rewrite("browser.every_page")
