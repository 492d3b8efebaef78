"""Content negotiation by profile (W3C Working Draft of 26 November 2019): which vocabulary a client wants.

Two ways lead to a profile: the `Accept-Profile` header (section 7.1) and the query string argument `_profile`
(section 7.2), a token or a URI. `Content-Profile`, `Link: rel="profile"` and `rel="alternate"; profile=` say
what was given and what else there is. Nothing here needs a request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from egov_kg.errors import NotAcceptable
from egov_kg.publish.views import Profile

# No two parts of it can take the same blanks: it is read in time proportional to its length.
_MEMBER: Final = re.compile(r"<([^<>\s]{1,2048})>[ \t]*((?:;[^,<]*)?)(?:,|$)")
_QUALITY: Final = re.compile(r";[ \t]*q[ \t]*=[ \t]*([01](?:\.\d{0,3})?)[ \t]*(?:;|$)", re.IGNORECASE)
_LONGEST: Final = 4096


def parse_accept_profile(header: str) -> tuple[tuple[str, float], ...]:
    """URIs with their qualities, best first; members that are malformed are left out."""
    found = []
    for uri, parameters in _MEMBER.findall(header[:_LONGEST]):
        quality = _QUALITY.search(parameters)
        found.append((uri, min(1.0, float(quality[1])) if quality else 1.0))
    return tuple(sorted(found, key=lambda pair: -pair[1]))


def choose(header: str, hint: str, available: Sequence[Profile]) -> Profile:
    """The profile to give.

    Args:
        header: `Accept-Profile`, perhaps empty. What it names in vain is passed over: the default is given,
            and `Content-Profile` says so (section 5.1).
        hint: `_profile`, perhaps empty.
        available: what there is, the default first.

    Raises:
        NotAcceptable: `_profile` names something that there is not.
    """
    if hint:
        for profile in available:
            if hint in (profile.token, profile.uri):
                return profile
        names = [profile.token for profile in available]
        raise NotAcceptable(
            f"There is no view _profile={hint!r} of this resource; there are {', '.join(names)}.",
            f"该资源没有 _profile={hint!r} 视图；可用：{'、'.join(names)}。",
            available=names,
        )
    for uri, quality in parse_accept_profile(header):
        for profile in available:
            if quality > 0 and profile.uri == uri:
                return profile
    return available[0]
