"""Work for `release.beside` whose end a test decides."""

from __future__ import annotations

import time

from egov_kg.release.beside import Beside, Work
from egov_kg.release.steps import Progress


def counting(total: int) -> Work[str, str]:
    """Work that tells of each step, and answers with the job."""

    def work(job: str, progress: Progress) -> str:
        for done in range(total):
            progress.step(job, "步", done, total)
        return job

    return work


def waiting() -> Work[float, None]:
    """Work that takes as many seconds as the job says."""
    return lambda seconds, _: time.sleep(seconds)


def nested() -> Work[None, None]:
    """Work that starts such a process itself, tells its number and waits for it without end."""

    def work(_: None, progress: Progress) -> None:
        with Beside(waiting) as inner:
            inner.start(600.0)
            progress.step(str(inner.pid), "", 0, 1)
            inner.result()

    return work
