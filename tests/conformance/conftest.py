"""One real server for the tests of this folder."""

from support.service import release, server, settings

__all__ = ["release", "server", "settings"]
