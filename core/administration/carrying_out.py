"""An order applied to a policy: the new policy, and what is told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar, assert_never

from core import wording
from core.administration.orders import (
    AddStyle,
    AddWords,
    Change,
    DropLimit,
    DropStyle,
    DropWords,
    Only,
    Pause,
    Resume,
    SetAlerts,
    SetApproval,
    SetBlocked,
    SetClosed,
    SetExempt,
    SetLanguage,
    SetLimit,
    SetRetention,
    SetSwitch,
    SetTimeZone,
    Switch,
)
from core.administration.policy import Kind, Policy
from core.errors import Refused
from core.i18n import LANGUAGES
from core.options import spoken
from core.presets import preset
from core.quota import Limit, Scope

T = TypeVar("T")
ROWS_MAX: Final = 500  # of one kind in one workspace; a policy is read with every request


class NothingToDo(Refused):
    """It is so already, or there is no such thing."""

    code = "nothing_to_do"
    cost = ""  # nothing was to be drawn


def carried_out(policy: Policy, change: Change, operators: Sequence[Limit]) -> tuple[Policy, str]:
    """The policy after the change, and the sentence about it. Raises `NothingToDo`."""
    match change:
        case SetLimit() | DropLimit():
            return _limited(policy, change, operators)
        case SetExempt() | SetBlocked() | Pause() | Resume() | Only() | SetClosed():
            return _people_and_places(policy, change)
        case AddWords() | DropWords() | AddStyle() | DropStyle():
            return _vocabulary(policy, change)
        case SetApproval() | SetSwitch() | SetTimeZone() | SetLanguage() | SetAlerts() | SetRetention():
            return _defaults(policy, change)
        case _:
            assert_never(change)


def label(limit: Limit) -> str:
    """A limit in one phrase, with the id of who it is for."""
    return wording.limit_label(limit.scope, limit.selector, limit.unit, limit.window, limit.amount)


# --- limits ----------------------------------------------------------------------------------------------------------


def _limited(policy: Policy, change: SetLimit | DropLimit, operators: Sequence[Limit]) -> tuple[Policy, str]:
    limit = change.limit
    others = tuple(each for each in policy.limits if each.id != limit.id)
    theirs = next((each for each in operators if each.id == limit.id), None)
    cap = theirs if theirs is not None and limit.scope is not Scope.ROLE else None
    lifted = tuple(each for each in policy.lifted if each != limit.id)
    match change:
        case SetLimit():
            _room(others)
            is_looser = cap is not None and cap.amount < limit.amount
            note = f" Whoever runs Easel allows {label(cap)}: the stricter one holds." if cap and is_looser else ""
            return replace(policy, limits=(*others, limit), lifted=lifted), f"From now on: {label(limit)}.{note}"
        case DropLimit():
            had = next((each for each in policy.limits if each.id == limit.id), None)
            lifts = theirs is not None and cap is None and limit.id not in policy.lifted
            if had is None and not lifts:
                raise NothingToDo("There is no such limit of this workspace's own.", "`show` lists them.")
            note = f" Whoever runs Easel still allows {label(cap)}." if cap is not None else ""
            new = replace(policy, limits=others, lifted=(*lifted, limit.id) if theirs and cap is None else lifted)
            return new, f"No longer: {label(had or theirs or limit)}.{note}"
        case _:
            assert_never(change)


# --- people and places -----------------------------------------------------------------------------------------------


def _people_and_places(
    policy: Policy, change: SetExempt | SetBlocked | Pause | Resume | Only | SetClosed
) -> tuple[Policy, str]:
    match change:
        case SetExempt(named, is_exempt):
            new = replace(policy, exempt=_toggled(policy.exempt, named, is_in=is_exempt))
            return new, f"{'No allowance holds' if is_exempt else 'Allowances hold again'} for {named}."
        case SetBlocked(person, is_blocked):
            new = replace(policy, blocked=_toggled(policy.blocked, person, is_in=is_blocked))
            return new, f"user:{person} {'may not draw here any more' if is_blocked else 'may draw here again'}."
        case Pause(reason):
            return replace(policy, paused=True, pause_reason=reason), "Paused: nobody draws until you say resume."
        case Resume():
            if not policy.paused:
                raise NothingToDo("Drawing is not paused.")
            return replace(policy, paused=False, pause_reason=""), "Resumed: everybody draws again."
        case Only(kind, ids):
            return _only(policy, kind, ids)
        case SetClosed(channels, is_closed):
            closed = policy.closed_channels
            for channel in channels:
                closed = _toggled(closed, channel, is_in=is_closed)
            does = "does not draw" if is_closed else "draws"
            return replace(policy, closed_channels=closed), f"Easel {does} in {_named(Kind.CHANNEL, channels)}."
        case _:
            assert_never(change)


def _named(kind: Kind, ids: Sequence[str]) -> str:
    return spoken([f"{kind}:{each}" for each in ids], "and")


def _only(policy: Policy, kind: Kind, ids: tuple[str, ...]) -> tuple[Policy, str]:
    named = _named(kind, ids) if ids else ""
    match kind:
        case Kind.CHANNEL:
            sentence = f"Easel draws in {named} only." if ids else "Easel draws in every channel that is not closed."
            return replace(policy, only_channels=ids), sentence
        case Kind.ROLE:
            sentence = f"Only people with {named} draw." if ids else "People with any role draw, and those with none."
            return replace(policy, only_roles=ids), sentence
        case Kind.PERSON:
            raise ValueError("there is no rule for certain people only")
        case _:
            assert_never(kind)


# --- words and styles ------------------------------------------------------------------------------------------------


def _vocabulary(policy: Policy, change: AddWords | DropWords | AddStyle | DropStyle) -> tuple[Policy, str]:
    match change:
        case AddWords(words):
            together = tuple(dict.fromkeys((*policy.words, *words)))
            _room(together)
            return replace(policy, words=together), f"{_count(len(words), 'word')} more that nobody may use here."
        case DropWords(words):
            left = tuple(word for word in policy.words if word not in words)
            if len(left) == len(policy.words):
                raise NothingToDo("None of these words is on the list.", "`show` has it.")
            return replace(policy, words=left), f"{_count(len(policy.words) - len(left), 'word')} may be used again."
        case AddStyle(style):
            if preset(style.name) is not None:
                raise NothingToDo(f"“{style.name}” is a style already.", "Take another name: /help styles lists them.")
            others = tuple(each for each in policy.styles if each.name != style.name)
            _room(others)
            return replace(policy, styles=(*others, style)), f"Say --style {style.name}, and its words are added."
        case DropStyle(name):
            styles = tuple(each for each in policy.styles if each.name != name)
            if len(styles) == len(policy.styles):
                raise NothingToDo(f"There is no style “{name}” of this workspace's own.", "`show` lists them.")
            return replace(policy, styles=styles), f"The style {name} is gone."
        case _:
            assert_never(change)


# --- defaults --------------------------------------------------------------------------------------------------------


def _defaults(
    policy: Policy, change: SetApproval | SetSwitch | SetTimeZone | SetLanguage | SetAlerts | SetRetention
) -> tuple[Policy, str]:
    match change:
        case SetApproval(approval):
            if approval is None:
                return replace(policy, approval=None), "Nothing needs an approval any more."
            who = spoken([*(f"role:{role}" for role in approval.roles), "an administrator"])
            money = wording.format_money(approval.above_nanodollars)
            return replace(policy, approval=approval), f"What may cost more than {money} is drawn after {who} agreed."
        case SetSwitch(switch, is_on):
            return _switched(policy, switch, is_on=is_on)
        case SetTimeZone(name):
            said = name or "the time of whoever runs Easel"
            return replace(policy, time_zone=name), f"Limits reset by {said}."
        case SetLanguage(language):
            said = LANGUAGES[language][0] if language else "the language that the platform knows, or in English"
            return replace(policy, language=language), f"What everybody sees is said in {said}."
        case SetAlerts(channel):
            said = f"are told in channel:{channel}" if channel else "are told nowhere; /usage shows what is used"
            return replace(policy, alerts=channel), f"Alerts {said}."
        case SetRetention(days):
            said = f"are forgotten after {_count(days, 'day')}" if days else "are kept"
            return replace(policy, retention_days=days), f"Pictures and their words {said}."
        case _:
            assert_never(change)


def _switched(policy: Policy, switch: Switch, *, is_on: bool) -> tuple[Policy, str]:
    match switch:
        case Switch.PRIVATE:
            sentence = (
                "Results are for the person alone until they share them." if is_on else "Results are for everybody."
            )
            return replace(policy, private=is_on), sentence
        case Switch.SPOILER:
            veiled = "Pictures are veiled until they are clicked on, on platforms that have a veil: Slack has none."
            return replace(policy, spoiler=is_on), veiled if is_on else "Pictures are not veiled any more."
        case Switch.QUOTA:
            says = "says" if is_on else "does not say"
            return replace(policy, quota=is_on), f"A result {says} what its maker may still draw."
        case Switch.PRICE:
            return replace(policy, price=is_on), f"A result {'says' if is_on else 'does not say'} what it cost."
        case _:
            assert_never(switch)


def _toggled(there: tuple[T, ...], one: T, *, is_in: bool) -> tuple[T, ...]:
    if (one in there) is is_in:
        raise NothingToDo("It is so already.", "`show` lists what is decided.")
    if not is_in:
        return tuple(each for each in there if each != one)
    _room(there)
    return (*there, one)


def _room(rows: Sequence[object]) -> None:
    if len(rows) >= ROWS_MAX:
        raise NothingToDo(f"There are {ROWS_MAX} of these already.", "Remove some that are not needed.")


def _count(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
