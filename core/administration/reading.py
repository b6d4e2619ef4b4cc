"""From an administrator's words to an order: `limit 30 images a day for role:123`. Pure.

The same words serve `/easel` in every chat and `easel admin` on the command line. Platforms write a person, a role and
a channel as `user:1`, `role:2` and `channel:3` before they hand the words over; `here` is this channel and `me` whoever
speaks. What cannot be read is answered with an example: nothing is guessed where a bill depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from zoneinfo import available_timezones

from core.administration import reading_parts as parts
from core.administration.orders import (
    AddStyle,
    AddWords,
    DropLimit,
    DropStyle,
    DropWords,
    Give,
    Only,
    Order,
    Pause,
    Resume,
    SetAlerts,
    SetApproval,
    SetBlocked,
    SetClosed,
    SetExempt,
    SetLimit,
    SetRetention,
    SetSwitch,
    SetTimeZone,
    ShowAudit,
    ShowPolicy,
    Switch,
)
from core.administration.policy import RETENTION_DAYS_MAX, Approval, Kind, OwnStyle
from core.administration.reading_key import read_key
from core.administration.reading_language import read_language
from core.administration.reading_parts import NotUnderstood, Speaker
from core.moderation_words import WORD_CHARACTERS_MAX, is_usable
from core.options import nearest, spoken
from core.quota import Limit, Scope, Unit, Window

LIST_MAX: Final = 200  # words of one order; more of them are more orders
STYLE_CHARACTERS: Final = 400
REASON_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Verb:
    """One kind of order: its first word, how it is said, and how the rest of it is read."""

    name: str
    usage: tuple[str, ...]
    summary: str
    read: Callable[[str, Speaker], Order]


def read_order(words: str, speaker: Speaker) -> Order:
    """What is to be done. Raises `NotUnderstood` with what could be said instead."""
    said = " ".join(words.split())
    first, _, rest = said.partition(" ")
    verb = VERBS.get(first.casefold().lstrip("/") or "show")
    if verb is None:
        near = nearest(first.casefold(), VERBS)
        meant = f" Did you mean “{near}”?" if near else ""
        known = f"There are {spoken(VERBS, 'and')}; /help easel explains them."
        raise NotUnderstood(f"There is no order “{first[:40]}”.{meant}", known)
    return verb.read(rest, speaker)


def help_of(name: str) -> str | None:
    """How one order is said; None for what is none."""
    verb = VERBS.get(name.strip().casefold())
    return None if verb is None else "\n".join((f"**{verb.name}** {verb.summary}", *(f"- `{u}`" for u in verb.usage)))


# --- limits and money ------------------------------------------------------------------------------------------------


def _limit(rest: str, speaker: Speaker) -> Order:
    what, whom = parts.split_target(rest)
    if whom is None:
        raise _asked("limit", "For whom is not said.")
    scope, selector = parts.scope_of(whom, speaker)
    is_off = (off := parts.without_off(what)) is not None
    unit, amount, left = parts.amount_of(off if off is not None else what, is_off=is_off)
    window = parts.window_of(left, unit)
    limit = Limit(scope, selector, unit, window, amount)
    return DropLimit(limit) if is_off else SetLimit(limit)


def _budget(rest: str, speaker: Speaker) -> Order:
    """A limit in dollars on the workspace, which is what people mean by a budget."""
    if parts.is_off(rest):
        return DropLimit(Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 0))
    unit, amount, left = parts.amount_of(rest, is_off=False)
    if unit is not Unit.MONEY:
        raise _asked("budget", "A budget is an amount of money.")
    return SetLimit(Limit(Scope.WORKSPACE, "*", unit, parts.window_of(left or "a month", unit), amount))


def _grant(rest: str, speaker: Speaker) -> Order:
    found = re.fullmatch(r"(?P<a>.+?) (?:to|for) (?P<p>\S+)|(?P<p2>\S+) (?P<a2>.+)", rest, re.IGNORECASE)
    if found is None:
        raise _asked("grant", "Whom, and how much, is not said.")
    person = parts.person_of(found["p"] or found["p2"], speaker)
    unit, amount, left = parts.amount_of(found["a"] or found["a2"], is_off=False)
    if unit is Unit.JOBS or left or not amount:
        raise _asked("grant", "An extra is a number of images or an amount of money.")
    return Give(person, unit, amount)


def _approval(rest: str, speaker: Speaker) -> Order:
    if parts.is_off(rest):
        return SetApproval(None)
    found = re.fullmatch(
        r"(?:above|over)? ?(?P<amount>\S+(?: dollars?| usd)?)(?: by (?P<roles>.+))?", rest, re.IGNORECASE
    )
    if found is None:
        raise _asked("approval", "From which price on is not said.")
    unit, amount, left = parts.amount_of(found["amount"], is_off=False)
    if unit is not Unit.MONEY or left:
        raise _asked("approval", "It takes an amount of money.")
    return SetApproval(Approval(amount, parts.many_of(Kind.ROLE, found["roles"] or "", speaker)))


# --- who and where ---------------------------------------------------------------------------------------------------


def _exempting(is_exempt: bool) -> Callable[[str, Speaker], Order]:
    name = "exempt" if is_exempt else "unexempt"
    return lambda rest, speaker: SetExempt(parts.one_of(rest, speaker, name), is_exempt)


def _blocking(is_blocked: bool) -> Callable[[str, Speaker], Order]:
    return lambda rest, speaker: SetBlocked(parts.person_of(rest, speaker), is_blocked)


def _pause(rest: str, speaker: Speaker) -> Order:
    return Pause(rest[:REASON_CHARACTERS])


def _channels(rest: str, speaker: Speaker) -> Order:
    how, _, which = rest.partition(" ")
    match how.casefold():
        case "only":
            return Only(Kind.CHANNEL, parts.many_of(Kind.CHANNEL, which, speaker, needed="channels"))
        case "all":
            return Only(Kind.CHANNEL)
        case "not" | "close":
            return SetClosed(parts.many_of(Kind.CHANNEL, which, speaker, needed="channels"), True)
        case "open":
            return SetClosed(parts.many_of(Kind.CHANNEL, which, speaker, needed="channels"), False)
        case _:
            raise _asked("channels", "Which channels, and whether to open or close them, is not said.")


def _roles(rest: str, speaker: Speaker) -> Order:
    how, _, which = rest.partition(" ")
    match how.casefold():
        case "only":
            return Only(Kind.ROLE, parts.many_of(Kind.ROLE, which, speaker, needed="roles"))
        case "all":
            return Only(Kind.ROLE)
        case _:
            raise _asked("roles", "Whether it is for some roles only, or for all, is not said.")


# --- words, styles, defaults -----------------------------------------------------------------------------------------


def _words(rest: str, speaker: Speaker) -> Order:
    how, _, said = rest.partition(" ")
    words = tuple(dict.fromkeys(word.strip() for word in said.split(",") if word.strip()))
    if how.casefold() not in ("add", "remove") or not words:
        raise _asked("words", "Which words, and whether to add or remove them, is not said.")
    if len(words) > LIST_MAX or not all(is_usable(word) for word in words):
        raise NotUnderstood(
            "One of these cannot be a word of the list.",
            f"Words and phrases have at most {WORD_CHARACTERS_MAX} characters, and one order has {LIST_MAX} of them.",
        )
    return AddWords(words) if how.casefold() == "add" else DropWords(words)


def _presets(rest: str, speaker: Speaker) -> Order:
    how, _, said = rest.partition(" ")
    if how.casefold() == "remove" and said.strip():
        return DropStyle(parts.style_name(said))
    name, colon, words = said.partition(":")
    if how.casefold() != "add" or not colon or not words.strip():
        raise _asked("presets", "Its name and its words are not said.")
    if len(words) > STYLE_CHARACTERS:
        raise NotUnderstood(f"The words of a style have at most {STYLE_CHARACTERS} characters.", "Say it shorter.")
    return AddStyle(OwnStyle(parts.style_name(name), words.strip()))


def _switching(switch: Switch) -> Callable[[str, Speaker], Order]:
    def read(rest: str, speaker: Speaker) -> Order:
        if parts.is_off(rest):
            return SetSwitch(switch, False)
        if rest.casefold() in ("on", "yes"):
            return SetSwitch(switch, True)
        raise _asked(switch.value, "It is on or off.")

    return read


def _time_zone(rest: str, speaker: Speaker) -> Order:
    if parts.is_off(rest):
        return SetTimeZone("")
    if rest not in available_timezones():
        raise _asked("timezone", f"“{rest[:40]}” is no time zone that I know.")
    return SetTimeZone(rest)


def _alerts(rest: str, speaker: Speaker) -> Order:
    if parts.is_off(rest):
        return SetAlerts("")
    return SetAlerts(parts.many_of(Kind.CHANNEL, rest or "here", speaker, needed="alerts")[0])


def _retention(rest: str, speaker: Speaker) -> Order:
    if parts.is_off(rest):
        return SetRetention(0)
    found = re.fullmatch(r"(\d{1,4}) days?", rest, re.IGNORECASE)
    if found is None or not 1 <= int(found[1]) <= RETENTION_DAYS_MAX:
        raise _asked("retention", f"It takes a number of days from 1 to {RETENTION_DAYS_MAX:,}.")
    return SetRetention(int(found[1]))


def _nothing_more(order: Order, name: str) -> Callable[[str, Speaker], Order]:
    def read(rest: str, speaker: Speaker) -> Order:
        if rest:
            raise _asked(name, f"“{rest[:40]}” means nothing here.")
        return order

    return read


def _asked(name: str, what: str) -> NotUnderstood:
    """With how it would be said right."""
    return NotUnderstood(what, f"Say it like this: {spoken([f'`{usage}`' for usage in VERBS[name].usage])}.")


_VERBS: Final = (
    Verb("show", ("show",), "Everything that is decided here.", _nothing_more(ShowPolicy(), "show")),
    Verb(
        "limit",
        (
            "limit 30 images a day for everyone",
            "limit 100 images a month for role:2",
            "limit $5 a week for user:1",
            "limit 40 images a day for here",
            "limit $50 a month for this workspace",
            "limit 2 requests at a time for each person",
            "limit off images a day for role:2",
        ),
        "How much may be drawn: images, money or requests at a time, in an hour, a day, a week or a month.",
        _limit,
    ),
    Verb("budget", ("budget $50", "budget $10 a week", "budget off"), "Money for the whole workspace.", _budget),
    Verb(
        "grant",
        ("grant 20 images to user:1", "grant $2 to user:1"),
        "Extra for one person, on top of each of their allowances, until that resets.",
        _grant,
    ),
    Verb(
        "exempt",
        ("exempt user:1", "exempt role:2", "exempt channel:3"),
        "Allowances of people do not hold for these; what a channel or the workspace may use does.",
        _exempting(True),
    ),
    Verb("unexempt", ("unexempt user:1",), "Allowances hold again.", _exempting(False)),
    Verb("block", ("block user:1",), "They may not draw here.", _blocking(True)),
    Verb("unblock", ("unblock user:1",), "They may draw again.", _blocking(False)),
    Verb("pause", ("pause", "pause until the new budget"), "Nobody draws; what is begun is finished.", _pause),
    Verb("resume", ("resume",), "Everybody draws again.", _nothing_more(Resume(), "resume")),
    Verb(
        "channels",
        ("channels only channel:3 channel:4", "channels all", "channels close here", "channels open channel:3"),
        "Where people draw.",
        _channels,
    ),
    Verb("roles", ("roles only role:2 role:3", "roles all"), "Who draws.", _roles),
    Verb(
        "presets",
        ("presets add house: flat shapes, teal and sand", "presets remove house"),
        "Styles of your own, for --style.",
        _presets,
    ),
    Verb("words", ("words add casino, free money", "words remove casino"), "Words that nobody may use here.", _words),
    Verb(
        "approval",
        ("approval above $0.50 by role:2", "approval above $1", "approval off"),
        "What may cost more is drawn after somebody agreed.",
        _approval,
    ),
    Verb(
        "private",
        ("private on", "private off"),
        "Results are for the person alone at first.",
        _switching(Switch.PRIVATE),
    ),
    Verb(
        "spoiler",
        ("spoiler on", "spoiler off"),
        "Pictures are veiled until they are clicked on, on platforms that have a veil: Slack has none.",
        _switching(Switch.SPOILER),
    ),
    Verb(
        "quota",
        ("quota on", "quota off"),
        "Under each result: what its maker may still draw.",
        _switching(Switch.QUOTA),
    ),
    Verb("price", ("price on", "price off"), "Under each result: what it cost.", _switching(Switch.PRICE)),
    Verb(
        "key",
        ("key", "key off"),
        "A key of your own for the image API: a form asks for it, nobody reads it again, and its account pays.",
        read_key,
    ),
    Verb(
        "timezone",
        ("timezone Europe/Berlin", "timezone off"),
        "When a day and a month begin here; changed within one, its counting begins anew.",
        _time_zone,
    ),
    Verb("language", ("language de", "language Japanese", "language off"), "Of what everybody sees.", read_language),
    Verb(
        "alerts",
        ("alerts here", "alerts off"),
        "Where it is told that a budget is used up to 50, 80 and 100 %.",
        _alerts,
    ),
    Verb("retention", ("retention 30 days", "retention off"), "When pictures and words are forgotten.", _retention),
    Verb("audit", ("audit",), "Who decided what.", _nothing_more(ShowAudit(), "audit")),
)
VERBS: Final[Mapping[str, Verb]] = MappingProxyType({verb.name: verb for verb in _VERBS})
