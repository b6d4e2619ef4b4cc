"""What a person is told whose request is beyond a limit: which one refused, what remains, and when it resets."""

from __future__ import annotations

from core import wording
from core.errors import QuotaExceeded
from core.model import Allowance, Cost
from core.quota import Decision, Unit, asked
from core.windows import ROLLING


def refusal(decision: Decision, now_us: int, time_zone: str) -> QuotaExceeded:
    """The error for a decision that is not allowed: which limits refused, what remains, when they reset."""
    refused = [each for each in decision.allowances if each.refused]
    what = " ".join(_refused_sentence(each, decision.cost, now_us, time_zone) for each in refused)
    return QuotaExceeded(what, _remedy(refused[0]), allowances=decision.allowances)


def _refused_sentence(allowance: Allowance, cost: Cost, now_us: int, time_zone: str) -> str:
    scope, _, _ = allowance.limit_id.partition(":")
    _, unit, window = allowance.limit_id.rsplit(":", 2)
    needs = wording.need_phrase(unit, asked(Unit(unit), cost))
    if asked(Unit(unit), cost) > allowance.cap:
        return f"The limit is {allowance.label}, and {needs}."
    what = wording.used_phrase(scope, unit, window, allowance.used, allowance.cap)
    if allowance.remaining:
        what += f", and {needs}"
    if allowance.resets_at_us is None:
        return f"{what}."
    again = "enough is free again" if window in ROLLING else "it resets"
    return f"{what}; {again} {wording.moment(allowance.resets_at_us, now_us, time_zone)}."


def _remedy(allowance: Allowance) -> str:
    """What to do now: the most that would help, or nothing when only waiting does, which the sentence has said."""
    unit = Unit(allowance.unit)
    if allowance.cap <= 0:
        return "Ask an administrator."
    if unit is Unit.JOBS:
        return "Try again when one of them is finished."
    if not allowance.remaining:
        return ""
    if unit is Unit.IMAGES:
        return f"Ask for {wording.amount(unit, allowance.remaining)} at most."
    return "Ask for fewer or smaller images, or a lower quality."
