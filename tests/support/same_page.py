"""What two services say of the same thing, for comparing one with the other."""

from __future__ import annotations

import re

from support.service import Server


def content(page: str, server: Server) -> list[str]:
    """The lines of a page, in order of their text: the order of a graph's triples is nobody's."""
    page = page.replace(f":{server.port}", ":PORT")
    page = re.sub(r"urn:uuid:[0-9a-f-]+|nonce=\"[^\"]*\"|[0-9.,]+ (?:ms|s|毫秒|秒)\b", "", page)
    return sorted(line.strip() for line in page.splitlines())
