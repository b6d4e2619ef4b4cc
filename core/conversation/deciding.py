"""A button of a question, pressed: what comes of it, and what the question says from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from core.administration.approvals import Approval
from core.administration.asking import Act, Shown, approval_answer
from core.model import Actor, Admitted
from core.studio import Studio


@dataclass(frozen=True, slots=True)
class Decided:
    """`text` takes the place of the question, whose buttons go. `begun`: what is drawn now, and who had asked."""

    text: str
    begun: tuple[Approval, Admitted] | None = None


async def decided(studio: Studio, act: Act, subject: str, actor: Actor, shown: Shown) -> Decided:
    """Do it for this person. Raises a `Refused`: then the question stays as it is."""
    match act:
        case Act.AGREE:
            waiting = await studio.waiting_for_approval(subject, actor)
            admitted = await studio.agree(subject, actor)
            return Decided(approval_answer(waiting, actor.name, agreed=True, shown=shown), (waiting, admitted))
        case Act.DECLINE:
            declined = await studio.decline(subject, actor)
            return Decided(approval_answer(declined, actor.name, agreed=False, shown=shown))
        case _:
            assert_never(act)
