"""Settings: one frozen value, made once from the environment.

This is the only module that reads the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path

from egov_kg.errors import UsageError

_MIB = 1024 * 1024

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Settings:
    """Everything that can be set from outside.

    Attributes:
        home: folder that holds the releases (`EGOV_KG_HOME`).
        query_timeout: seconds a query may take, evaluation and transfer (`EGOV_KG_QUERY_TIMEOUT`).
        query_memory: bytes a query may allocate (`EGOV_KG_QUERY_MEMORY_MB`, in MiB).
        query_length: code points a query may have (`EGOV_KG_QUERY_LENGTH`).
        query_nesting: levels of brackets a query may have (`EGOV_KG_QUERY_NESTING`).
        evaluators: child processes that answer queries (`EGOV_KG_EVALUATORS`).
        queue_timeout: seconds a query may wait for a free evaluator (`EGOV_KG_QUEUE_TIMEOUT`).
        threads: requests handled at a time (`EGOV_KG_THREADS`).
        lang: the language of messages (`EGOV_KG_LANG`: en or zh; else what the locale says, else en).
    """

    home: Path
    query_timeout: float = 30.0
    query_memory: int = 512 * _MIB
    query_length: int = 100_000
    query_nesting: int = 64
    evaluators: int = 2
    queue_timeout: float = 10.0
    threads: int = 16
    lang: Language = "en"

    @property
    def releases(self) -> Path:
        """The folder of releases."""
        return self.home / "releases"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings.

        Args:
            environ: what to read instead of the process's own environment.

        Raises:
            UsageError: a value that is not a positive number, or no known language, named with its variable.
        """
        env = os.environ if environ is None else environ

        def number(name: str, default: float, least: float = 0.0) -> float:
            text = env.get(name, "")
            if not text:
                return default
            try:
                value = float(text)
            except ValueError:
                value = 0.0
            if not (0 < value < 1e12 and value >= least):
                raise UsageError(
                    f"{name}={text!r} is not a positive number; the default is {default:g}.",
                    f"{name}={text!r} 不是正数；默认值为 {default:g}。",
                )
            return value

        def count(name: str, default: int) -> int:
            return int(number(name, default, least=1))

        def language() -> Language:
            match env.get("EGOV_KG_LANG", ""):
                case "en" | "zh" as chosen:
                    return chosen
                case "":
                    # POSIX: the first of these that is set and not empty decides.
                    names = ("LC_ALL", "LC_MESSAGES", "LANG")
                    locale = next((env[name] for name in names if env.get(name)), "")
                    return "zh" if locale.lower().startswith("zh") else "en"
                case other:
                    raise UsageError(
                        f"EGOV_KG_LANG={other!r} is neither en nor zh.",
                        f"EGOV_KG_LANG={other!r} 既非 en 也非 zh。",
                    )

        home = env.get("EGOV_KG_HOME", "")
        return cls(
            home=Path(home).expanduser().resolve() if home else user_data_path("egov-kg"),
            query_timeout=number("EGOV_KG_QUERY_TIMEOUT", cls.query_timeout),
            query_memory=int(number("EGOV_KG_QUERY_MEMORY_MB", cls.query_memory / _MIB) * _MIB),
            query_length=count("EGOV_KG_QUERY_LENGTH", cls.query_length),
            query_nesting=count("EGOV_KG_QUERY_NESTING", cls.query_nesting),
            evaluators=count("EGOV_KG_EVALUATORS", cls.evaluators),
            queue_timeout=number("EGOV_KG_QUEUE_TIMEOUT", cls.queue_timeout),
            threads=count("EGOV_KG_THREADS", cls.threads),
            lang=language(),
        )

    def to_environment(self) -> dict[str, str]:
        """The same settings as environment variables, for a process that is started with them."""
        return {
            "EGOV_KG_HOME": str(self.home),
            "EGOV_KG_QUERY_TIMEOUT": repr(self.query_timeout),
            "EGOV_KG_QUERY_MEMORY_MB": repr(self.query_memory / _MIB),
            "EGOV_KG_QUERY_LENGTH": str(self.query_length),
            "EGOV_KG_QUERY_NESTING": str(self.query_nesting),
            "EGOV_KG_EVALUATORS": str(self.evaluators),
            "EGOV_KG_QUEUE_TIMEOUT": repr(self.queue_timeout),
            "EGOV_KG_THREADS": str(self.threads),
            "EGOV_KG_LANG": self.lang,
        }
