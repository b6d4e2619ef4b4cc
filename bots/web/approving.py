"""Asking those who decide, in the channel, and taking their answer: any question of `core.administration.asking`."""

from __future__ import annotations

from bots.web import destination, posts
from bots.web.channel import ChannelLog
from bots.web.destination import WebDestination, message_id
from bots.web.forms import ChoiceForm
from bots.web.live import JobNews, Live
from bots.web.messages import Body, Message
from bots.web.people import Roster
from core.administration.approvals import Approval
from core.administration.asking import Question, approval_question
from core.conversation.deciding import decided
from core.errors import Gone
from core.model import Admitted, Unfinished
from core.ports import Clock
from core.studio import Studio


def shown(text: str, characters: int) -> str:
    """The page shows words as words; they are cut where a question would become long."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


class Approving:
    """Questions of the playground."""

    def __init__(self, log: ChannelLog, live: Live, roster: Roster, clock: Clock) -> None:
        self._clock = clock
        self._log = log
        self._live = live
        self._roster = roster

    async def ask_about(self, approval: Approval, to: WebDestination, before: tuple[Message, ...] = ()) -> None:
        """In the channel where it was asked for. `before`: what the person said, when that stays."""
        await self._post(approval_question(approval, shown), to, approval.id, before)

    async def answered(self, form: ChoiceForm, studio: Studio) -> str:
        """Somebody decided; what they are told of it. Raises a `Refused`; then the question stays."""
        actor, room = self._roster.actor(self._roster.person(form.person)), self._roster.channel(form.channel)
        result = await decided(studio, form.act, form.subject, actor, self._roster.place(room), shown)
        if result.further is not None:
            channel = self._roster.channel(result.further.channel).id
            to = WebDestination(channel, None, "", None, actor.user, self._clock.now_us())
            await self._post(result.further.question, to, result.further.question.choices[0].subject, ())
            return result.text
        self._live.changed(*await self._log.answered(message_id(form.subject, "question"), Body(text=result.text)))
        if result.begun is not None:
            await self._begun(*result.begun)
        if result.in_vain is not None:
            await self._tell(result.in_vain)
        return ""

    async def _tell(self, outcome: Unfinished) -> None:
        """Whoever asked, alone: why it is not drawn."""
        try:
            to = destination.read(outcome.request.destination)
        except Gone:
            return
        await self._log.post((posts.in_vain(to, outcome, self._clock.now_us()),))
        self._live.changed(to.channel)

    async def _post(self, asked: Question, to: WebDestination, name: str, before: tuple[Message, ...]) -> None:
        await self._log.post((*before, posts.question(to, asked, name)))
        self._live.changed(to.channel)

    async def _begun(self, approval: Approval, admitted: Admitted) -> None:
        """Its message says how far it is, as if it had been drawn at once."""
        try:
            to = destination.read(approval.request.destination)
        except Gone:
            return
        only_for = to.person if admitted.plan.private else None
        working = posts.working(to, admitted.job, only_for=only_for)
        if working.id in await self._log.post((working,)):
            self._live.watch(JobNews(admitted.job, working.id, working.channel, only_for, ahead=admitted.ahead))
        self._live.changed(to.channel)
