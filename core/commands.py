"""The command table, as data: what a person can say, wherever they say it.

Discord's slash commands, Slack's commands, the playground's menu, the flags in a prompt and the help are all made from
the rows below. A row holds nothing of a platform; an adapter that allows less (Discord: 25 choices, 6,000 characters in
a text option) cuts down to its own limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import assert_never

from core.characters import NAME_CHARACTERS_MAX
from core.errors import BadFlagValue
from core.i18n import say
from core.model import Background, Mode, Options, OutputFormat, Quality, Resolution
from core.options import COUNTS, PANELS, SETTINGS, Changes, read, spoken, with_changes
from core.presets import presets

PROMPT_CHARACTERS = 32_000  # OpenAI Images API reference: "prompt", the maximum length for the GPT image models


class Kind(StrEnum):
    """What an option holds."""

    TEXT = "text"
    INTEGER = "integer"
    CHOICE = "choice"
    IMAGE = "image"
    IMAGES = "images"
    FLAG = "flag"  # yes or no


class Does(StrEnum):
    """What a command does."""

    IMAGINE = "imagine"
    EDIT = "edit"
    STORYBOARD = "storyboard"
    HISTORY = "history"
    IMAGE = "image"
    CHARACTER = "character"
    QUOTA = "quota"
    HELP = "help"
    USAGE = "usage"
    ADMINISTER = "easel"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a menu: `value` goes into `options_from`, `label` is for people."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a command takes. Bounds are inclusive; `max_length` counts characters."""

    name: str
    kind: Kind
    summary: str
    required: bool = False
    choices: tuple[Choice, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Required options come first, as Discord wants them."""

    name: str
    summary: str
    does: Does
    options: tuple[Option, ...] = ()


class Takes(Enum):
    """What stands behind a flag."""

    NOTHING = "nothing"
    ONE = "one word"
    WORDS = "all words up to the next flag or the end of the line"


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag of the prompt. `sets` is a row of `SETTINGS`; `value` is what a flag without a value stands for."""

    name: str
    sets: str
    takes: Takes
    help: str
    aliases: tuple[str, ...] = ()
    value: str = ""

    @property
    def example(self) -> str:
        """How it is written."""
        match self.takes:
            case Takes.NOTHING:
                return f"--{self.name}"
            case Takes.ONE | Takes.WORDS:
                return f"--{self.name} {SETTINGS[self.sets].example}"
            case _:
                assert_never(self.takes)


# Labels where the value itself, capitalised, would not read well; every other label is made from its value.
_LABELS = {
    Quality.XHIGH: "Extra high",
    Quality.MAX: "Maximum",
    Resolution.ONE_K: "1K, about 1024 × 1024",
    Resolution.TWO_K: "2K, long edge 2048",
    Resolution.FOUR_K: "4K, as large as the model draws",
    OutputFormat.PNG: "PNG",
    OutputFormat.JPEG: "JPEG",
    OutputFormat.WEBP: "WebP",
}
_SHAPES = {
    "1:1": "square",
    "3:2": "landscape",
    "2:3": "portrait",
    "4:3": "screen",
    "3:4": "page",
    "5:4": "print",
    "4:5": "upright post",
    "16:9": "wide",
    "9:16": "tall, for phones",
    "21:9": "cinema",
    "2:1": "header",
    "1:2": "bookmark",
    "3:1": "banner",
    "1:3": "standing banner",
}


def _choices(members: Iterable[StrEnum]) -> tuple[Choice, ...]:
    return tuple(Choice(member.value, _LABELS.get(member, member.value.capitalize())) for member in members)


_LOOK = (
    Option(
        "ratio",
        Kind.CHOICE,
        "Width to height. Any ratio from 3:1 to 1:3 works with --ar in the words.",
        choices=tuple(Choice(ratio, f"{ratio} {shape}") for ratio, shape in _SHAPES.items()),
    ),
    Option("resolution", Kind.CHOICE, "How large the picture is.", choices=_choices(Resolution)),
    Option("quality", Kind.CHOICE, "How much work goes into it; more costs more.", choices=_choices(Quality)),
    Option("count", Kind.INTEGER, "How many pictures.", minimum=COUNTS[0], maximum=COUNTS[-1]),
)
_STYLE = Option(
    "style",
    Kind.CHOICE,
    "A look to draw it in.",
    choices=tuple(Choice(style.name, style.label) for style in presets().values()),
)
_FILE = (
    Option("format", Kind.CHOICE, "The kind of file.", choices=_choices(OutputFormat)),
    Option("background", Kind.CHOICE, "What stands behind the subject.", choices=_choices(Background)),
    Option("mode", Kind.CHOICE, "Instant draws at once; thinking plans first and costs more.", choices=_choices(Mode)),
)
_CHARACTER = Option("character", Kind.TEXT, "A character that I keep, by name; several with commas.", max_length=400)
_REFERENCES = Option("references", Kind.IMAGES, "Pictures to look at while drawing.")
_PRIVATE = Option("private", Kind.FLAG, "Show the result to me alone.")


_ASKS = (Choice("export", "Send me everything, as a zip file"), Choice("delete", "Delete everything of mine"))
_PERIODS = (
    Choice("today", "Today"),
    Choice("week", "The last 7 days"),
    Choice("month", "This month"),
    Choice("last-month", "Last month"),
)
_FORMS = (Choice("words", "Words"), Choice("chart", "Chart (picture)"), Choice("table", "Table (CSV)"))


def _words(name: str, summary: str) -> Option:
    return Option(name, Kind.TEXT, summary, required=True, max_length=PROMPT_CHARACTERS)


COMMANDS: tuple[Command, ...] = (
    Command(
        "imagine",
        "Draw a picture from words.",
        Does.IMAGINE,
        (
            _words("prompt", "What to draw. Words in quotes are written in the picture; flags such as --ar 16:9 work."),
            *_LOOK,
            _STYLE,
            *_FILE,
            _CHARACTER,
            _REFERENCES,
            _PRIVATE,
        ),
    ),
    Command(
        "edit",
        "Change a picture: the one given here, or the newest one that the rules find.",
        Does.EDIT,
        (
            _words("instruction", "What to change, as in: make it night."),
            Option("image", Kind.IMAGE, "The picture to change."),
            Option("mask", Kind.IMAGE, "A PNG as large as the picture; only its transparent area may change."),
            *_LOOK,
            _STYLE,
            *_FILE,
            _CHARACTER,
            _REFERENCES,
            _PRIVATE,
        ),
    ),
    Command(
        "storyboard",
        f"Tell a story in {PANELS[0]} to {PANELS[-1]} pictures with the same characters and style.",
        Does.STORYBOARD,
        (
            _words("story", "What happens, one sentence for each picture."),
            Option("panels", Kind.INTEGER, "How many pictures.", minimum=PANELS[0], maximum=PANELS[-1]),
            _LOOK[0],
            _STYLE,
            _CHARACTER,
            _PRIVATE,
        ),
    ),
    Command(
        "history",
        "Look through earlier pictures.",
        Does.HISTORY,
        (Option("words", Kind.TEXT, "Show only pictures whose prompt has these words.", max_length=200),),
    ),
    Command(
        "image",
        "Show one picture again, with its details and what it was made from.",
        Does.IMAGE,
        (Option("id", Kind.TEXT, "The picture's number, from its details.", required=True, max_length=64),),
    ),
    Command(
        "character",
        "Keep a picture under a name, so that it comes along by name. Alone: list my characters.",
        Does.CHARACTER,
        (
            Option("name", Kind.TEXT, "What to call it: letters, digits, - and _.", max_length=NAME_CHARACTERS_MAX),
            Option("image", Kind.IMAGE, "The picture to keep; it takes the place of an earlier one."),
            Option("remove", Kind.FLAG, "Forget this character."),
            Option("shared", Kind.FLAG, "Let everybody here use it. Only I and moderators may remove it."),
        ),
    ),
    Command(
        "usage",
        "For administrators: who drew what, where, and what it cost.",
        Does.USAGE,
        (
            Option("period", Kind.CHOICE, "Which time; this month when left open.", choices=_PERIODS),
            Option("form", Kind.CHOICE, "In words, as a chart, or as a table for a spreadsheet.", choices=_FORMS),
        ),
    ),
    Command(
        "easel",
        "For administrators: limits, budgets, who draws where, pauses. Without words: what holds here.",
        Does.ADMINISTER,
        (Option("order", Kind.TEXT, "As in: limit 30 images a day for everyone. See /help easel.", max_length=2000),),
    ),
    Command("quota", "See what I may still draw, and when it resets.", Does.QUOTA),
    Command(
        "privacy",
        "See what Easel keeps of me and for how long; have it sent to me, or deleted.",
        Does.PRIVACY,
        (Option("do", Kind.CHOICE, "Left open, it is explained.", choices=_ASKS),),
    ),
    Command(
        "help",
        "Explain Easel, one command or one flag.",
        Does.HELP,
        (Option("topic", Kind.TEXT, "A command, a flag, or the word styles.", max_length=40),),
    ),
)

FLAGS: tuple[Flag, ...] = (
    Flag("ar", "ratio", Takes.ONE, "width to height", ("ratio", "aspect")),
    Flag(
        "size", "resolution", Takes.ONE, "how large: 1k, 2k, 4k, or pixels, met as nearly as possible", ("resolution",)
    ),
    Flag("n", "count", Takes.ONE, "how many pictures", ("count",)),
    Flag("quality", "quality", Takes.ONE, "how much work goes into it", ("q",)),
    Flag("style", "style", Takes.ONE, "a look by name"),
    Flag("no", "without", Takes.WORDS, "what to leave out; may be given more than once", ("without",)),
    Flag("fast", "mode", Takes.NOTHING, "draw at once", ("instant",), value=Mode.INSTANT.value),
    Flag("think", "mode", Takes.NOTHING, "plan first; costs more", ("thinking",), value=Mode.THINKING.value),
    Flag("format", "format", Takes.ONE, "the kind of file"),
    Flag("bg", "background", Takes.ONE, "what stands behind the subject", ("background",)),
    Flag("character", "character", Takes.ONE, "a picture that I keep under this name comes along", ("char",)),
    Flag("private", "private", Takes.NOTHING, "show the result to me alone", value="yes"),
    Flag("seed", "seed", Takes.ONE, "the same number and the same words draw the same picture, where the model can"),
)


def options_from(values: Mapping[str, str | int | bool | None]) -> Options:
    """The chosen values of a form as `Options`. Words and pictures in it are not options and are passed over.

    `None` and the empty text leave an option open. Raises `BadFlagValue`, naming the option and what it accepts.
    """
    changes: Changes = {}
    for name, value in values.items():
        if value is None or value == "" or name in _NOT_SETTINGS:
            continue
        if name not in SETTINGS:
            raise BadFlagValue(
                say("There is no option called “{name}”.", name=name[:40]),
                say("There are {names}.", names=spoken(SETTINGS, "and")),
            )
        changes.update(read(SETTINGS[name], str(value), said_as=name))
    return with_changes(Options(), changes)


_NOT_SETTINGS = frozenset(
    option.name
    for command in COMMANDS
    for option in command.options
    if option.kind in (Kind.TEXT, Kind.IMAGE, Kind.IMAGES) and option.name not in SETTINGS
)
