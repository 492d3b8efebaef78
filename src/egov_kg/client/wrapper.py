"""SPARQLWrapper, which tells who asks to nobody but the endpoint."""

from __future__ import annotations

from typing import Any

from SPARQLWrapper import SPARQLWrapper


class Wrapper(SPARQLWrapper):
    """A request to an endpoint.

    Attributes:
        authorization: the field of that name; empty for none.
    """

    authorization = ""

    def _createRequest(self) -> Any:  # noqa: N802
        request = super()._createRequest()
        if self.authorization:  # a field of the usual kind would go to wherever the endpoint redirects
            request.add_unredirected_header("Authorization", self.authorization)
        return request
