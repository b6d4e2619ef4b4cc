"""The messages that come with a picture: what was made and what can be done with it. Pure.

The picture itself is a file in the thread; Slack takes no buttons with a file. So one small message stands under it:
who asked, what it was, and the buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bots.slack import blocks
from bots.slack.blocks import Payload
from bots.slack.components import PREFIX, Cancel, Pick, Press, ids, parse_action, press
from bots.slack.text import shown
from core import wording
from core.actions import label_of, verbs_for
from core.i18n import ENGLISH, Said, into, joined, say
from core.model import Finished, ImageId, JobId, Operation, StoredImage, Verb
from core.quota_words import left_of

Prices = Sequence[tuple[Verb, int]]  # what buttons cost about, in nano-dollars
LabelOf = Callable[[str, str], str]  # a provider and a model, as people know them

_ROW: Final = re.compile(r"easel:[A-Za-z0-9_-]{1,64}:(?P<thread>[0-9]{1,16}\.[0-9]{1,8})", re.ASCII)
_REMARK_CHARACTERS: Final = 2800
_ROW_MAX: Final = 7  # buttons that stand beside each other in a thread's pane
_MAKES: Final = frozenset({Verb.EDIT, Verb.REDO, Verb.VARY, Verb.FINALISE, Verb.UNDO})
_NAME_CHARACTERS: Final = 64
_WORDS_CHARACTERS: Final = 200


def controls(
    job: JobId,
    images: Sequence[StoredImage],
    *,
    private: bool,
    context: Sequence[str],
    remarks: Sequence[str] = (),
    thread: str = "",
    prices: Prices = (),
    language: str = ENGLISH,
) -> list[Payload]:
    """The controls message of a result: of one picture its buttons, of several a select that asks which one.

    `context`: small grey lines in mrkdwn, such as who asked and what it cost. `remarks`: sentences that come before
    them in full size, mrkdwn too. `private`: shown to its author alone, so sharing is among the buttons. `thread`: the
    root under which whatever comes of a button belongs, for messages that do not tell it by themselves.
    """
    said = "\n".join(remark for remark in remarks if remark)
    made = [blocks.section(blocks.cut(said, _REMARK_CHARACTERS))] if said else []
    if any(context):
        made.append(blocks.context(*context))
    if len(images) == 1:
        made += buttons(images[0], private=private, thread=thread, prices=prices, language=language)
    elif images:
        made.append(which_one(job, images, thread=thread, language=language))
    return made


def context_of(
    outcome: Finished,
    label_of: LabelOf,
    *,
    name: str = "",
    words: bool = False,
    price: bool = False,
    quota: bool = False,
) -> list[str]:
    """The grey lines of a result: who asked (and with which `words`, where nobody else can read them), and what it was.

    `price`, `quota`: what the operator wants to be seen under every picture. No `name`: nobody is named.
    """
    asked = ""
    if name.strip():
        head = say("For *{name}*", name=shown(name, _NAME_CHARACTERS))
        if words and outcome.plan.text.strip():
            head = say("{head}: {words}", head=head, words=shown(outcome.plan.text, _WORDS_CHARACTERS))
        asked = into(outcome.plan.language, head)
    return [line for line in (asked, _made(outcome, label_of, price=price, quota=quota)) if line]


def plain_context(images: Sequence[StoredImage], label_of: LabelOf) -> list[str]:
    """What can be said of pictures without their outcome: how large they are, and what drew them."""
    told = [_sizes(images), *dict.fromkeys(shown(label_of(each.provider, each.model), 100) for each in images)]
    return [" · ".join(told)] if images else []


def _sizes(images: Sequence[StoredImage]) -> str:
    return ", ".join(dict.fromkeys(f"{image.size.width} × {image.size.height}" for image in images))


def _made(outcome: Finished, label_of: LabelOf, *, price: bool, quota: bool) -> str:
    if not outcome.images:
        return ""
    told, language = [_sizes(outcome.images)], outcome.plan.language
    if outcome.plan.operation is not Operation.SHOW:
        charged = outcome.charged
        images = wording.amount("images", charged.images) if charged.images else say("not charged")
        told.append(into(language, images))
        if price and charged.nanodollars:
            told.append(into(language, wording.format_money(charged.nanodollars)))
        if quota:
            told += left_of(outcome.allowances, shown, language)
    told += dict.fromkeys(shown(label_of(image.provider, image.model), 100) for image in outcome.images)
    return " · ".join(told)


def working(job: JobId, text: str, language: str = ENGLISH) -> list[Payload]:
    """While it is being drawn: how far it is, in mrkdwn, and a way out."""
    return [blocks.section(text), blocks.actions([press(into(language, say("Cancel")), Cancel(job))])]


def share_note(images: Sequence[StoredImage], *, place: str = "", language: str = ENGLISH) -> list[Payload]:
    """Said with a private result: who sees it, and how others come to. `place`: the channel, as in `#design`."""
    if not images:
        return []
    alone = say("Only you can see this.")
    if place:
        one = say("*Share to channel* shows it in {place}.", place=place)
        many = say("*Share to channel* shows one of them in {place}.", place=place)
    else:
        one = say("*Share to channel* shows it in a channel that you choose.")
        many = say("*Share to channel* shows one of them in a channel that you choose.")
    return [blocks.context(into(language, joined((":lock:", alone, one if len(images) == 1 else many))))]


def buttons(
    image: StoredImage, *, private: bool = False, thread: str = "", prices: Prices = (), language: str = ENGLISH
) -> list[Payload]:
    """One picture's buttons, those of the core; a private picture can be shared wherever it is shown.

    One row; when that would be too long, what makes another picture stands above what concerns this one.
    """
    verbs, costs = list(verbs_for(image)), dict(prices)
    if private and Verb.SHARE not in verbs:
        verbs.insert(verbs.index(Verb.DETAILS), Verb.SHARE)
    rows = (
        [verbs]
        if len(verbs) <= _ROW_MAX
        else [[each for each in verbs if (each in _MAKES) is makes] for makes in (True, False)]
    )
    return [
        blocks.actions(
            [_button(verb, image, costs.get(verb, 0), language) for verb in row],
            block_id=block_id(f"{image.id}-{number}", thread),
        )
        for number, row in enumerate(rows)
    ]


def which_one(job: JobId, images: Sequence[StoredImage], *, thread: str = "", language: str = ENGLISH) -> Payload:
    """A select of pictures, numbered as they stand in the message."""
    action_id, _ = ids(Pick(images[0].id))
    options = [
        blocks.option(_title(number, image, language), ids(Pick(image.id))[1])
        for number, image in enumerate(images[: blocks.OPTIONS_MAX], start=1)
    ]
    row = blocks.select(action_id, into(language, say("Which of the {n} pictures?", n=len(images))), options)
    return blocks.actions([row], block_id=block_id(job, thread))


def block_id(subject: str, thread: str = "") -> str:
    """Names a row. It carries the thread: Slack does not tell it when a button of an ephemeral message is pressed."""
    return f"{PREFIX}{subject}:{thread}"


def thread_in(name: object) -> str:
    """The thread that a row's `block_id` carries; empty when it carries none, or is not ours."""
    found = _ROW.fullmatch(name) if isinstance(name, str) else None
    return found["thread"] if found else ""


