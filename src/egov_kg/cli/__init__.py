"""The command `egov-kg`: the whole of the package from a terminal or a script.

Exit codes: see `egov_kg.cli.exits` and docs/cli.md.
"""

from egov_kg.cli.app import main

__all__ = ["main"]
