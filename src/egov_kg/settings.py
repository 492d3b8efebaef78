"""Settings: one frozen value, made once from the environment.

This is the only module that reads the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast, get_args

from platformdirs import user_data_path

from egov_kg.errors import UsageError

_MIB = 1024 * 1024
_VARIABLE = re.compile(r"EGOV_KG_[A-Z_]+")
_LEAST: Final = 64 * 1024
_IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]+""")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]+(?:/[A-Za-z0-9._~/%-]*)?")
_USER = re.compile(r"[^:\x00-\x1f\x7f]+")
_LINE = re.compile(r"[^\x00-\x1f\x7f]+")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_COUNT = re.compile(r"[0-9]{1,12}")

Language = Literal["en", "zh"]
LogFormat = Literal["text", "json"]
Engine = Literal["pyshacl", "shacl", "sparql"]
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
"""SHACL engines; the first is the reference and the default. Here, so that naming them loads neither."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set from outside.

    Attributes:
        home: folder that holds the releases (`EGOV_KG_HOME`).
        store: a remote engine's query URL, or a release's folder; empty: the current one (`EGOV_KG_STORE`).
        store_update: where a remote engine takes updates (`EGOV_KG_STORE_UPDATE`).
        store_graphs: where it speaks the Graph Store Protocol (`EGOV_KG_STORE_GRAPHS`).
        store_user, store_password: to be known by (`EGOV_KG_STORE_USER`, `EGOV_KG_STORE_PASSWORD`).
        store_token: a bearer token instead (`EGOV_KG_STORE_TOKEN`).
        store_ca: file of certificates to trust instead of the system's (`EGOV_KG_STORE_CA`).
        store_connect_timeout: seconds a connection to it may take (`EGOV_KG_STORE_CONNECT_TIMEOUT`).
        store_retries: times to try again what failed (`EGOV_KG_STORE_RETRIES`).
        query_timeout: seconds a query may take, evaluation and transfer (`EGOV_KG_QUERY_TIMEOUT`).
        query_memory: bytes a query may allocate, on Linux (`EGOV_KG_QUERY_MEMORY_MB`, in MiB).
        query_length: code points a query may have (`EGOV_KG_QUERY_LENGTH`).
        query_nesting: levels of brackets a query may have (`EGOV_KG_QUERY_NESTING`).
        evaluators: child processes that answer queries (`EGOV_KG_EVALUATORS`).
        queue_timeout: seconds a query may wait for a free evaluator (`EGOV_KG_QUEUE_TIMEOUT`).
        threads: requests handled at a time (`EGOV_KG_THREADS`).
        result_rows: solutions or triples an answer may have (`EGOV_KG_RESULT_ROWS`).
        result_bytes: bytes an answer may have before compression (`EGOV_KG_RESULT_MB`, in MiB).
        url_length: bytes a request's path and query string may have (`EGOV_KG_URL_LENGTH`).
        rate_limit: evaluations one client may ask for, in the notation of the library `limits`, or empty for
            no limit (`EGOV_KG_RATE_LIMIT`).
        trusted_proxies: networks whose `X-Forwarded-*` and `Forwarded` are believed
            (`EGOV_KG_TRUSTED_PROXIES`, with blanks between).
        metrics_allow: networks whose clients may read `/metrics` (`EGOV_KG_METRICS_ALLOW`, with blanks
            between).
        cache_memory: bytes of answers kept ready (`EGOV_KG_CACHE_MB`, in MiB).
        service_allow: endpoints that SERVICE may name (`EGOV_KG_SERVICE_ALLOW`, with blanks between).
        load_allow: beginnings of URLs that LOAD may name although their address is private
            (`EGOV_KG_LOAD_ALLOW`, with blanks between).
        write_bytes: bytes the body of a write may have (`EGOV_KG_WRITE_MB`, in MiB).
        write_timeout: seconds a write may take to be applied, and again to be compiled and validated
            (`EGOV_KG_WRITE_TIMEOUT`).
        write_memory: bytes a write may allocate, on Linux (`EGOV_KG_WRITE_MEMORY_MB`, in MiB).
        import_bytes: bytes that an import may have, uncompressed (`EGOV_KG_IMPORT_MB`, in MiB).
        contact: whom endpoints may write to that are asked, an address or a URL (`EGOV_KG_CONTACT`).
        import_triples: triples that an import may have (`EGOV_KG_IMPORT_TRIPLES`).
        staging: graphs that no shape applies to (`EGOV_KG_STAGING`, IRIs with blanks between).
        past_releases: earlier releases kept loaded for `asOf` (`EGOV_KG_PAST_RELEASES`).
        public_url: where the service is reached from outside, if its own address is not it
            (`EGOV_KG_PUBLIC_URL`).
        access_log: whether each request is logged (`EGOV_KG_ACCESS_LOG`: on or off).
        log_format: `text` or `json` (`EGOV_KG_LOG_FORMAT`).
        lang: the language of messages (`EGOV_KG_LANG`: en or zh; else what the locale says, else en).
    """

    home: Path
    store: str = ""
    store_update: str = ""
    store_graphs: str = ""
    store_user: str = ""
    store_password: str = field(default="", repr=False)
    store_token: str = field(default="", repr=False)
    store_ca: str = ""
    store_connect_timeout: float = 5.0
    store_retries: int = 3
    query_timeout: float = 30.0
    query_memory: int = 512 * _MIB
    query_length: int = 100_000
    query_nesting: int = 64
    evaluators: int = 2
    queue_timeout: float = 10.0
    threads: int = 16
    result_rows: int = 1_000_000
    result_bytes: int = 512 * _MIB
    url_length: int = 32 * 1024
    rate_limit: str = "1200/minute"
    trusted_proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    metrics_allow: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    cache_memory: int = 64 * _MIB
    service_allow: tuple[str, ...] = ()
    load_allow: tuple[str, ...] = ()
    write_bytes: int = 64 * _MIB
    write_timeout: float = 120.0
    write_memory: int = 2048 * _MIB
    import_bytes: int = 256 * _MIB
    import_triples: int = 200_000
    contact: str = ""
    staging: tuple[str, ...] = ()
    past_releases: int = 2
    public_url: str = ""
    access_log: bool = False
    log_format: LogFormat = "text"
    lang: Language = "en"

    @property
    def is_remote(self) -> bool:
        """Whether `store` is the address of an engine, and no folder."""
        return self.store.startswith(("http://", "https://"))

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
            UsageError: a value that is not what its variable takes, named with it.
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

        def size(name: str, default: int) -> int:
            value = int(number(name, default / _MIB) * _MIB)
            if value < _LEAST:
                text = env[name]
                raise UsageError(
                    f"{name}={text!r} is less than {_LEAST // 1024} KiB; it is in MiB, the default is "
                    f"{default / _MIB:g}.",
                    f"{name}={text!r} 小于 {_LEAST // 1024} KiB；单位为 MiB，默认值为 {default / _MIB:g}。",
                )
            return value

        def words(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(env[name].split()) if name in env else default

        def iris(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
            for text in (given := words(name, default)):
                if not _IRI.fullmatch(text):
                    raise UsageError(
                        f"{name}: {text!r} is no absolute IRI: write graphs with blanks between.",
                        f"{name}：{text!r} 不是绝对 IRI：请以空格分隔各图。",
                    )
            return given

        def matching(name: str, pattern: re.Pattern[str], en: str, zh: str) -> str:
            text = env.get(name, "").strip()
            if text and not pattern.fullmatch(text):  # not shown: it may be a secret
                raise UsageError(f"{name} is no {en}.", f"{name} 不是{zh}。")
            return text

        def address(name: str) -> str:
            example = "https://data.example.org"
            return matching(name, _ADDRESS, f"address such as {example}", f"形如 {example} 的地址")

        def store(name: str) -> str:
            text = env.get(name, "").strip()
            return text if text and Path(text).expanduser().is_dir() else address(name)

        def file(name: str) -> str:
            if (text := env.get(name, "")) and not Path(text).expanduser().is_file():
                raise UsageError(f"{name}={text!r} is no file.", f"{name}={text!r} 不是文件。")
            return text

        def one_of(name: str, choices: tuple[str, ...]) -> str:
            text = env.get(name, "") or choices[0]
            if text not in choices:
                raise UsageError(
                    f"{name}={text!r} is none of {', '.join(choices)}.",
                    f"{name}={text!r} 不是 {'、'.join(choices)} 之一。",
                )
            return text

        one_of("EGOV_KG_LANG", get_args(Language))  # environment_language passes over others
        home = env.get("EGOV_KG_HOME", "")
        return cls(
            home=Path(home).expanduser().resolve() if home else user_data_path("egov-kg"),
            store=store("EGOV_KG_STORE"),
            store_update=address("EGOV_KG_STORE_UPDATE"),
            store_graphs=address("EGOV_KG_STORE_GRAPHS"),
            store_user=matching("EGOV_KG_STORE_USER", _USER, "name without a colon", "不含冒号的用户名"),
            store_password=matching("EGOV_KG_STORE_PASSWORD", _LINE, "single line", "单行文本"),
            store_token=matching("EGOV_KG_STORE_TOKEN", _TOKEN, "bearer token (RFC 6750)", "bearer 令牌"),
            store_ca=file("EGOV_KG_STORE_CA"),
            store_connect_timeout=number("EGOV_KG_STORE_CONNECT_TIMEOUT", cls.store_connect_timeout),
            store_retries=count("EGOV_KG_STORE_RETRIES", cls.store_retries),
            query_timeout=number("EGOV_KG_QUERY_TIMEOUT", cls.query_timeout),
            query_memory=size("EGOV_KG_QUERY_MEMORY_MB", cls.query_memory),
            query_length=count("EGOV_KG_QUERY_LENGTH", cls.query_length),
            query_nesting=count("EGOV_KG_QUERY_NESTING", cls.query_nesting),
            evaluators=count("EGOV_KG_EVALUATORS", cls.evaluators),
            queue_timeout=number("EGOV_KG_QUEUE_TIMEOUT", cls.queue_timeout),
            threads=count("EGOV_KG_THREADS", cls.threads),
            result_rows=count("EGOV_KG_RESULT_ROWS", cls.result_rows),
            result_bytes=size("EGOV_KG_RESULT_MB", cls.result_bytes),
            url_length=count("EGOV_KG_URL_LENGTH", cls.url_length),
            rate_limit=env.get("EGOV_KG_RATE_LIMIT", cls.rate_limit).strip(),
            trusted_proxies=words("EGOV_KG_TRUSTED_PROXIES", cls.trusted_proxies),
            metrics_allow=words("EGOV_KG_METRICS_ALLOW", cls.metrics_allow),
            cache_memory=size("EGOV_KG_CACHE_MB", cls.cache_memory),
            service_allow=words("EGOV_KG_SERVICE_ALLOW", cls.service_allow),
            load_allow=words("EGOV_KG_LOAD_ALLOW", cls.load_allow),
            write_bytes=size("EGOV_KG_WRITE_MB", cls.write_bytes),
            write_timeout=number("EGOV_KG_WRITE_TIMEOUT", cls.write_timeout),
            write_memory=size("EGOV_KG_WRITE_MEMORY_MB", cls.write_memory),
            import_bytes=size("EGOV_KG_IMPORT_MB", cls.import_bytes),
            contact=matching("EGOV_KG_CONTACT", _LINE, "single line", "单行文本"),
            import_triples=count("EGOV_KG_IMPORT_TRIPLES", cls.import_triples),
            staging=iris("EGOV_KG_STAGING", cls.staging),
            past_releases=count("EGOV_KG_PAST_RELEASES", cls.past_releases),
            public_url=address("EGOV_KG_PUBLIC_URL").rstrip("/"),
            access_log=one_of("EGOV_KG_ACCESS_LOG", ("off", "on")) == "on",
            log_format=cast("LogFormat", one_of("EGOV_KG_LOG_FORMAT", get_args(LogFormat))),
            lang=environment_language(env),
        )


def given(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of this program that are set, whether it reads them or not.

    Args:
        environ: what to read instead of the process's own environment.
    """
    env = os.environ if environ is None else environ
    return {name: value for name, value in env.items() if name.startswith("EGOV_KG_")}


def known() -> frozenset[str]:
    """The variables that are read: those that the class above names."""
    return frozenset(_VARIABLE.findall(Settings.__doc__ or ""))


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
