"""What an outcome looks like on Discord: words, pictures and buttons of each message. Pure.

Classic messages, never Components V2: their pictures stay attachments, which people and other bots can save, forward
and edit (https://github.com/discord/discord-api-docs/issues/8277).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from bots.discord import components, limits
from bots.discord.answers import shown
from bots.discord.destination import Spot
from core import wording
from core.fitting import shorten
from core.i18n import into, say
from core.model import (
    Finished,
    ImageId,
    Operation,
    Outcome,
    PlannedFile,
    PostingPlan,
    StoredImage,
    Unfinished,
)
from core.progress_words import progress_text as progress_text
from core.quota_words import left_of

Payload = dict[str, Any]
LabelOf = Callable[[str, str], str]  # a provider and a model, as people know them

_LINK: Final = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&'*+,;=%-]+[A-Za-z0-9_~/=-]", re.ASCII)
_NAME_CHARACTERS: Final = 64
EDITS_MANY: Final = 2  # who edits a picture for the second time is likely to go on
_WORDS_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Showing:
    """What the operator wants to be seen under every picture."""

    price: bool = False
    quota: bool = False
    spoiler: bool = False  # every picture behind a veil


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its words, its buttons and its pictures."""

    content: str
    components: tuple[Payload, ...]
    files: tuple[PlannedFile, ...]
    spoiler: bool = False

    @property
    def images(self) -> tuple[ImageId, ...]:
        """The pictures that it shows."""
        return tuple(file.image for file in self.files)

    def payload(self, note: str = "") -> Payload:
        """As Discord takes it, without the files. `note` is a sentence of ours that stands first."""
        content = f"{note}\n{self.content}".strip() if note else self.content
        return {"content": shorten(content, limits.TEXT_CHARACTERS), "components": list(self.components)}


def parts(spot: Spot, outcome: Outcome, plan: PostingPlan, label_of: LabelOf, showing: Showing) -> tuple[Part, ...]:
    """The messages of an outcome, in order: who asked and why in the first, what it was in the last."""
    match outcome:
        case Unfinished():
            head = [] if outcome.plan.private else _who(spot, outcome.plan.language)
            return (Part(_text(head, [_said(outcome.sentence)], ""), (), ()),)
        case Finished():
            return _finished(spot, outcome, plan, label_of, showing)
        case _:
            assert_never(outcome)


def _finished(
    spot: Spot, outcome: Finished, plan: PostingPlan, label_of: LabelOf, showing: Showing
) -> tuple[Part, ...]:
    by_id = {image.id: image for image in outcome.images}
    posted = plan.messages or ((),)
    head = (
        [] if outcome.plan.private else _who(spot, outcome.plan.language, outcome.plan.text if spot.interaction else "")
    )
    made = []
    for index, files in enumerate(posted):
        images = [by_id[file.image] for file in files if file.image in by_id]
        first, last = index == 0, index == len(posted) - 1
        foot = _foot(outcome, label_of, showing) if last else ""
        content = _text(head if first else [], [_said(each) for each in plan.remarks] if first else [], foot)
        under = components.under_result(
            outcome.job,
            images,
            thread=_goes_on(spot, outcome),
            prices=outcome.manner.prices,
            language=outcome.plan.language,
        )
        made.append(Part(content, tuple(under), tuple(files), spoiler=_is_veiled(spot, outcome, showing)))
    return tuple(made)


def _is_veiled(spot: Spot, outcome: Finished, showing: Showing) -> bool:
    """When the operator says so, or the server where it was asked for."""
    return spot.spoiler or showing.spoiler or outcome.plan.veiled


def _goes_on(spot: Spot, outcome: Finished) -> bool:
    """Somebody changes a picture again and again: in a thread that needs no commands, and bothers nobody else."""
    place = outcome.request.place
    return spot.threads and place.thread is None and not outcome.plan.private and outcome.edits >= EDITS_MANY


def _who(spot: Spot, language: str, words: str = "") -> list[str]:
    """The name and no mention: a picture that took its time must not call anybody.

    `words`: what they asked for, where nobody can read it: Discord shows that a command was used, and not with what.
    """
    if not spot.name.strip():
        return []
    head = say("For **{name}**", name=shown(spot.name, _NAME_CHARACTERS))
    if words.strip():
        head = say("{head}: {words}", head=head, words=shown(words, _WORDS_CHARACTERS))
    return [into(language, head)]


def _said(remark: str) -> str:
    """A remark may hold words of people, and addresses where a thought has its facts from: plain, without a preview."""
    pieces: list[str] = []
    end = 0
    for found in _LINK.finditer(remark):
        pieces += [_between(remark[end : found.start()]), f"<{found[0]}>"]
        end = found.end()
    pieces.append(_between(remark[end:]))
    return "".join(pieces).strip()


def _between(text: str) -> str:
    """Words beside a link, with the space that parts them from it."""
    if not text.strip():
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return before + shown(text, limits.TEXT_CHARACTERS) + after


def _text(head: Sequence[str], remarks: Sequence[str], foot: str) -> str:
    """All lines that fit. Who asked and what it was are sure of their place; a remark that is too long is cut."""
    last = [foot] if foot else []
    left = limits.TEXT_CHARACTERS - sum(len(line) + 1 for line in (*head, *last))
    kept: list[str] = []
    for remark in remarks:
        line = remark if len(remark) <= left else _cut(remark, left)
        if not line:
            break
        kept.append(line)
        left -= len(line) + 1
        if line != remark:
            break
    return "\n".join((*head, *kept, *last))


def _cut(line: str, characters: int) -> str:
    """Cut between words, and never inside an address or behind the backslash that guards a sign."""
    cut = shorten(line, characters)
    if cut.count("<http") > cut.count(">"):
        cut = cut[: cut.rindex("<http")].rstrip() + "…"
    bare = cut.removesuffix("…")
    if (len(bare) - len(bare.rstrip("\\"))) % 2:
        cut = bare[:-1] + "…"
    return cut


def _foot(outcome: Finished, label_of: LabelOf, showing: Showing) -> str:
    if not outcome.images:
        return ""
    sizes = dict.fromkeys(f"{image.size.width} × {image.size.height}" for image in outcome.images)
    told, language = [", ".join(sizes)], outcome.plan.language
    if outcome.plan.operation is not Operation.SHOW:
        told.append(_charged(outcome))
        if _wanted(outcome.manner.price, showing.price) and outcome.charged.nanodollars:
            told.append(into(language, wording.format_money(outcome.charged.nanodollars)))
        if _wanted(outcome.manner.quota, showing.quota):
            told += left_of(outcome.allowances, shown, language)
    told += dict.fromkeys(_drawn_by(image, label_of) for image in outcome.images)
    return "-# " + " · ".join(told)


def _wanted(in_workspace: bool | None, usually: bool) -> bool:
    return usually if in_workspace is None else in_workspace


def _charged(outcome: Finished) -> str:
    images = outcome.charged.images
    return into(outcome.plan.language, wording.amount("images", images) if images else say("not charged"))


def _drawn_by(image: StoredImage, label_of: LabelOf) -> str:
    return shown(label_of(image.provider, image.model))
