"""What is known of a resource that a URL names: its description, or why there is none."""

from __future__ import annotations

from typing import Final

from egov_kg import iris
from egov_kg.errors import Gone, NotFound, UsageError
from egov_kg.namespaces import PREFIXES
from egov_kg.publish.describe import Description, describe
from egov_kg.publish.views import QB, Profile
from egov_kg.release.lookup import describes
from egov_kg.release.registry import Release
from egov_kg.web.documents import Document
from egov_kg.web.service import service

_LOOKED_BACK: Final = 50


def document(path: str, *, alone: bool = False) -> Document:
    """The document of a thing, a code list or one of its members.

    Args:
        path: its IRI, below `iris.BASE`.
        alone: see `describe`.

    Raises:
        NotFound: no release has it.
        Gone: it is deprecated and nothing replaces it, or an earlier release had it and this one has not.
    """
    return of(find(own(path), alone=alone), f"/doc/{path}")


def of(description: Description, path: str) -> Document:
    """The document at a path, without a suffix, that has a description."""
    return Document(description, path, _profiles(description.iri), _view)


def own(path: str) -> str:
    """The IRI of a thing, a code list or one of its members, from its path.

    Raises:
        NotFound: it is none.
    """
    iri = iris.BASE + path
    try:
        kind = iris.parse(iri).kind
    except UsageError:
        raise unknown(iri) from None
    if kind not in ("id", "code", "scheme"):
        raise unknown(iri)
    return iri


def unknown(iri: str) -> NotFound:
    """The error that says that nothing is said of a resource."""
    return NotFound(
        f"Nothing is said of <{iri}> here: see /sitemap.xml or ask at /sparql for what there is.",
        f"此处没有关于 <{iri}> 的内容：可查看 /sitemap.xml，或在 /sparql 查询现有资源。",
    )


def find(iri: str, *, alone: bool = False) -> Description:
    """The description of a resource.

    Args:
        iri: the resource.
        alone: see `describe`.

    Raises:
        Gone: it is deprecated and nothing replaces it, or an earlier release had it and this one has not.
        NotFound: no release has it.
    """
    described = describe(service().store, iri, alone=alone)
    if described is None:
        if last := _last_release_with(iri):
            raise Gone(
                f"<{iri}> is not in this release any more. Release {last} was the last to have it: "
                f"add ?asOf={last}.",
                f"本发布版本中已没有 <{iri}>。最后包含它的是 {last}：请加上 ?asOf={last}。",
                release=last,
            )
        raise unknown(iri)
    deprecated = any(str(value) == "true" for value in described.values(PREFIXES["owl"] + "deprecated"))
    if deprecated and not replacement(described):
        raise Gone(
            f"<{iri}> is deprecated and nothing replaces it. What is still said of it: "
            f"DESCRIBE <{iri}> at /sparql.",
            f"<{iri}> 已停用，且没有替代项。仍可在 /sparql 用 DESCRIBE <{iri}> 查看其内容。",
        )
    return described


def replacement(described: Description) -> str:
    """The IRI of what replaces a resource, or nothing."""
    found = [str(value) for value in described.values(PREFIXES["dcterms"] + "isReplacedBy")]
    return next((iri for iri in found if iri.startswith(iris.BASE) and iris.local(iri) != iri), "")


def _last_release_with(iri: str) -> str:
    """The id of the latest other release that described a resource, or nothing."""
    here = service()
    if not isinstance(here.release, Release):
        return ""
    registry = here.editions.registry
    seen = {here.release.id}
    for moment in reversed(registry.history()[-_LOOKED_BACK:]):
        if moment.release in seen:
            continue
        seen.add(moment.release)
        try:
            if describes(registry.get(moment.release).nquads, iri):
                return moment.release
        except (NotFound, OSError):
            continue
    return ""


def _view(profile: Profile, iri: str) -> tuple[str, ...]:
    here = service()
    return here.views().about(profile, iri, here.store)


def _profiles(iri: str) -> tuple[Profile, ...]:
    """The views that there are of a resource; a playground has only its own."""
    here = service()
    return here.views().available(iri, here.store) if isinstance(here.release, Release) else (QB,)
