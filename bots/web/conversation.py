"""What happens when somebody says something or presses a button: admitted first, posted after.

The order matters twice. A refusal leaves no message behind, so posting comes after admission. And the job may be done
before its question is posted, so both messages have ids and times that are fixed beforehand, by the event.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from bots.web import limits, own_data, posts, present
from bots.web.approving import Approving
from bots.web.channel import ChannelLog
from bots.web.destination import WebDestination, message_id
from bots.web.forms import ActionForm, ChoiceForm, MessageForm, check_text
from bots.web.inbound import Ask, Draw, Keep, Said, Talk, understand
from bots.web.live import JobNews, Live
from bots.web.messages import Attachment, Body, Kind, Message
from bots.web.people import PLATFORM, Channel, Person, Roster
from bots.web.uploads import Upload, Uploads, reference
from core.administration.approvals import NeedsApproval
from core.administration.front import Sheet
from core.commands import Does
from core.conversation.characters import answered
from core.errors import EmptyPrompt, NotFound
from core.i18n import into, say
from core.model import Admitted, Click, ImageId, ImageRef, ImageRequest, JobId, Operation, Place, Plan, new_id
from core.ports import Clock
from core.studio import Studio

NEWEST = say("Your newest pictures here:")
NONE_FOUND = say("I found no pictures here.")
# Control characters, and the bidirectional overrides and isolates that make a line read otherwise than it is (UAX #9).
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a message: its id, and the job that it started, if any."""

    message: str
    job: JobId | None


@dataclass(frozen=True, slots=True)
class _Event:
    """One message or click: who, where, and what its parts will be called."""

    key: str
    person: Person
    channel: Channel
    thread: Message | None
    at_us: int

    @property
    def thread_id(self) -> str | None:
        return None if self.thread is None else self.thread.id

    @property
    def secret(self) -> bool:
        """Whether it happens in a thread that only one person sees."""
        return self.thread is not None and self.thread.only_for is not None

    def answer_at(self, reply_to: str | None) -> WebDestination:
        return WebDestination(
            channel=self.channel.id,
            thread=self.thread_id,
            message=message_id(self.key, "answer"),
            reply_to=reply_to,
            person=self.person.id,
            asked_at_us=self.at_us,
        )


