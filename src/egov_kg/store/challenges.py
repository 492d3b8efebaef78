"""Who we are, to a server that wants to know: Basic (RFC 7617), Digest (RFC 7616) and Bearer (RFC 6750)."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field
from typing import Final
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgr,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from egov_kg.store.addresses import Target

_ALGORITHMS: Final = ("MD5", "SHA")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an operator gave to be known by.

    Attributes:
        user: a name, empty for none.
        password: of that name; never shown.
        token: a bearer token, instead of a name; never shown.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)

    @property
    def authorization(self) -> str:
        """The `Authorization` field of who does not wait to be asked: Bearer or Basic; empty for nobody."""
        if self.token:
            return f"Bearer {self.token}"
        if not self.user:
            return ""
        secret = f"{self.user}:{self.password}".encode()
        return f"Basic {base64.b64encode(secret).decode('ascii')}"


class Authorizer:
    """Makes the `Authorization` fields for one server. Safe to use from any thread.

    A name and its password are sent only when the server asks, in the safest way that it offers; after that,
    with every request.

    Args:
        credentials: to make them of.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._lock = threading.Lock()
        self._challenge = ""
        self._digest = _Digest(credentials)

    def field(self, place: Target, method: str) -> dict[str, str]:
        """The field for a request, as far as it is known what the server wants.

        Args:
            place: what is asked for.
            method: of the request.
        """
        if self._credentials.token:
            return {"Authorization": self._credentials.authorization}
        with self._lock:
            scheme, _, rest = self._challenge.partition(" ")
            if scheme.lower() == "basic":
                return {"Authorization": self._credentials.authorization}
            if scheme.lower() == "digest":
                return {"Authorization": f"Digest {self._digest.answer(place, method, rest)}"}
        return {}

    def heed(self, challenge: str) -> bool:
        """Take up what a server wants, from the `WWW-Authenticate` of its 401; whether that can be given."""
        if not self._credentials.user:
            return False
        with self._lock:
            for wanted in _schemes(challenge):
                scheme, _, rest = wanted.partition(" ")
                if scheme.lower() == "basic" or (scheme.lower() == "digest" and self._digest.can(rest)):
                    self._challenge = wanted
                    return True
        return False


class _Digest(AbstractDigestAuthHandler):
    """The standard library's arithmetic of Digest, without its way of sending requests."""

    def __init__(self, credentials: Credentials) -> None:
        class _Known(HTTPPasswordMgr):
            def find_user_password(self, _realm: str, _uri: str) -> tuple[str | None, str | None]:
                return credentials.user, credentials.password

        super().__init__(_Known())

    def can(self, rest: str) -> bool:
        facts = _facts(rest)
        return (
            {"realm", "nonce"} <= facts.keys()
            and facts.get("algorithm", "MD5").upper() in _ALGORITHMS
            and facts.get("qop", "auth") == "auth"
        )

    def answer(self, place: Target, method: str, rest: str) -> str:
        return self.get_authorization(Request(place.url, method=method), _facts(rest)) or ""  # noqa: S310


def _facts(rest: str) -> dict[str, str]:
    try:
        return dict(parse_keqv_list(parse_http_list(rest)))
    except ValueError:
        return {}


def _schemes(challenge: str) -> list[str]:
    """The challenges of a field, Digest first: what stands before a comma may belong to either."""
    lower = challenge.lower()
    starts = sorted(at for word in ("digest ", "basic ") if (at := lower.find(word)) >= 0)
    ends = [*starts[1:], len(challenge)]
    found = [challenge[start:end].rstrip(", ") for start, end in zip(starts, ends, strict=True)]
    return sorted(found, key=lambda one: not one.lower().startswith("digest"))
