"""A browser, and a server over the project's own data."""

from support.browser import browser
from support.past import complete

__all__ = ["browser", "complete"]
