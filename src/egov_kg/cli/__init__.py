"""The command `egov-kg`: the whole of the package from a terminal or a script.

Exit codes: see `egov_kg.cli.exits` and docs/cli.md.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from egov_kg.cli.exits import ExitCode


def main() -> NoReturn:
    """Run the command line of this process and exit with an `ExitCode`."""
    try:
        from egov_kg.cli.app import main as run
    except KeyboardInterrupt:  # reading all modules takes long enough for somebody to change their mind
        sys.exit(ExitCode.INTERRUPTED)
    run()
