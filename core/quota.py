"""Who may still do what: pure arithmetic over limits, usage and windows. Reads no clock and no table.

A limit is (scope, selector, unit, window, amount). Every limit that applies must allow. Role limits are allowances: of the
role limits with the same unit and window that a member has, the most generous counts (the role `everyone` is everybody's).
All other scopes are caps and always hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.model import Actor, Allowance, Cost, Place


class Scope(StrEnum):
    """Whose usage is counted together."""

    EVERYONE = "everyone"
    WORKSPACE = "workspace"
    CHANNEL = "channel"
    ROLE = "role"
    USER = "user"


class Unit(StrEnum):
    """What is counted."""

    IMAGES = "images"
    MONEY = "money"  # nano-dollars
    JOBS = "jobs"  # in flight at this moment; has no window


class Window(StrEnum):
    """Over which time. Calendar windows follow the place's time zone; rolling ones look back from now."""

    NONE = "none"  # for jobs in flight
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"  # begins on Monday (ISO 8601)
    MONTH = "month"
    ROLLING_HOUR = "rolling_hour"
    ROLLING_DAY = "rolling_day"
    ROLLING_WEEK = "rolling_week"
    ROLLING_MONTH = "rolling_month"  # 30 days


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of `[[limits]]`. `selector`: `*` is each one for itself; otherwise one workspace, channel, role or user."""

    scope: Scope
    selector: str
    unit: Unit
    window: Window
    amount: int

    @property
    def id(self) -> str:
        """Its identity in the ledger: a changed amount keeps what was used."""
        return f"{self.scope}:{self.selector}:{self.unit}:{self.window}"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where usage is counted: one limit, one holder (a user, a channel, ...), one slot of time (`slot_us`, its start)."""

    limit_id: str
    holder: str
    slot_us: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What a bucket holds: reserved and not yet settled, and settled."""

    pending: int
    posted: int


@dataclass(frozen=True, slots=True)
class Applied:
    """A limit that applies to a request, with whose usage it counts and the slots that make up its window now."""

    limit: Limit
    holder: str
    buckets: tuple[Bucket, ...]  # all that count; the last one takes the reservation
    resets_at_us: int | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A part of a reservation: this much in this bucket."""

    bucket: Bucket
    amount: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed when no allowance is refused; then `holds` is what to write."""

    allowed: bool
    holds: tuple[Hold, ...]
    allowances: tuple[Allowance, ...]  # refused ones first


def applicable(limits: Sequence[Limit], actor: Actor, place: Place, now_us: int) -> tuple[Applied, ...]:
    """The limits that speak of this person in this place, sorted by limit id (the lock order)."""
    raise NotImplementedError


def decide(applied: Sequence[Applied], counted: Mapping[Bucket, Counted], cost: Cost) -> Decision:
    """May a request of this cost (and one job) be reserved on top of what is counted?"""
    raise NotImplementedError
