"""slack_sdk's client for what is not said in a workspace's name, and the log of both of Slack's libraries."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Final

import structlog
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from core.http import is_loopback

SECONDS: Final = 10  # for one request

_log = structlog.get_logger()


def web_client(api_base: str, *, retrying: Sequence[AsyncRetryHandler] = ()) -> AsyncWebClient:
    """A client without a token. It never asks twice by itself: whoever asks knows whether that is safe."""
    client = AsyncWebClient(base_url=api_base, timeout=SECONDS, retry_handlers=list(retrying), logger=library_logger())
    if is_loopback(api_base):
        client.proxy = None  # slack_sdk 3.47 takes a proxy from the environment and does not know NO_PROXY
    return client


def library_logger() -> logging.Logger:
    """A logger for slack_bolt and slack_sdk: what goes wrong inside them, without what they say about it.

    Their own lines hold whole payloads (bolt 1.30, `warning_unhandled_request`) and addresses of sockets with tickets.
    """
    quoting = logging.getLogger("slack_bolt.easel")
    for name, handler in (("slack_bolt", logging.NullHandler()), ("slack_sdk", _Quoting()), (quoting.name, _Quoting())):
        logger = logging.getLogger(name)
        logger.propagate = False  # bolt makes loggers of its own below these, each with this one's handlers
        logger.setLevel(logging.WARNING)
        logger.handlers[:] = [handler]
    return quoting


class _Quoting(logging.Handler):
    """Says where in the library something happened, and what kind of error it was."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.funcName == "__init__":
            return  # bolt says which of SLACK_... it found and passed over: nobody wants it to take them
        error = record.exc_info[0] if record.exc_info else sys.exc_info()[0]
        _log.warning(
            "slack_library",
            where=f"{record.module}.{record.funcName}",
            level=record.levelname.lower(),
            error=error.__name__ if error else "",
        )
