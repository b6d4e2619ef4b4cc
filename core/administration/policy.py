"""What one workspace's administrators decided, as a value, and what it makes of the operator's rules. Pure.

The operator's caps (on a person, a channel, a workspace, everyone) always hold: a workspace may set stricter ones,
never looser ones. The allowances of roles are the workspace's to set: its own row takes the place of the operator's row
for the same role, unit and window, and it may lift the operator's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from core.errors import NotAllowed
from core.i18n import joined, say
from core.model import Actor, Place
from core.quota import Limit, Scope

RETENTION_DAYS_MAX: Final = 3650


class Kind(StrEnum):
    """What a rule may be about."""

    PERSON = "user"
    ROLE = "role"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or something of the workspace, by the platform's own id."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class OwnStyle:
    """A style of the workspace's own: `words` are added to a prompt."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Approval:
    """What may cost more than this is drawn only after one of these roles, or an administrator, agreed."""

    above_nanodollars: int
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """All of it. Every change makes a new value; a workspace that decided nothing has `Policy()`."""

    limits: tuple[Limit, ...] = ()
    lifted: tuple[str, ...] = ()  # ids of the operator's role limits that do not hold here
    exempt: tuple[Named, ...] = ()  # whose allowances are without limit; caps hold for them, too
    blocked: tuple[str, ...] = ()  # people who may not draw
    paused: bool = False
    pause_reason: str = ""
    only_channels: tuple[str, ...] = ()  # when there are any, people draw in these only
    closed_channels: tuple[str, ...] = ()
    only_roles: tuple[str, ...] = ()  # when there are any, only people with one of these draw
    words: tuple[str, ...] = ()  # that nobody may use here
    styles: tuple[OwnStyle, ...] = ()
    approval: Approval | None = None
    private: bool = False  # results are for the person alone unless they say otherwise
    spoiler: bool = False  # pictures are behind a veil, where the platform has one
    quota: bool | None = None  # whether a result tells what its maker may still draw; None: as the operator set it
    price: bool | None = None  # whether it tells what it cost; the same
    time_zone: str = ""  # by which limits reset, an IANA name; "" = the operator's
    language: str = ""  # of what all see (`core.i18n.LANGUAGES`); "" = as the platform knows it, else English
    alerts: str = ""  # the channel in which alerts are told; "" = the administrators see them in /usage only
    retention_days: int = 0  # after which pictures and words are forgotten; 0 = never


NO_POLICY: Final = Policy()


def permit(policy: Policy, actor: Actor, place: Place) -> None:
    """Whether this person may draw in this place at all. Raises `NotAllowed` with why not.

    A pause holds for everybody. The other rules do not hold for administrators, who could change them anyway.
    """
    if policy.paused:
        what = say("Drawing is paused in this workspace.")
        if policy.pause_reason:
            what = joined((what, say("The reason given: {reason}", reason=policy.pause_reason)))
        raise NotAllowed(what, say("An administrator can resume it."))
    permit_person(policy, actor)
    if actor.is_admin or place.personal:
        return
    if place.channel in policy.closed_channels or (policy.only_channels and place.channel not in policy.only_channels):
        raise NotAllowed(say("Easel does not draw in this channel."), say("Try another one, or ask an administrator."))
    if policy.only_roles and not set(policy.only_roles) & set(actor.roles):
        raise NotAllowed(say("Drawing is for certain roles here."), say("Ask an administrator for one of them."))


def permit_person(policy: Policy, actor: Actor) -> None:
    """Whether this person may use Easel here, be it only to see something again. Raises `NotAllowed`."""
    if actor.user in policy.blocked and not actor.is_admin:
        raise NotAllowed(say("You may not use Easel here."), say("Ask an administrator."))


def limits_for(operators: Sequence[Limit], policy: Policy, actor: Actor, place: Place) -> tuple[Limit, ...]:
    """What this person is held against here: the operator's limits and the workspace's own."""
    own = {limit.id for limit in policy.limits if limit.scope is Scope.ROLE} | set(policy.lifted)
    kept = (limit for limit in operators if limit.scope is not Scope.ROLE or limit.id not in own)
    together = (*kept, *policy.limits)
    if is_exempt(policy, actor, place):
        return tuple(limit for limit in together if not is_allowance(limit.scope))
    return together


def is_allowance(scope: Scope) -> bool:
    """Whether a limit of this scope says what one person may have; all others are caps that people share."""
    match scope:
        case Scope.ROLE | Scope.USER:
            return True
        case Scope.EVERYONE | Scope.WORKSPACE | Scope.CHANNEL:
            return False
        case _:
            assert_never(scope)


def is_exempt(policy: Policy, actor: Actor, place: Place) -> bool:
    """Whether this person's own allowances do not hold here."""
    return any(_is_meant(named, actor, place) for named in policy.exempt)


def needs_approval(policy: Policy, actor: Actor, nanodollars: int) -> bool:
    """Whether somebody has to agree before this is drawn for this person."""
    approval = policy.approval
    if approval is None or nanodollars <= approval.above_nanodollars:
        return False
    return not may_approve(policy, actor)


def may_approve(policy: Policy, actor: Actor) -> bool:
    """Whether this person's word is enough."""
    roles = policy.approval.roles if policy.approval is not None else ()
    return actor.is_admin or bool(set(roles) & set(actor.roles))


def _is_meant(named: Named, actor: Actor, place: Place) -> bool:
    match named.kind:
        case Kind.PERSON:
            return named.id == actor.user
        case Kind.ROLE:
            return named.id in actor.roles
        case Kind.CHANNEL:
            return named.id == place.channel
        case _:
            assert_never(named.kind)
