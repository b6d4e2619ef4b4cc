"""What Easel says about itself: log lines without prompts or secrets, and numbers for Prometheus."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, Literal, TextIO, cast

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from pydantic import SecretStr

HIDDEN = "***"
_OTHER_PEOPLES_WORDS = frozenset({"prompt", "text", "data", "instruction"})  # dropped whole
_SECRET_KEY = re.compile(r"token|secret|password|authorization|cookie|api_?key|response_url|credential", re.IGNORECASE)
# A bearer credential may stand inside any other text: a URL, an exception, a library's own line.
_SECRET_SHAPES = (
    (re.compile(r"\bsk-[A-Za-z0-9_\-]{8,}"), HIDDEN),  # OpenAI keys: sk-, sk-proj-, sk-svcacct-
    (re.compile(r"\bxox[a-z]-[A-Za-z0-9\-]+|\bxapp-[A-Za-z0-9\-]+|\bxwfp-[A-Za-z0-9\-]+"), HIDDEN),  # Slack tokens
    (re.compile(r"https://hooks\.slack\.com/[^\s\"'<>]+"), f"https://hooks.slack.com/{HIDDEN}"),  # response_url
    # Discord: an interaction's token stands in the path of its follow-ups, and opens the channel for 15 minutes.
    (re.compile(r"/(webhooks|interactions)/(\d+)/[A-Za-z0-9_\-.%]+"), rf"/\1/\2/{HIDDEN}"),
    (re.compile(r"\b[A-Za-z0-9_\-]{23,30}\.[A-Za-z0-9_\-]{6,7}\.[A-Za-z0-9_\-]{27,}"), HIDDEN),  # Discord bot tokens
    (re.compile(r"\b(Bearer|Basic|Bot)\s+[A-Za-z0-9_\-.=+/]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(authorization[\"']?\s*[:=]\s*)[^\s,;}\])]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"([#?&](?:token|access_token|key|sig)=)[^&\s\"']+", re.IGNORECASE), rf"\1{HIDDEN}"),
)

Event = MutableMapping[str, Any]


class Redaction:
    """A structlog processor, the last one before the line is written: what it lets through, anyone may read."""

    def __init__(self, secrets: Iterable[SecretStr] = ()) -> None:
        self._secrets = [known for secret in secrets if (known := secret.get_secret_value())]

    def __repr__(self) -> str:
        return "Redaction(***)"

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        """The event without people's words, and with every secret hidden."""
        return cast("Event", self._clean(event))

    def _clean(self, value: Any) -> Any:
        match value:
            case str():
                return self._clean_text(value)
            case bytes() | bytearray() | memoryview():
                return f"<{len(value)} bytes>"
            case Mapping():
                return {
                    key: HIDDEN if _SECRET_KEY.search(str(key)) else self._clean(inner)
                    for key, inner in value.items()
                    if key not in _OTHER_PEOPLES_WORDS
                }
            case list() | tuple() | set() | frozenset():
                return [self._clean(inner) for inner in value]
            case bool() | int() | float() | None:
                return value
            case _:
                return self._clean_text(str(value))

    def _clean_text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for shape, instead in _SECRET_SHAPES:
            text = shape.sub(instead, text)
        return text


def start_logging(
    line_format: Literal["console", "json"],
    level: Literal["debug", "info", "warning", "error"],
    secrets: Iterable[SecretStr] = (),
    stream: TextIO | None = None,
) -> None:
    """Send our own lines and every library's through one chain to `stream` (standard error), one event a line.

    Tracebacks hold no local variables: they are where prompts and tokens are.
    """
    into = sys.stderr if stream is None else stream
    number = logging.getLevelNamesMapping()[level.upper()]
    common: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ending: list[structlog.typing.Processor] = [
        structlog.processors.format_exc_info,
        Redaction(secrets),
        _renderer(line_format, into),
    ]
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # a logger made before this call follows it, too
    )
    handler = logging.StreamHandler(into)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*common, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    logging.getLogger().handlers[:] = [handler]
    _set_levels(number)


def _set_levels(number: int) -> None:
    """A library's debug lines hold whole statements and payloads, with people's words in them: ours alone go so far."""
    logging.getLogger().setLevel(max(number, logging.INFO))
    for own in ("core", "bots"):
        logging.getLogger(own).setLevel(number)
    for talkative in ("aiohttp.access", "httpx", "httpcore", "asyncio", "PIL"):  # a line for each request or chunk
        logging.getLogger(talkative).setLevel(max(number, logging.WARNING))


def _renderer(line_format: Literal["console", "json"], into: TextIO) -> structlog.typing.Processor:
    if line_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=into.isatty(), exception_formatter=structlog.dev.plain_traceback)


_SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)


class Metrics:
    """Numbers for whoever watches over Easel. Labels are few and closed: never a person, a channel or a prompt."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._admitted = Counter(
            "easel_requests_admitted", "Requests that became a job", ["operation"], registry=self._registry
        )
        self._refused = Counter(
            "easel_requests_refused", "Requests turned down, by the error's code", ["code"], registry=self._registry
        )
        self._finished = Counter(
            "easel_jobs_finished", "Drawings by how they ended", ["state"], registry=self._registry
        )
        self._seconds = Histogram(
            "easel_step_seconds",
            "Time from admission to claim (queue), to the kept picture (draw), to its post (deliver)",
            ["step"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._waiting = Gauge("easel_jobs_waiting", "Jobs in the queue now", registry=self._registry)
        self._disagreements = Gauge(
            "easel_ledger_disagreements", "Rules of the books that the last check found broken", registry=self._registry
        )
        self._checked = Gauge(
            "easel_ledger_checked_timestamp_seconds", "When the books were last checked", registry=self._registry
        )

    def admitted(self, operation: str) -> None:
        """A request became a job. `operation` is a `core.model.Operation`."""
        self._admitted.labels(operation).inc()

    def refused(self, code: str) -> None:
        """A request was turned down. `code` is a `core.errors.Refused` class's."""
        self._refused.labels(code).inc()

    def finished(self, state: str) -> None:
        """A drawing came to its end: generated, failed, cancelled or uncertain."""
        self._finished.labels(state).inc()

    def took(self, step: Literal["queue", "draw", "deliver"], seconds: float) -> None:
        """One step of a job is done."""
        self._seconds.labels(step).observe(seconds)

    def waiting(self, jobs: int) -> None:
        """So many jobs are in the queue."""
        self._waiting.set(jobs)

    def books_checked(self, broken: int, at_us: int) -> None:
        """So many rules of the books are broken: to be alarmed by when it is not 0, or when it is long ago."""
        self._disagreements.set(broken)
        self._checked.set(at_us / 1_000_000)

    def render(self) -> bytes:
        """All of them, in Prometheus' text format (version 0.0.4)."""
        return generate_latest(self._registry)
