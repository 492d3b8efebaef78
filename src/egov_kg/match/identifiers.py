"""Short identifiers of things, for tables: an IRI of ours without its beginning, `id/region/610000`."""

from __future__ import annotations

from egov_kg.iris import BASE
from egov_kg.namespaces import PREFIXES, expand


def shortened(iri: str) -> str:
    """The identifier of a thing: what follows `iris.BASE` of our own IRIs, any other IRI as it is."""
    return iri.removeprefix(BASE)


def resolved(identifier: str) -> str:
    """The IRI of an identifier; written as a whole or with a prefix it will do as well."""
    head, _, rest = identifier.partition("/")
    if head in ("id", "code") and rest:
        return BASE + identifier
    return expand(identifier) if identifier.partition(":")[0] in PREFIXES else identifier
