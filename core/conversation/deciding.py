"""A button of a question, pressed: what comes of it, and what the question says from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from core.administration.approvals import Approval, TurnedDown
from core.administration.asking import (
    Act,
    Question,
    Shown,
    approval_answer,
    extra_in,
    in_vain_answer,
    in_vain_letter,
    more_question,
)
from core.administration.policy import permit_person
from core.administration.usage import day_of
from core.errors import NotAllowed, NotFound
from core.model import Actor, Admitted, JobId, Place, Plan, Size, Unfinished
from core.quota import Unit
from core.studio import Studio


@dataclass(frozen=True, slots=True)
class Further:
    """A question that is to be posted, once for each `name`."""

    question: Question
    name: str
    channel: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """`text` takes the place of the question, whose buttons go. `begun`: what is drawn now, and who had asked.

    `in_vain`: it was agreed to and is not drawn, which whoever had asked is told, alone; its job is the approval's id.
    `further`: what somebody else is asked; when it cannot be posted, nobody was asked.
    """

    text: str
    begun: tuple[Approval, Admitted] | None = None
    in_vain: Unfinished | None = None
    further: Further | None = None


async def decided(studio: Studio, act: Act, subject: str, actor: Actor, place: Place, shown: Shown) -> Decided:
    """Do it for this person. Raises a `Refused`: then the question stays as it is."""
    match act:
        case Act.AGREE:
            return await _agreed(studio, subject, actor, shown)
        case Act.DECLINE:
            declined = await studio.decline(subject, actor)
            return Decided(approval_answer(declined, actor.name, agreed=False, shown=shown))
        case Act.MORE:
            return await _more(studio, subject, actor, place, shown)
        case Act.GIVE:
            return Decided(f"{shown(actor.name, 64)}: {await _given(studio, subject, actor, place)}")
        case _:
            assert_never(act)


async def _agreed(studio: Studio, subject: str, actor: Actor, shown: Shown) -> Decided:
    waiting = await studio.waiting_for_approval(subject, actor)
    try:
        admitted = await studio.agree(subject, actor)
    except TurnedDown as error:
        return Decided(in_vain_answer(error, actor.name, shown), in_vain=_unfinished(error, actor.name))
    return Decided(approval_answer(waiting, actor.name, agreed=True, shown=shown), (waiting, admitted))


def _unfinished(error: TurnedDown, by: str) -> Unfinished:
    """As an outcome for whoever asked, and for nobody else. Nothing had been planned."""
    request = error.approval.request
    plan = Plan(provider="", model="", operation=request.operation, text=request.prompt, size=Size(0, 0), private=True)
    return Unfinished(JobId(error.approval.id), request, plan, error.why.code, in_vain_letter(error, by))


async def _more(studio: Studio, unit: str, actor: Actor, place: Place, shown: Shown) -> Decided:
    """Administrators are asked where alerts are told, or else where it happened."""
    rules = await studio.administration.rules_of(actor.platform, actor.workspace)
    if unit not in (Unit.IMAGES, Unit.MONEY) or (place.personal and not rules.policy.alerts):
        raise NotAllowed("Here nobody can be asked.", "Ask in a channel, or write to an administrator.")
    permit_person(rules.policy, actor)
    question = more_question(actor, Unit(unit), day_of(studio.now_us(), place.time_zone), shown)
    channel, thread = (rules.policy.alerts, None) if rules.policy.alerts else (place.channel, place.thread)
    name = question.choices[0].subject
    return Decided("I have asked the administrators.", further=Further(question, f"more-{name}"[:64], channel, thread))


async def _given(studio: Studio, subject: str, actor: Actor, place: Place) -> str:
    extra = extra_in(subject)
    if extra is None:
        raise NotFound("I do not know this button any more.", "/easel grant gives an extra.")
    return await studio.administration.give_once(actor, place, subject, *extra)
