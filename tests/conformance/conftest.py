"""Real servers for the tests of this folder."""

from support.past import complete, past
from support.service import release, server, settings
from support.writable import playing, writing

__all__ = ["complete", "past", "playing", "release", "server", "settings", "writing"]
