"""How the administrators' values look on the wire: one place for every JSON shape that the page reads.

Money goes as nano-dollars and as words; ids and names as they are: the page puts them in as text and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import wording
from core.administration.docket import Line, Page
from core.administration.homes import HomeNow
from core.administration.overseeing import Decision, Report, Works
from core.administration.reading import Verb
from core.administration.standing import Rule, Standing, Used
from core.administration.usage import By, Sum
from core.model import Allowance

Json = dict[str, Any]
Names = Mapping[str, str]  # by id, of those that have one


def home(now: HomeNow, name: str) -> Json:
    """A workspace in the list. `name`: as its people call it, "" when nobody says."""
    return {
        "id": str(now.home),
        "platform": now.home.platform,
        "workspace": now.home.workspace,
        "name": name,
        "paused": now.paused,
        "pause_reason": now.pause_reason,
        "images": now.images,
        "money": _money(now.nanodollars),
        "at_work": now.at_work,
    }


def order(verb: Verb) -> Json:
    """One kind of order, and how it is said."""
    return {"name": verb.name, "usage": list(verb.usage), "summary": verb.summary}


def standing(found: Standing, policy: str, names: Names, now_us: int) -> Json:
    """The limits of a workspace, and what is used of them. `names`: of channels."""
    return {
        "policy": policy,
        "rules": [_rule(each) for each in found.rules],
        "shared": _used(found.shared, now_us),
        "channels": [{**_used(each, now_us), "name": names.get(each.key, "")} for each in found.channels],
        "people": [_used(each, now_us) for each in found.people],
    }


def _rule(rule: Rule) -> Json:
    return {"label": rule.label, "own": rule.own, "is_allowance": rule.is_allowance}


def _used(used: Used, now_us: int) -> Json:
    return {
        "key": used.key,
        "name": used.name,
        "exempt": used.exempt,
        "requests": used.requests,
        "allowances": [_allowance(each, now_us) for each in used.allowances],
    }


def _allowance(allowance: Allowance, now_us: int) -> Json:
    resets_at_us = allowance.resets_at_us
    return {
        "label": allowance.label,
        "unit": allowance.unit,
        "cap": allowance.cap,
        "used": allowance.used,
        "said": f"{_amount(allowance.unit, allowance.used)} of {_amount(allowance.unit, allowance.cap)}",
        "resets": "" if resets_at_us is None else wording.duration(max(0, resets_at_us - now_us)),
    }


def report(found: Report, channels: Names) -> Json:
    """A month of a workspace. `channels`: their names."""
    usage, span = found.usage, found.span
    return {
        "month": span.month,
        "time_zone": span.time_zone,
        "first_day": wording.past(span.since_us, 1 << 62, span.time_zone)[:10],
        "last_day": wording.past(span.until_us - 1, 1 << 62, span.time_zone)[:10],
        "total": _sum(usage.total),
        "saved": _money(usage.saved_nanodollars),
        "names": dict(found.names),
        "channels": dict(channels),
        "by": {by.value: [_sum(each) for each in usage.broken_down[by]] for by in By},
    }


def _sum(one: Sum) -> Json:
    return {
        "key": one.key,
        "images": one.images,
        "nanodollars": one.nanodollars,
        "money": _money(one.nanodollars),
        "estimated_nanodollars": one.estimated_nanodollars,
        "estimated": _money(one.estimated_nanodollars),
        "drawn": one.drawn,
        "failed": one.failed,
        "declined": one.declined,
        "refused": one.refused,
    }


def requests(page: Page, channels: Names, now_us: int) -> Json:
    """Some of a workspace's requests. `channels`: their names."""
    return {"requests": [line(each, channels, now_us) for each in page.lines], "before": page.before}


def line(one: Line, channels: Names, now_us: int) -> Json:
    """One request."""
    return {
        "job": one.job,
        "state": one.state,
        "code": one.code,
        "channel": one.channel,
        "channel_name": channels.get(one.channel, ""),
        "person": one.person,
        "name": one.name,
        "model": one.model,
        "operation": one.operation,
        "created_at_us": one.created_at_us,
        "age": _age(now_us - one.created_at_us),
        "seconds": None if one.finished_at_us is None else max(0, one.finished_at_us - one.created_at_us) // 1_000_000,
        "images": one.images,
        "money": _money(one.nanodollars) if one.nanodollars else "",
        "measured": one.measured,
        "is_held": one.is_held,
    }


def works(found: Works) -> Json:
    """Who draws, how they are, and what they cost this month."""
    return {
        "providers": [
            {
                "provider": each.provider,
                "model": each.model,
                "label": each.label,
                "host": each.host,
                "condition": each.condition.value,
                "why": each.why,
                "images_per_minute": None if each.images_per_minute is None else round(each.images_per_minute, 1),
                "waiting": each.waiting,
            }
            for each in found.health
        ],
        "spent": [
            {"provider": each.provider, "kind": each.kind, "money": _money(each.nanodollars), "requests": each.requests}
            for each in found.spent
        ],
        "waiting": found.counts.waiting,
        "running": found.counts.running,
        "to_tell": found.counts.to_tell,
    }


def decision(one: Decision) -> Json:
    """One entry of the audit."""
    entry = one.entry
    return {
        "workspace": str(one.home),
        "person": entry.person,
        "name": entry.name,
        "said": entry.said,
        "changed": entry.changed,
        "at_us": entry.at_us,
    }


def _money(nanodollars: int) -> str:
    return wording.format_money(nanodollars)


def _amount(unit: str, count: int) -> str:
    return wording.format_money(count) if unit == "money" else f"{count:,}"


def _age(span_us: int) -> str:
    """`3 minutes`: how long ago something was."""
    return wording.duration(max(0, span_us)).removeprefix("in ")