class Conversation:
    """Listens to people, asks the studio, and writes down what was said."""

    def __init__(
        self,
        log: ChannelLog,
        live: Live,
        uploads: Uploads,
        roster: Roster,
        clock: Clock,
        help_for: Callable[[str], str],
    ) -> None:
        self._log = log
        self._live = live
        self._uploads = uploads
        self._roster = roster
        self._clock = clock
        self._help_for = help_for
        self._approving = Approving(log, live, roster, clock)

    async def say(self, form: MessageForm, studio: Studio, locale: str = "en") -> Heard:
        """A person's message. Raises a `Refused`; then nothing was posted."""
        check_text(form.text)
        event = await self._event(str(form.client_key), form.person, form.channel, form.thread, locale)
        said = await self._said(form, event)
        match meaning := understand(said):
            case Draw():
                return await self._draw(meaning, said, event, studio)
            case Ask():
                body = await self._answer_body(meaning, event, studio)
                return await self._answer(replace(body, text=into(event.person.locale, body.text)), said, event)
            case Keep():
                return await self._keep(meaning, said, event, studio)
            case Talk():
                return await self._talk(said, event)
            case _:
                assert_never(meaning)

    async def press(self, form: ActionForm, studio: Studio, locale: str = "en") -> JobId:
        """A button that draws or shows. Raises a `Refused`; then nothing was posted."""
        check_text(form.instruction)
        event = await self._event(str(form.client_key), form.person, form.channel, form.thread, locale)
        home = await self._log.showing(form.image, event.person.id, event.channel.id)
        to = event.answer_at(home.id if home else None)
        instruction = _clean(form.instruction).strip()
        click = Click(
            event_key=event.key,
            actor=self._roster.actor(event.person),
            place=self._place(event),
            destination=to.stored(),
            verb=form.verb,
            image=ImageId(form.image),
            instruction=instruction,
        )
        try:
            admitted = await studio.act(click)
        except NeedsApproval as error:
            await self._approving.ask_about(error.approval, to)
            raise
        pressed = f"{event.person.name}: {instruction or present.verb_label(form.verb)}"
        await self._post_working(event, to, admitted, (), pressed)
        return admitted.job

    async def decide(self, form: ChoiceForm, studio: Studio) -> str:
        """A button of a question that somebody has to decide. Raises a `Refused`; then nothing changed."""
        return await self._approving.answered(form, studio)

    async def foresee(self, form: MessageForm, studio: Studio, locale: str = "en") -> Plan | None:
        """What these words would draw; None for words that draw nothing. Raises the `Refused` that `say` would."""
        check_text(form.text)
        event = await self._event(str(form.client_key), form.person, form.channel, form.thread, locale)
        meaning = understand(said := await self._said(form, event))
        if not isinstance(meaning, Draw) or meaning.operation is Operation.SHOW:
            return None
        return await studio.foresee(self._request(meaning, said, event, event.answer_at(None)))

    async def delete(self, form: ActionForm, studio: Studio) -> None:
        """Delete a picture, and take it out of every message that shows it. Raises a `Refused`."""
        person, channel = self._roster.person(form.person), self._roster.channel(form.channel)
        image = ImageId(form.image)
        await studio.delete(image, self._roster.actor(person), self._roster.place(channel, form.thread))
        self._live.changed(*await self._log.picture_deleted(image))

    async def erase(self, person: Person, channel: Channel, studio: Studio) -> None:
        """Forget this person, and say so to them alone. Raises a `Refused`."""
        told = await own_data.erased(studio, self._roster.actor(person))
        event = _Event(f"{PLATFORM}:{new_id()}", person, channel, None, self._clock.now_us())
        text = into(person.locale, told)
        await self._log.post((posts.answer(event.answer_at(None), Body(text=text)),))
        self._live.changed(channel.id)

    async def cancel(self, job: JobId, person: Person, studio: Studio) -> bool:
        """Stop a job if there is time; its message says so as soon as the outcome is told. Raises a `Refused`."""
        return await studio.cancel(job, self._roster.actor(person))

    async def _event(self, client_key: str, person: str, channel: str, thread: str | None, locale: str) -> _Event:
        somebody, room = replace(self._roster.person(person), locale=locale), self._roster.channel(channel)
        root = None
        if thread is not None:
            root = await self._log.message(thread, somebody.id)
            if root is None or root.channel != room.id or root.thread is not None:
                raise NotFound("There is no such thread in this channel.", "Reload the page.")
        return _Event(f"{PLATFORM}:{client_key}", somebody, room, root, self._clock.now_us())

    async def _said(self, form: MessageForm, event: _Event) -> Said:
        """Look up everything that the message points at, as this person may see it."""
        person = event.person.id
        replied = None
        if form.reply_to is not None:
            replied = await self._log.message(form.reply_to, person)
            if replied is None or replied.channel != event.channel.id:
                raise NotFound("The message that you replied to is not in this channel.", "Reload the page.")
        newest = None if event.thread is None else await self._log.newest_with_pictures(event.thread.id, person)
        mask, markup = [
            None if sheet is None else await self._uploads.upload(sheet, person) for sheet in (form.mask, form.markup)
        ]
        return Said(
            text=_clean(form.text),
            command=form.command,
            options=form.options,
            attachments=await self._uploads.found(form.attachments, person),
            references=tuple([await self._reference(each, person) for each in form.references]),
            mask=mask,
            markup=markup,
            image=None if form.image is None else ImageId(form.image),
            pick=form.pick,
            replied=replied,
            replied_by=self._roster.name_of(replied.author) if replied else "",
            thread_newest=newest,
            thread_by=self._roster.name_of(newest.author) if newest else "",
        )

    async def _reference(self, named: str, person: str) -> ImageRef:
        """A reference is an upload of theirs, or a picture of ours; the core asks whether they may see that."""
        try:
            return reference(await self._uploads.upload(named, person), PLATFORM)
        except NotFound:
            return ImageRef(PLATFORM, image=ImageId(named))

    async def _draw(self, meaning: Draw, said: Said, event: _Event, studio: Studio) -> Heard:
        said_id = message_id(event.key, "said")
        to = event.answer_at(said_id)
        try:
            admitted = await studio.submit(self._request(meaning, said, event, to))
        except NeedsApproval as error:
            only_for = event.person.id if error.approval.request.options.private else None
            spoken = self._spoken(said, event, only_for=only_for)
            await self._approving.ask_about(error.approval, to, (spoken,))
            return Heard(said_id, None)
        only_for = event.person.id if admitted.plan.private else None
        spoken = self._spoken(said, event, only_for=only_for)
        await self._post_working(event, to, admitted, (spoken,), "")
        return Heard(said_id, admitted.job)

    def _request(self, meaning: Draw, said: Said, event: _Event, to: WebDestination) -> ImageRequest:
        options = meaning.options
        hidden = event.secret or (said.replied is not None and said.replied.only_for is not None)
        if hidden and options.private is None:
            options = replace(options, private=True)  # what follows from a private picture is private until shared
        return ImageRequest(
            event_key=event.key,
            actor=self._roster.actor(event.person),
            place=self._place(event),
            destination=to.stored(),
            operation=meaning.operation,
            prompt=meaning.prompt,
            options=options,
            attachments=meaning.attachments,
            mask=meaning.mask,
            markup=meaning.markup,
            chosen=meaning.chosen,
            pick=meaning.pick,
            replied=meaning.replied,
            replied_by=meaning.replied_by,
            in_thread=meaning.in_thread,
        )

    async def _post_working(
        self, event: _Event, to: WebDestination, admitted: Admitted, before: tuple[Message, ...], text: str
    ) -> None:
        only_for = event.person.id if admitted.plan.private else None
        working = posts.working(to, admitted.job, only_for=only_for, text=text)
        new = await self._log.post((*before, working))
        if working.id in new:  # otherwise its outcome is there already
            self._live.watch(JobNews(admitted.job, working.id, working.channel, only_for, ahead=admitted.ahead))
        self._live.changed(event.channel.id)

    async def _answer(self, body: Body, said: Said, event: _Event) -> Heard:
        """A question is nobody else's business, and so is its answer."""
        spoken = self._spoken(said, event, only_for=event.person.id)
        await self._log.post((spoken, posts.answer(event.answer_at(spoken.id), body)))
        self._live.changed(event.channel.id)
        return Heard(spoken.id, None)

    async def _keep(self, meaning: Keep, said: Said, event: _Event, studio: Studio) -> Heard:
        """A message that comes again, because its answer was lost on the way, changes nothing more."""
        done = await self._log.message(message_id(event.key, "said"), event.person.id)
        if done is not None:
            return Heard(done.id, None)
        text = await answered(studio, meaning.wish, self._roster.actor(event.person), self._place(event))
        return await self._answer(Body(text=into(event.person.locale, text)), said, event)

    async def _answer_body(self, ask: Ask, event: _Event, studio: Studio) -> Body:
        actor, place = self._roster.actor(event.person), self._place(event)
        match ask.about:
            case Does.QUOTA:
                allowances = await studio.allowances(actor, place)
                return Body(text=present.allowances_text(allowances, self._clock.now_us()))
            case Does.HISTORY:
                words = ask.words[: limits.SEARCH_CHARACTERS]
                found = await studio.history(actor, place, words, limit=limits.HISTORY_IN_ANSWER)
                text = NEWEST if found else NONE_FOUND
                body = posts.pictures_body([(image, None) for image in found], veiled=await studio.veils(actor))
                return replace(body, text=text)
            case Does.HELP:
                return Body(text=self._help_for(ask.words))
            case Does.USAGE | Does.ADMINISTER:
                told = await studio.front.told(ask.about, actor, place, ask.words, event.key)
                return Body(text=present.told_text(told), attachments=await self._beside(told.sheet))
            case Does.PRIVACY:
                return await own_data.answer(studio, actor, ask.words)
            case Does.IMAGINE | Does.EDIT | Does.STORYBOARD | Does.IMAGE | Does.CHARACTER:
                raise ValueError(f"{ask.about} is no question")
            case _:
                assert_never(ask.about)

    async def _beside(self, sheet: Sheet | None) -> tuple[Attachment, ...]:
        """The picture that an answer comes with."""
        if sheet is None or not sheet.is_picture:
            return ()
        upload, _ = await self._uploads.keep_picture(sheet.data, sheet.name)
        return (replace(_attached(upload), alt=sheet.alt),)

    async def _talk(self, said: Said, event: _Event) -> Heard:
        """Just talk: posted as it is. Who talks for the first time is told once how to draw."""
        if not said.text.strip() and not said.attachments:
            raise EmptyPrompt("There is nothing to post.", "Write something first.")
        spoken = self._spoken(said, event, only_for=event.person.id if event.secret else None)
        hint = replace(
            posts.answer(event.answer_at(None), Body(text=into(event.person.locale, posts.HINT))),
            id=message_id(f"{PLATFORM}:hint", event.person.id),
        )
        await self._log.post((spoken,) if event.thread is not None else (spoken, hint))
        self._live.changed(event.channel.id)
        return Heard(spoken.id, None)

    def _spoken(self, said: Said, event: _Event, *, only_for: str | None) -> Message:
        text = said.text.strip()
        if said.command is not None and not text.startswith("/"):
            text = f"/{said.command} {text}".strip()
        return Message(
            id=message_id(event.key, "said"),
            channel=event.channel.id,
            thread=event.thread_id,
            author=event.person.id,
            kind=Kind.SAID,
            created_at_us=event.at_us,
            body=Body(text=text, attachments=tuple(_attached(upload) for upload in said.attachments)),
            only_for=only_for,
            reply_to=None if said.replied is None else said.replied.id,
        )

    def _place(self, event: _Event) -> Place:
        return self._roster.place(event.channel, event.thread_id)


def _attached(upload: Upload) -> Attachment:
    return Attachment(upload.id, upload.name, upload.width, upload.height)


def _clean(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
