"""Settings: one frozen value, made once from the environment.

This is the only module that reads the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from platformdirs import user_data_path

from egov_kg.errors import UsageError

_MIB = 1024 * 1024
_COUNT = re.compile(r"[0-9]{1,12}")

Language = Literal["en", "zh"]

Engine = Literal["pyshacl", "shacl"]
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
"""SHACL engines; the first is the reference and the default. Here, so that naming them loads neither."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set from outside.

    Attributes:
        home: folder that holds the releases (`EGOV_KG_HOME`).
        query_timeout: seconds a query may take, evaluation and transfer (`EGOV_KG_QUERY_TIMEOUT`).
        query_memory: bytes a query may allocate, on Linux (`EGOV_KG_QUERY_MEMORY_MB`, in MiB).
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
            UsageError: a value that is not a positive number, a count that is not a whole one, or no known
                language, named with its variable.
        """
        env = os.environ if environ is None else environ

        def number(name: str, default: float) -> float:
            text = env.get(name, "")
            if not text:
                return default
            try:
                value = float(text)
            except ValueError:
                value = 0.0
            if not 0 < value < 1e12:
                raise UsageError(
                    f"{name}={text!r} is not a positive number; the default is {default:g}.",
                    f"{name}={text!r} 不是正数；默认值为 {default:g}。",
                )
            return value

        def count(name: str, default: int) -> int:
            text = env.get(name, "")
            if not text:
                return default
            if not (_COUNT.fullmatch(text) and int(text) > 0):
                raise UsageError(
                    f"{name}={text!r} is not a whole number from 1; the default is {default}.",
                    f"{name}={text!r} 不是从 1 起的整数；默认值为 {default}。",
                )
            return int(text)

        if (lang := env.get("EGOV_KG_LANG", "")) not in ("", *get_args(Language)):
            raise UsageError(
                f"EGOV_KG_LANG={lang!r} is neither en nor zh.", f"EGOV_KG_LANG={lang!r} 既非 en 也非 zh。"
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
            lang=environment_language(env),
        )


def environment_language(environ: Mapping[str, str] | None = None) -> Language:
    """The language in which to say something, even that another setting is wrong.

    Args:
        environ: what to read instead of the process's own environment.

    Returns:
        What `EGOV_KG_LANG` says; where that is neither en nor zh, what the locale says; else en.
    """
    env = os.environ if environ is None else environ
    match env.get("EGOV_KG_LANG", ""):
        case "en" | "zh" as chosen:
            return chosen
        case _:
            # POSIX: the first of these that is set and not empty decides.
            names = ("LC_ALL", "LC_MESSAGES", "LANG")
            locale = next((env[name] for name in names if env.get(name)), "")
            return "zh" if locale.lower().startswith("zh") else "en"
