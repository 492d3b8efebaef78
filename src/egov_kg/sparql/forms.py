"""Parameters of query strings and forms (application/x-www-form-urlencoded), as UTF-8."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Final

from egov_kg.errors import UsageError

Parameters = Mapping[str, Sequence[str]]

_MAX_PARAMETERS: Final = 1000
_STRAY: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def parameters(encoded: bytes) -> dict[str, list[str]]:
    """The parameters of a query string or form, as UTF-8; several values of one name keep their order.

    Raises:
        UsageError: percent-encoding that is not UTF-8, or too many parameters.
    """
    found: dict[str, list[str]] = {}
    try:
        if encoded.count(b"&") >= _MAX_PARAMETERS:
            raise UsageError(f"More than {_MAX_PARAMETERS} parameters.", f"参数多于 {_MAX_PARAMETERS} 个。")
        for field in filter(None, encoded.split(b"&")):
            name, _, value = field.partition(b"=")
            found.setdefault(_unescaped(name), []).append(_unescaped(value))
    except UnicodeDecodeError:
        raise UsageError(
            "The parameters are not UTF-8: percent-encode UTF-8.",
            "参数不是 UTF-8：请对 UTF-8 作百分号编码。",
        ) from None
    return found


def _unescaped(text: bytes) -> str:
    """Percent-encoding and `+` undone; what is no percent-encoding stays as it is.

    The codec of quoted-printable does in place what `urllib.parse` does with an object for each escape.
    """
    text = text.replace(b"+", b" ")
    if b"%" in text:
        whole = _STRAY.sub(b"%25", text).replace(b"=", b"%3D")
        text = binascii.a2b_qp(whole.replace(b"%", b"="))
    return text.decode("utf-8")
