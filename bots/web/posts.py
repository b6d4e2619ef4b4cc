"""Easel's own messages: at work, done, failed, in answer to a question. What each says, and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType

from bots.web import present
from bots.web.destination import WebDestination, message_id
from bots.web.messages import Body, Button, Kind, Message
from bots.web.people import EASEL
from core import wording
from core.actions import verbs_for
from core.administration.asking import Question
from core.i18n import into, say
from core.model import Finished, JobId, Operation, PlannedFile, PostingPlan, StoredImage, Unfinished, Verb
from core.quota_words import left_of

HINT = say(
    "To draw, type /imagine and what you would like to see, or write to @easel. "
    "Reply to a picture with words to change it. /help says more."
)


def working(to: WebDestination, job: JobId, *, only_for: str | None, text: str = "") -> Message:
    """The message that shows a job on its way, and becomes its outcome."""
    return _message(to, Kind.WORKING, Body(text=text), job, only_for)


def finished(
    to: WebDestination, outcome: Finished, plan: PostingPlan, label_of: Callable[[str, str], str]
) -> tuple[Message, ...]:
    """The outcome as messages, in order. The first one takes the place of the working message."""
    only_for = to.person if outcome.plan.private else None
    by_id = {image.id: image for image in outcome.images}
    posted = plan.messages or ((),)
    messages = []
    for index, files in enumerate(posted):
        shown = [(by_id[file.image], file) for file in files if file.image in by_id]
        last = index == len(posted) - 1
        body = pictures_body(shown, dict(outcome.manner.prices), veiled=outcome.plan.veiled)
        body = replace(
            body,
            remarks=plan.remarks if index == 0 else (),
            footer=_footer(outcome, label_of) if last else "",
        )
        message = _message(to, Kind.RESULT, body, outcome.job, only_for)
        messages.append(replace(message, id=part_id(to.message, index), created_at_us=message.created_at_us + index))
    return tuple(messages)


def pictures_body(
    shown: Sequence[tuple[StoredImage, PlannedFile | None]],
    prices: Mapping[Verb, int] = MappingProxyType({}),
    *,
    veiled: bool = False,
) -> Body:
    """Pictures, numbered from 1 as people pick them in a reply, each with the buttons that make sense for it."""
    pictures = []
    buttons: list[Button] = []
    for number, (image, file) in enumerate(shown, start=1):
        alt = file.alt if file is not None else image.alt
        pictures.append(replace(present.kept(image, veiled=veiled), number=number, alt=alt))
        buttons += [Button(verb, image.id, prices.get(verb, 0)) for verb in verbs_for(image)]
    return Body(pictures=tuple(pictures), buttons=tuple(buttons))


def unfinished(to: WebDestination, outcome: Unfinished) -> Message:
    """The outcome when there is no picture: the sentence says why, what it cost, and what to do."""
    only_for = to.person if outcome.plan.private else None
    return _message(to, Kind.FAILED, Body(text=outcome.sentence), outcome.job, only_for)


def in_vain(to: WebDestination, outcome: Unfinished, at_us: int) -> Message:
    """For the asking person alone: somebody agreed, and yet there is no picture."""
    name = message_id(outcome.job, "in-vain")
    return replace(answer(replace(to, message=name), Body(text=outcome.sentence)), created_at_us=at_us)


def answer(to: WebDestination, body: Body) -> Message:
    """Words for the asking person alone."""
    return _message(to, Kind.ANSWER, body, None, to.person)


def question(to: WebDestination, asked: Question, name: str) -> Message:
    """For whoever decides. The same `name` is the same message, which stands before what comes of it."""
    body = Body(text=asked.text, choices=asked.choices)
    message = _message(replace(to, message=message_id(name, "question")), Kind.ANSWER, body, None, None)
    return replace(message, created_at_us=to.asked_at_us)


def announcement(channel: str, sentence: str, at_us: int) -> Message:
    """Words that answer nobody."""
    name = message_id(f"announced|{channel}|{at_us}", sentence)
    return Message(name, channel, None, EASEL, Kind.ANSWER, at_us, Body(text=sentence))


def part_id(message: str, index: int) -> str:
    """The id of the further messages of an outcome that does not fit into one: always the same ones."""
    return message if index == 0 else sha256(f"{message}|{index}".encode()).hexdigest()[:32]


def _message(to: WebDestination, kind: Kind, body: Body, job: JobId | None, only_for: str | None) -> Message:
    return Message(
        id=to.message,
        channel=to.channel,
        thread=to.thread,
        author=EASEL,
        kind=kind,
        created_at_us=to.asked_at_us + 1,  # right behind what was said
        body=body,
        only_for=only_for,
        job=job,
        reply_to=to.reply_to,
    )


def _footer(outcome: Finished, label_of: Callable[[str, str], str]) -> str:
    if not outcome.images:
        return ""
    image = outcome.images[0]
    parts, language = [f"{image.size.width} × {image.size.height}"], outcome.plan.language
    if outcome.plan.operation is not Operation.SHOW:
        cost = outcome.charged
        if outcome.plan.seed is not None:
            parts.append(into(language, say("seed {number}", number=str(outcome.plan.seed))))
        images = wording.amount("images", cost.images) if cost.images else say("not charged")
        parts.append(into(language, images))
        if cost.nanodollars and outcome.manner.price is not False:
            parts.append(into(language, wording.format_money(cost.nanodollars)))
        if outcome.manner.quota:
            parts += left_of(outcome.allowances, str, language)
    parts.append(label_of(image.provider, image.model))
    return " · ".join(parts)
