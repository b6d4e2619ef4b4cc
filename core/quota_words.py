"""What a person is told whose request is beyond a limit: which one refused, what remains, and when it resets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from core import wording
from core.errors import QuotaExceeded
from core.i18n import Said, into, joined, say
from core.model import Allowance, Cost
from core.quota import Decision, Unit, asked
from core.windows import ROLLING

NO_LIMIT: Final = say("No limit applies to you here: draw as much as you like.")


def refusal(decision: Decision, now_us: int, time_zone: str) -> QuotaExceeded:
    """The error for a decision that is not allowed: which limits refused, what remains, when they reset."""
    refused = [each for each in decision.allowances if each.refused]
    what = joined(_refused_sentence(each, decision.cost, now_us, time_zone) for each in refused)
    return QuotaExceeded(what, _remedy(refused[0]), allowances=decision.allowances)


def left_of(allowances: Sequence[Allowance], as_shown: Callable[[str], str], language: str) -> list[str]:
    """For a result's small print: the allowance that ends first; what is in flight is no allowance that is used up.

    `as_shown` makes a label safe for a platform's markup.
    """
    counted = [each for each in allowances if each.unit != "jobs" and each.cap > 0]
    if not counted:
        return []
    least = min(counted, key=lambda each: each.remaining / each.cap)
    left = wording.amount(least.unit, least.remaining, round_up=False)
    label = as_shown(into(language, least.label))
    return [into(language, say("{amount} left of {limit}", amount=left, limit=label))]


def remaining(allowance: Allowance, moment: str = "") -> Said:
    """What /quota says of a limit: `12 images left, resets …`. `moment`: as the platform shows it."""
    left = wording.amount(allowance.unit, allowance.remaining, round_up=False)
    if moment:
        return say("{amount} left, resets {moment}.", amount=left, moment=moment)
    return say("{amount} left.", amount=left)


def _refused_sentence(allowance: Allowance, cost: Cost, now_us: int, time_zone: str) -> Said:
    scope, _, _ = allowance.limit_id.partition(":")
    _, unit, window = allowance.limit_id.rsplit(":", 2)
    needs = wording.need_phrase(unit, asked(Unit(unit), cost))
    if asked(Unit(unit), cost) > allowance.cap:
        return say("The limit is {limit}, and {needs}.", limit=allowance.label, needs=needs)
    what = wording.used_phrase(scope, unit, window, allowance.used, allowance.cap)
    if allowance.remaining:
        what = say("{used}, and {needs}", used=what, needs=needs)
    if allowance.resets_at_us is None:
        return say("{used}.", used=what)
    moment = wording.moment(allowance.resets_at_us, now_us, time_zone)
    if window in ROLLING:
        return say("{used}; enough is free again {moment}.", used=what, moment=moment)
    return say("{used}; it resets {moment}.", used=what, moment=moment)


def _remedy(allowance: Allowance) -> str:
    """What to do now: the most that would help, or nothing when only waiting does, which the sentence has said."""
    unit = Unit(allowance.unit)
    if allowance.cap <= 0:
        return say("Ask an administrator.")
    if unit is Unit.JOBS:
        return say("Try again when one of them is finished.")
    if not allowance.remaining:
        return ""
    if unit is Unit.IMAGES:
        return say("Ask for {amount} at most.", amount=wording.amount(unit, allowance.remaining))
    return say("Ask for fewer or smaller images, or a lower quality.")
