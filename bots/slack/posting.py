"""What an outcome looks like in Slack: the words above the pictures, and the message with the buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from bots.slack import limits
from bots.slack.destination import Spot
from bots.slack.event import Payload
from bots.slack.result_blocks import LabelOf, context_of, controls, share_note
from bots.slack.text import shown
from core.fitting import shorten
from core.i18n import ENGLISH, Said, into, say
from core.model import Finished, ImageId, Outcome, PlannedFile, PostingPlan, Progress, StageName, Unfinished
from core.progress_words import progress_text as progress_text

_LINK: Final = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&'*+,;=%-]+[A-Za-z0-9_~/=-]", re.ASCII)
_NAME_CHARACTERS: Final = 64
_WORDS_CHARACTERS: Final = 200
_TEXT_CHARACTERS: Final = 1000  # of what notifications show


@dataclass(frozen=True, slots=True)
class Showing:
    """What the operator wants to be seen with every picture, and whether files carry an alternative text."""

    price: bool = False
    quota: bool = False
    alt_text: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One message of pictures with its comment, and the message under it. Without pictures: the message alone."""

    files: tuple[PlannedFile, ...]
    comment: str  # mrkdwn, above the pictures
    text: str  # mrkdwn; what notifications show, and everything where there are no blocks
    blocks: tuple[Payload, ...]

    @property
    def images(self) -> tuple[ImageId, ...]:
        """The pictures that it shows."""
        return tuple(file.image for file in self.files)


def parts(
    spot: Spot, outcome: Outcome, plan: PostingPlan, label_of: LabelOf, showing: Showing, *, private: bool
) -> tuple[Part, ...]:
    """The messages of an outcome, in order: who asked and why in the first, what it was in the last.

    `private`: it is for the person alone, wherever it was asked for.
    """
    match outcome:
        case Unfinished():
            return (Part((), "", shown(outcome.sentence, limits.REMARK_CHARACTERS), ()),)
        case Finished():
            return _finished(spot, outcome, plan, label_of, showing, private=private)
        case _:
            assert_never(outcome)


def _finished(
    spot: Spot, outcome: Finished, plan: PostingPlan, label_of: LabelOf, showing: Showing, *, private: bool
) -> tuple[Part, ...]:
    by_id = {image.id: image for image in outcome.images}
    posted = plan.messages or ((),)
    remarks = [_said(remark) for remark in plan.remarks]
    manner, language = outcome.manner, outcome.plan.language
    price = showing.price if manner.price is None else manner.price
    quota = showing.quota if manner.quota is None else manner.quota
    made = context_of(outcome, label_of, price=price, quota=quota)
    built = []
    for index, files in enumerate(posted):
        first, last = index == 0, index == len(posted) - 1
        images = [by_id[file.image] for file in files if file.image in by_id]
        context = [*(_asked(spot, outcome, private=private) if first else ()), *(made if last else ())]
        above = remarks if first else ()
        under = controls(
            outcome.job,
            images,
            private=private,
            context=context,
            remarks=above,
            prices=outcome.manner.prices,
            language=language,
        )
        if private and last and not spot.direct:
            under += share_note(images, place=f"<#{spot.channel}>", language=language)
        comment = _comment(spot, outcome, private=private) if first else ""
        said = [*above, *context]
        built.append(Part(tuple(files), comment, _text(said, len(images), language), tuple(under)))
    return tuple(built)


def status_text(update: Progress) -> Said:
    """The same as Slack shows it behind the app's name: "Easel is drawing…"."""
    match update.stage:
        case StageName.QUEUED:
            ahead = say("is waiting, {n} before you…", n=update.ahead)
            return ahead if update.ahead else say("is waiting, you are next…")
        case StageName.READING:
            return say("is getting ready…")
        case StageName.PLANNING:
            return say("is planning…")
        case StageName.SEARCHING:
            return say("is looking things up…")
        case StageName.DRAWING:
            return say("is drawing…")
        case StageName.CHECKING:
            return say("is checking the result…")
        case StageName.POSTING:
            return say("is posting…")
        case _:
            assert_never(update.stage)


def at_work(spot: Spot, said: str, language: str = ENGLISH) -> str:
    """What says that Easel is at work; at a channel's top level with who asked for what."""
    head = _headed(spot, spot.words, private=spot.private, language=language) if spot.at_the_top else ""
    return f"{head}\n{said}" if head else said


def _comment(spot: Spot, outcome: Finished, *, private: bool) -> str:
    """Slack shows nobody that a command was used, so the picture says who asked for what."""
    if not spot.at_the_top:
        return ""
    return _headed(spot, outcome.plan.text, private=private, language=outcome.plan.language)


def _headed(spot: Spot, text: str, *, private: bool, language: str = ENGLISH) -> str:
    if not spot.name.strip():
        return ""
    words = shown(text, _WORDS_CHARACTERS)
    if private or spot.direct:
        return words
    name = shown(spot.name, _NAME_CHARACTERS)
    head = say("For *{name}*", name=name)
    return into(language, say("{head}: {words}", head=head, words=words) if words else head)


def _asked(spot: Spot, outcome: Finished, *, private: bool) -> list[str]:
    """The name and no mention: a picture that took its time must not call anybody. In a thread others may have written
    meanwhile, so the name stands there, too."""
    if private or spot.direct or spot.at_the_top:
        return []
    nothing_made = replace(outcome, images=())
    return context_of(nothing_made, lambda provider, model: "", name=spot.name)


def _said(remark: str) -> str:
    """A remark may hold words of people, and addresses where a thought has its facts from."""
    pieces: list[str] = []
    end = 0
    for found in _LINK.finditer(remark):
        pieces += [_between(remark[end : found.start()]), f"<{found[0].replace('&', '&amp;')}>"]
        end = found.end()
    pieces.append(_between(remark[end:]))
    return "".join(pieces).strip()


def _between(text: str) -> str:
    """Words beside a link, with the space that parts them from it."""
    if not text.strip():
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return before + shown(text, limits.REMARK_CHARACTERS) + after


def _text(said: Sequence[str], pictures: int, language: str) -> str:
    """Never empty: Slack wants words beside blocks, for notifications and screen readers."""
    lines = " ".join(line for line in said if line)
    yours = say("Your picture.") if pictures == 1 else say("Your pictures.")
    return shorten(lines, _TEXT_CHARACTERS) if lines else into(language, yours)
