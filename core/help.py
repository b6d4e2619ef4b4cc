"""What `/help` says, in light Markdown, made from the tables of commands, flags, styles and orders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.administration.reading import VERBS, help_of
from core.commands import COMMANDS, FLAGS, Command, Flag, Kind, Takes
from core.i18n import Said, joined, phrase, say
from core.options import SETTINGS, spoken
from core.presets import presets

_COMMANDS: Final = {command.name: command for command in COMMANDS}


def help_text(topic: str | None) -> Said:
    """What `/help` says, in light Markdown: an overview, or one command, one flag, or the styles."""
    word = (topic or "").strip().lstrip("/-—–").casefold()
    if not word:
        return _overview()
    if word == "flags":
        return joined((say("**Flags** stand anywhere in the words."), *(_line(flag) for flag in FLAGS)), "\n")
    if word == "styles":
        return joined((say("**Styles**, as in `--style poster`:"), *_styles()), "\n")
    if word == "easel":
        return joined((_about(_COMMANDS[word]), *_orders()), "\n")
    order = help_of(word)
    about: list[str] = [order] if order is not None else []
    about += [_about(command) for command in COMMANDS if word == command.name]
    for flag in FLAGS:
        if word in (flag.name, *flag.aliases):
            takes = say("It takes {accepts}.", accepts=SETTINGS[flag.sets].accepts) if flag.takes is Takes.ONE else ""
            about.append(joined((_line(flag), takes)))
    if about:
        return joined(about, "\n")
    return say(
        "There is no help about “{word}”. Ask about {commands}, flags or styles.",
        word=word[:40],
        commands=spoken([one.name for one in COMMANDS]),
    )


def _overview() -> Said:
    commands = (joined((phrase(f"- `/{command.name}`"), phrase(command.summary))) for command in COMMANDS)
    return joined(
        (
            say("**Easel draws.** Say what you want to see, and reply to a picture to change it."),
            *commands,
            say(
                "Words in quotes are written in the picture. Flags set the rest, as in "
                "`a lighthouse at dusk “OPEN DAY” --ar 16:9 --n 2`. An `@name` brings a character along."
            ),
            say("`/help flags` lists the flags, `/help styles` the styles, and `/help imagine` explains one command."),
        ),
        "\n",
    )


def _about(command: Command) -> Said:
    lines = [joined((phrase(f"**/{command.name}**"), phrase(command.summary)))]
    for option in command.options:
        said = [f"- `{option.name}`", phrase(option.summary)]
        if option.kind is Kind.CHOICE:
            said.append(say("One of {choices}.", choices=spoken([choice.value for choice in option.choices])))
        if option.minimum is not None and option.maximum is not None:
            said.append(say("From {least} to {most}.", least=option.minimum, most=option.maximum))
        lines.append(joined(said))
    return joined(lines, "\n")


def _line(flag: Flag) -> Said:
    also = say("(also {names})", names=spoken([f"--{alias}" for alias in flag.aliases])) if flag.aliases else ""
    return joined((f"- `{flag.example}`", also, say("{explanation}.", explanation=phrase(flag.help))))


def _orders() -> Iterable[str]:
    yield say("The orders; `/help limit` says how one is given:")
    yield from (f"- `{verb.usage[0]}` {verb.summary}" for verb in VERBS.values())


def _styles() -> Iterable[str]:
    return (f"- `{style.name}` {style.label}: {style.words}" for style in presets().values())
