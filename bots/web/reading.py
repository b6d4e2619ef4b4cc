"""What a reader of the playground gets: answers in the language of their browser, and refusals with their status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import hdrs

from bots.web.forms import BadRequest
from core.errors import (
    Conflict,
    EaselError,
    Gone,
    Later,
    NotAllowed,
    NotFound,
    OperatorError,
    QueueFull,
    QuotaExceeded,
)
from core.i18n import preferred

if TYPE_CHECKING:
    from aiohttp import web

    from bots.web.people import Person


def language_of(request: web.Request) -> str:
    """In which this browser's person reads."""
    return preferred(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))


def reading(person: Person, request: web.Request) -> Person:
    """The person, with the language that they read in."""
    return replace(person, locale=language_of(request))


def status_of(error: EaselError) -> int:
    """The HTTP status of a refusal."""
    match error:
        case QuotaExceeded() | QueueFull():
            return 429
        case NotFound() | Gone():
            return 404
        case NotAllowed():
            return 403
        case Conflict():
            return 409
        case BadRequest():
            return 400
        case Later() | OperatorError():
            return 503
        case _:
            return 422