def _title(number: int, image: StoredImage, language: str) -> str:
    alt = " ".join(image.alt.split())
    return f"{number}. {alt}" if alt else into(language, say("Picture {number}", number=number))


def _button(verb: Verb, image: StoredImage, nanodollars: int, language: str) -> Payload:
    return press(
        into(language, wording.priced(_label(verb), nanodollars)),
        Press(verb, image.id),
        style="primary" if verb is Verb.EDIT else "",
        confirm=delete_question(language) if verb is Verb.DELETE else None,
    )


def _label(verb: Verb) -> Said:
    return say("Share to channel") if verb is Verb.SHARE else label_of(verb)


def delete_question(language: str = ENGLISH) -> Payload:
    """Slack asks it before it tells us of the press."""
    return blocks.confirm(
        into(language, say("Delete this picture?")),
        into(language, say("It goes for everyone and for good, here and in Easel's own memory.")),
        into(language, say("Delete for good")),
        into(language, say("Keep it")),
        danger=True,
    )


def images_in(message_blocks: object) -> tuple[ImageId, ...]:
    """The pictures that a controls message of ours is about, read back from its own rows. Anything else: nothing."""
    found = (image for element in _elements(message_blocks) for image in _images_of(element))
    return tuple(dict.fromkeys(found))


def _elements(message_blocks: object) -> Iterator[Payload]:
    for block in message_blocks if isinstance(message_blocks, list) else ():
        elements = block.get("elements") if isinstance(block, dict) else None
        yield from (each for each in elements if isinstance(each, dict)) if isinstance(elements, list) else ()


def _images_of(element: Payload) -> Iterator[ImageId]:
    options = element.get("options")
    variants = [{**element, "selected_option": each} for each in options] if isinstance(options, list) else [element]
    for each in variants:
        what = parse_action(each)
        if isinstance(what, Press | Pick):
            yield what.image
