"""PREFIX, BASE and VERSION declarations (SPARQL 1.1, section 4.1), and the IRIs written with their help."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from egov_kg.sparql.iris import resolve
from egov_kg.sparql.tokens import Token, tokens

_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL_ESCAPE: Final = re.compile(r"\\(.)")
_LONGEST_IRI: Final = 2_048


@dataclass(slots=True)
class Prologue:
    """The declarations read so far.

    Attributes:
        prefixes: prefix (without colon) to namespace; None where that is no absolute IRI.
        base: what relative IRIs are resolved against; None without one.
    """

    prefixes: dict[str, str | None] = field(default_factory=dict)
    base: str | None = None

    def read(self, terminals: Sequence[Token], position: int = 0) -> int:
        """Take in the declarations that begin at `position`; the position of what follows them."""
        while position < len(terminals) and terminals[position].kind == "word":
            word = terminals[position].text.upper()
            if word == "PREFIX" and position + 2 < len(terminals):
                prefix = terminals[position + 1].text.removesuffix(":")
                self.prefixes[prefix] = self._reference(terminals[position + 2])
                position += 3
            elif word in ("BASE", "VERSION"):
                if word == "BASE" and position + 1 < len(terminals):
                    self.base = self._reference(terminals[position + 1])
                position += 2
            else:
                break
        return min(position, len(terminals))

    def iri(self, token: Token | None) -> str | None:
        """The absolute IRI that a token stands for (section 4.1.1); None where it stands for none."""
        if token is None or token.kind != "name":
            return self._reference(token)
        prefix, _, local = token.text.partition(":")
        namespace = self.prefixes.get(prefix)
        return None if namespace is None else namespace + _LOCAL_ESCAPE.sub(r"\1", local)

    def _reference(self, token: Token | None) -> str | None:
        """The absolute IRI of an IRI reference between angle brackets."""
        if token is None or token.kind != "iri":
            return None
        text = token.text[1:-1]
        if "\\" in text:
            try:
                text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
            except (ValueError, OverflowError):  # beyond the last code point
                return None
        # A base grows with each BASE that is relative to the one before: without a bound, so would the work.
        iri = resolve(text, self.base) if len(text) <= _LONGEST_IRI else None
        return iri if iri and len(iri) <= _LONGEST_IRI else None


def after_declarations(query: str) -> int:
    """Where the form of a query begins, in code points: what comes before it is declarations and comments."""
    terminals = list(tokens(query))
    at = Prologue().read(terminals)
    return terminals[at].start if at < len(terminals) else len(query)
