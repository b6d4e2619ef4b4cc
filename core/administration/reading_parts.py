"""The parts that orders are said with: amounts, windows, people and places. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from core.administration.policy import Kind, Named
from core.errors import PromptError
from core.money import parse_money
from core.options import STYLE_NAME
from core.quota import EVERYBODYS_ROLE, Scope, Unit, Window

IDS_MAX: Final = 50

_AMOUNT: Final = re.compile(
    r"(?P<money>\$ ?\d[\d.,]*|\d[\d.,]* ?(?:dollars?|usd|\$))"
    r"|(?P<count>\d{1,9}) (?P<unit>images?|pictures?|requests?|jobs?)",
    re.IGNORECASE,
)
_UNIT_ONLY: Final = re.compile(r"(?P<unit>images?|pictures?|money|dollars?|requests?|jobs?)", re.IGNORECASE)
_WINDOWS: Final = {
    **dict.fromkeys(("an hour", "per hour", "a hour", "/hour", "hourly", "each hour"), Window.HOUR),
    **dict.fromkeys(("a day", "per day", "/day", "daily", "each day"), Window.DAY),
    **dict.fromkeys(("a week", "per week", "/week", "weekly", "each week"), Window.WEEK),
    **dict.fromkeys(("a month", "per month", "/month", "monthly", "each month"), Window.MONTH),
    **dict.fromkeys(("in any 60 minutes", "in any hour"), Window.ROLLING_HOUR),
    **dict.fromkeys(("in any 24 hours", "in any day"), Window.ROLLING_DAY),
    **dict.fromkeys(("in any 7 days", "in any week"), Window.ROLLING_WEEK),
    **dict.fromkeys(("in any 30 days", "in any month"), Window.ROLLING_MONTH),
}
_AT_A_TIME: Final = ("", "at a time", "at once", "in flight")
_OFF: Final = ("off", "none", "no", "never")
_ID: Final = re.compile(r"(?P<kind>user|role|channel):(?P<id>[A-Za-z0-9_.@-]{1,100})")


class NotUnderstood(PromptError):
    """An order that cannot be read; its remedy says how it could be said."""

    code = "not_understood"
    cost = ""  # nothing was to be drawn


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, and where: what `me` and `here` mean."""

    person: str
    channel: str


def is_off(said: str) -> bool:
    """Whether it is a no."""
    return said.casefold() in _OFF


def without_off(said: str) -> str | None:
    """What follows a leading no; None where there is none."""
    first, _, rest = said.partition(" ")
    return rest if first.casefold() in _OFF else None


def split_target(said: str) -> tuple[str, str | None]:
    """What comes before the last `for`, and whom it is for."""
    before, found, after = said.rpartition(" for ")
    return (before, after.strip()) if found else (said, None)


def amount_of(said: str, *, is_off: bool) -> tuple[Unit, int, str]:
    """Unit, amount in the unit's integers, and what is left of the words. `is_off`: only the unit is said."""
    found = (_UNIT_ONLY if is_off else _AMOUNT).match(said.strip())
    if found is None:
        raise NotUnderstood(
            f"“{said[:40]}” is not an amount that I can read.", "Say it like 30 images, $5.00 or 2 requests."
        )
    left = said.strip()[found.end() :].strip()
    if is_off:
        return _unit(found["unit"]), 0, left
    if found["count"] is not None:
        return _unit(found["unit"]), int(found["count"]), left
    try:
        return (
            Unit.MONEY,
            parse_money(re.sub(r"\s*(?:dollars?|usd)$", " USD", found["money"], flags=re.IGNORECASE)),
            left,
        )
    except ValueError as error:
        raise NotUnderstood(
            f"“{found['money'][:40]}” is not an amount of money.", "Say it like $5 or $0.50."
        ) from error


def _unit(said: str) -> Unit:
    match said.casefold()[:3]:
        case "ima" | "pic":
            return Unit.IMAGES
        case "mon" | "dol":
            return Unit.MONEY
        case _:
            return Unit.JOBS


def window_of(said: str, unit: Unit) -> Window:
    """Over which time. Requests are counted at one moment, images and money are not."""
    if unit is Unit.JOBS:
        if said.casefold() not in _AT_A_TIME:
            raise NotUnderstood("Requests are limited at a time.", "Say it like 2 requests at a time.")
        return Window.NONE
    window = _WINDOWS.get(said.casefold())
    if window is None:
        what = f"“{said[:40]}” is not a time that I can read." if said else "In which time is not said."
        raise NotUnderstood(what, "Say an hour, a day, a week, a month, or for instance in any 24 hours.")
    return window


def scope_of(whom: str, speaker: Speaker) -> tuple[Scope, str]:
    """Whose usage counts together, and whose it is."""
    match whom.casefold():
        case "everyone" | "everybody":
            return Scope.ROLE, EVERYBODYS_ROLE
        case "each person" | "each user":
            return Scope.USER, "*"
        case "each channel":
            return Scope.CHANNEL, "*"
        case "this workspace" | "the workspace" | "this server" | "the server" | "workspace" | "server":
            return Scope.WORKSPACE, "*"
        case _:
            named = one_of(whom, speaker, "limit")
            return {Kind.PERSON: Scope.USER, Kind.ROLE: Scope.ROLE, Kind.CHANNEL: Scope.CHANNEL}[named.kind], named.id


def one_of(said: str, speaker: Speaker, order: str) -> Named:
    """One person, role or channel."""
    here = {"me": Named(Kind.PERSON, speaker.person), "here": Named(Kind.CHANNEL, speaker.channel)}
    if said.casefold() in here:
        meant = here[said.casefold()]
        if not _ID.fullmatch(str(meant)):  # on the administrators' page and the command line nobody is anywhere
            raise NotUnderstood(f"“{said}” means nothing here.", f"Name a {meant.kind}, as in {meant.kind}:123.")
        return meant
    found = _ID.fullmatch(said)
    if found is None:
        raise NotUnderstood(
            f"I do not know whom “{said[:40]}” means." if said else "Whom is not said.",
            f"Mention a person, a role or a channel, as in {order} @somebody; `me` and `here` work, too.",
        )
    return Named(Kind(found["kind"]), found["id"])


def person_of(said: str, speaker: Speaker) -> str:
    """A person's id."""
    named = one_of(said, speaker, "grant")
    if named.kind is not Kind.PERSON:
        raise NotUnderstood(f"That is a {named.kind}, and this is for people.", "Mention a person.")
    return named.id


def many_of(kind: Kind, said: str, speaker: Speaker, *, needed: str = "") -> tuple[str, ...]:
    """Ids of one kind. `needed`: the order that means nothing without them."""
    found = [one_of(word, speaker, needed) for word in re.split(r"[\s,]+", said.strip()) if word]
    if (needed and not found) or len(found) > IDS_MAX:
        raise NotUnderstood(f"Name at least one {kind}, and at most {IDS_MAX}.", f"Mention each {kind}.")
    other = next((each for each in found if each.kind is not kind), None)
    if other is not None:
        raise NotUnderstood(f"{other} is not a {kind}.", f"Mention each {kind}.")
    return tuple(dict.fromkeys(each.id for each in found))


def style_name(said: str) -> str:
    """The name of a style, as `--style` takes it."""
    name = unicodedata.normalize("NFKC", said).strip().casefold()
    if not STYLE_NAME.fullmatch(name):
        raise NotUnderstood("The name of a style is one word.", "Say it like presets add house: flat shapes.")
    return name
