"""What a page costs: bytes, requests, what holds up drawing, what jumps. Counts, never times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from support.browser import Tab

_LIBRARIES = "/static/vendor/"
_BLOCKING = """
performance.getEntriesByType("resource")
  .filter(one => one.initiatorType === "script" && one.renderBlockingStatus === "blocking")
  .map(one => one.name)
"""


@dataclass
class Cost:
    """What a tab has loaded.

    Attributes:
        bytes: as sent, with header fields and compressed, by URL; not those of the libraries for charts and
            the editor.
        blocking: scripts that the first drawing waits for.
        shift: the sum of layout shifts that nobody asked for (Layout Instability, section 2).
    """

    bytes: dict[str, float] = field(default_factory=dict)
    blocking: list[str] = field(default_factory=list)
    shift: float = 0.0


@contextmanager
def counted(tab: Tab) -> Iterator[Cost]:
    """Count what is loaded inside, all of it anew; what is blocking and what jumped is known afterwards."""
    cost, urls = Cost(), dict[str, str]()
    session = tab.page.context.new_cdp_session(tab.page)

    def sent(event: dict[str, Any]) -> None:
        urls[event["requestId"]] = event["request"]["url"]

    def finished(event: dict[str, Any]) -> None:
        url = urls.get(event["requestId"], "")
        if url.startswith(tab.origin) and not url.startswith(tab.origin + _LIBRARIES):
            cost.bytes[url] = cost.bytes.get(url, 0) + event["encodedDataLength"]

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield cost
    cost.blocking = tab.page.evaluate(_BLOCKING)
    cost.shift = tab.page.evaluate(
        "new Promise(done => requestAnimationFrame(() => done(window.layoutShift)))"
    )
    session.detach()
