"""What `/help` says, in light Markdown, made from the tables of commands, flags, styles and orders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.administration.reading import VERBS, help_of
from core.commands import COMMANDS, FLAGS, Command, Flag, Kind, Takes
from core.options import SETTINGS, spoken
from core.presets import presets

_COMMANDS: Final = {command.name: command for command in COMMANDS}


def help_text(topic: str | None) -> str:
    """What `/help` says, in light Markdown: an overview, or one command, one flag, or the styles."""
    word = (topic or "").strip().lstrip("/-—–").casefold()
    if not word:
        return _overview()
    if word == "flags":
        return "\n".join(("**Flags** stand anywhere in the words.", *(_line(flag) for flag in FLAGS)))
    if word == "styles":
        return "\n".join(("**Styles**, as in `--style poster`:", *_styles()))
    if word == "easel":
        return "\n".join((_about(_COMMANDS[word]), *_orders()))
    order = help_of(word)
    about = [order] if order is not None else []
    about += [_about(command) for command in COMMANDS if word == command.name]
    for flag in FLAGS:
        if word in (flag.name, *flag.aliases):
            takes = f" It takes {SETTINGS[flag.sets].accepts}." if flag.takes is Takes.ONE else ""
            about.append(_line(flag) + takes)
    if about:
        return "\n".join(about)
    return f"There is no help about “{word[:40]}”. Ask about {spoken([one.name for one in COMMANDS])}, flags or styles."


def _overview() -> str:
    commands = (f"- `/{command.name}` {command.summary}" for command in COMMANDS)
    return "\n".join(
        (
            "**Easel draws.** Say what you want to see, and reply to a picture to change it.",
            *commands,
            "Words in quotes are written in the picture. Flags set the rest, as in "
            "`a lighthouse at dusk “OPEN DAY” --ar 16:9 --n 2`. An `@name` brings a character along.",
            "`/help flags` lists the flags, `/help styles` the styles, and `/help imagine` explains one command.",
        )
    )


def _about(command: Command) -> str:
    lines = [f"**/{command.name}** {command.summary}"]
    for option in command.options:
        said = f"- `{option.name}` {option.summary}"
        if option.kind is Kind.CHOICE:
            said += f" One of {spoken([choice.value for choice in option.choices])}."
        if option.minimum is not None and option.maximum is not None:
            said += f" From {option.minimum} to {option.maximum}."
        lines.append(said)
    return "\n".join(lines)


def _line(flag: Flag) -> str:
    also = f" (also {spoken([f'--{alias}' for alias in flag.aliases])})" if flag.aliases else ""
    return f"- `{flag.example}`{also} {flag.help}."


def _orders() -> Iterable[str]:
    yield "The orders; `/help limit` says how one is given:"
    yield from (f"- `{verb.usage[0]}` {verb.summary}" for verb in VERBS.values())


def _styles() -> Iterable[str]:
    return (f"- `{style.name}` {style.label}: {style.words}" for style in presets().values())
