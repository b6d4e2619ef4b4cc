"""The Home tab, as blocks: what I may still draw, what I drew, and what I can do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bots.slack import blocks
from bots.slack.blocks import Payload
from bots.slack.components import NewPicture, Page, Press, Share, press
from bots.slack.text import moment, shown
from core import wording
from core.commands import COMMANDS, Command
from core.model import Allowance, StoredImage, Verb

PICTURES_MAX: Final = 6  # of a page; those of one request are not parted
PROMPT_CHARACTERS: Final = 140
LIMITS_MAX: Final = 10
_BAR: Final = 12
_FULL: Final = "●"
_EMPTY: Final = "○"
_ADMINISTRATORS_ONLY: Final = "For administrators:"  # how the command table begins the summary of such a command
_OF_ALL: Final = ("workspace:", "everyone:")  # core.quota: how the ids of limits begin that hold for all together
_OF_ONE: Final = ("user:", "role:")


@dataclass(frozen=True, slots=True)
class Recent:
    """One picture of mine. `file`: a file of Slack's that shows it; empty when there is none that could be shown."""

    image: StoredImage
    file: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """What a person finds there. `before_us`: the page of pictures; 0 is the newest."""

    allowances: tuple[Allowance, ...]
    pictures: tuple[Recent, ...]
    now_us: int
    is_admin: bool = False
    before_us: int = 0
    more: bool = False  # there are earlier pictures


def home_view(home: Home, *, with_pictures: bool = True) -> Payload:
    """The view to publish. `with_pictures`: Slack refuses the whole view for one file that it cannot show."""
    content = [
        *_welcome(),
        *_allowance_blocks([each for each in home.allowances if each.limit_id.startswith(_OF_ONE)], home.now_us),
        *_recent(home, with_pictures=with_pictures),
        *_ways(),
        *(_for_administrators(home) if home.is_admin else ()),
    ]
    return {"type": "home", "blocks": content[: blocks.VIEW_BLOCKS_MAX]}


def bar(used: int, cap: int) -> str:
    """What is left, as a bar: full when nothing was used, and empty only when nothing is left."""
    left = max(0, cap - used)
    if cap <= 0 or left == 0:
        return _EMPTY * _BAR
    full = max(1, left * _BAR // cap)
    return _FULL * full + _EMPTY * (_BAR - full)


def _welcome() -> Iterator[Payload]:
    yield blocks.header("Easel draws")
    yield blocks.section("Say what you want to see, and change any picture by saying what should be different.")
    yield blocks.actions([press("Draw a picture", NewPicture(), style="primary")])
    yield blocks.divider()


def _allowance_blocks(allowances: Sequence[Allowance], now_us: int) -> Iterator[Payload]:
    yield blocks.header("What you may still draw")
    if not allowances:
        yield blocks.section("No limit applies to you: draw as much as you like.")
    for each in _tightest_first(allowances):
        yield blocks.section(_allowance(each, now_us))
    yield blocks.divider()


def _tightest_first(allowances: Sequence[Allowance]) -> list[Allowance]:
    tight = sorted(allowances, key=lambda each: (each.remaining / each.cap if each.cap else 0.0, each.limit_id))
    return tight[:LIMITS_MAX]


def _allowance(allowance: Allowance, now_us: int) -> str:
    left = wording.amount(allowance.unit, allowance.remaining, round_up=False)
    resets_at_us = allowance.resets_at_us
    again = f" · resets {moment(resets_at_us, 'later')}" if resets_at_us is not None and resets_at_us > now_us else ""
    return f"{bar(allowance.used, allowance.cap)}  *{shown(left)} left*{again}\n{shown(allowance.label)}"


def _recent(home: Home, *, with_pictures: bool) -> Iterator[Payload]:
    yield blocks.header("Your pictures")
    if not home.pictures:
        yield blocks.section(
            "Nothing yet. The first one is a sentence away." if not home.before_us else "No earlier ones."
        )
    for each in home.pictures:
        accessory = blocks.picture(each.file, each.image.alt) if each.file and with_pictures else None
        yield blocks.section(_told(each.image), accessory=accessory)
        yield blocks.actions(_buttons(each.image))
    turns = [
        *([press("Newest pictures", Page(0))] if home.before_us else []),
        *([press("Earlier pictures", Page(home.pictures[-1].image.created_at_us))] if home.more else []),
    ]
    if turns:
        yield blocks.actions(turns)
    yield blocks.divider()


def _told(image: StoredImage) -> str:
    words = shown(image.prompt or image.alt, PROMPT_CHARACTERS) or "Without words"
    where = " · ".join((moment(image.created_at_us, "earlier"), *_where(image)))
    return f"*{words}*\n{image.size.width} × {image.size.height}\n{where}"


def _where(image: StoredImage) -> list[str]:
    if image.private:
        return [":lock: only you see it"]
    if image.place.channel.startswith("D"):
        return ["in our messages"]
    return [f"<#{image.place.channel}>"] if image.place.channel.isalnum() and image.place.channel.isascii() else []


def _buttons(image: StoredImage) -> list[Payload]:
    share = [press("Share to channel", Share(image.id))] if image.private else []
    edit, details = press("Edit", Press(Verb.EDIT, image.id)), press("Details", Press(Verb.DETAILS, image.id))
    return [edit, *share, details]


def _ways() -> Iterator[Payload]:
    yield blocks.header("What you can do")
    yield blocks.section(
        "• Mention Easel in a channel and say what to draw, or write to it under *Messages*.\n"
        "• Reply in the thread of a picture to change it: _make it night_.\n"
        "• On anybody's picture: *More actions*, then *Edit image* or *Use as reference*."
    )
    yield blocks.section(_commands(each for each in COMMANDS if not each.summary.startswith(_ADMINISTRATORS_ONLY)))


def _commands(commands: Iterable[Command]) -> str:
    said = ((each.name, shown(each.summary.removeprefix(_ADMINISTRATORS_ONLY).strip(), 200)) for each in commands)
    return "\n".join(f"`/{name}`  {summary[:1].upper()}{summary[1:]}" for name, summary in said)


def _for_administrators(home: Home) -> Iterator[Payload]:
    yield blocks.divider()
    yield blocks.header("For administrators")
    whole = [each for each in home.allowances if each.limit_id.startswith(_OF_ALL)]
    if whole:
        for each in _tightest_first(whole):
            yield blocks.section(_allowance(each, home.now_us))
    else:
        yield blocks.section("No limit holds for the whole workspace, only those for each person.")
    own = [each for each in COMMANDS if each.summary.startswith(_ADMINISTRATORS_ONLY)]
    if own:
        yield blocks.section(_commands(own))
    yield blocks.context("Only workspace administrators see this part.")
