"""What /quota, /history and /help say, in Discord's markdown. Pure: words in, text out.

Everything here is shown to one person alone. What people wrote goes through `shown`, so that it neither pings nor
poses as something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bots.discord.answers import TEXT_CHARACTERS, shown
from core.help import help_text
from core.history_words import ONLY_YOU, WITHOUT_WORDS, newest, none_found
from core.i18n import ENGLISH, into, joined, say
from core.model import Allowance, ImageId, MessageRef, StoredImage
from core.quota_words import NO_LIMIT, remaining

HISTORY_PICTURES: Final = 10
PROMPT_CHARACTERS: Final = 70
_BAR: Final = 12  # signs: as many as fit on a phone beside the words
_SECOND_US: Final = 1_000_000
_PLAIN: Final = re.compile(r"[\w\s/—–-]{0,40}")  # words that no markdown and no mention can be made of

_ON_DISCORD: Final = (
    say("**On Discord** there are more ways:"),
    say("- Reply to a picture, mention Easel, and say what to change. So does Edit under every picture of Easel's."),
    say("- Press and hold a message, or right-click it: Apps, then Edit image, for anybody's picture."),
    say("- In a thread that begins with a picture, every message is the next step."),
    say("`/help privacy` says who sees what."),
)
_PRIVACY: Final = (
    say("**Who sees what**"),
    say("- What /help, /quota and /history answer is for you alone."),
    say(
        "- A picture drawn with `private` is shown to you alone until you press Share. Any other one can be seen, and "
        "worked on, in the channel where it was made."
    ),
    say(
        "- Easel keeps pictures and the words they were made from, on the machine of whoever runs it here; the files "
        "that you put into a command, too. Delete under a picture makes Easel forget the picture."
    ),
    say(
        "- A character is used by you alone, or by everybody of its server when you share it. What is drawn with one "
        "that came from a private picture is private. /character removes it, and its picture with it."
    ),
    say("- Where an image service draws, it is sent your words and pictures, with a pseudonym in place of your name."),
)


def quota_text(allowances: Sequence[Allowance], now_us: int, language: str = ENGLISH) -> str:
    """One line and one bar for each limit, the tightest first."""
    if not allowances:
        return into(language, NO_LIMIT)
    tight = sorted(allowances, key=lambda each: (each.remaining / each.cap if each.cap else 0.0, each.limit_id))
    return "\n".join(_allowance(each, now_us, language) for each in tight)


def _allowance(allowance: Allowance, now_us: int, language: str) -> str:
    resets_at_us = allowance.resets_at_us
    moment = _moment(resets_at_us) if resets_at_us is not None and resets_at_us > now_us else ""
    label, left = into(language, allowance.label), into(language, remaining(allowance, moment))
    return f"**{shown(label)}**\n`{bar(allowance.used, allowance.cap)}` {left}"


def bar(used: int, cap: int) -> str:
    """What is left, as a bar: full when nothing was used, and empty only when nothing is left."""
    left = max(0, cap - used)
    if cap <= 0 or left == 0:
        return "░" * _BAR
    full = max(1, left * _BAR // cap)
    return "█" * full + "░" * (_BAR - full)


def history_text(
    images: Sequence[StoredImage],
    messages: Mapping[ImageId, MessageRef],
    guild: int | None,
    words: str = "",
    language: str = ENGLISH,
) -> str:
    """Pictures by number, the newest first, each with its own number for /image and, where it stands, a link."""
    about = shown(words, 60) if words.strip() else ""
    if not images:
        return into(language, none_found(about))
    lines = [f"**{into(language, newest(about))}**"]
    private = into(language, ONLY_YOU)
    for number, image in enumerate(images, start=1):
        said = shown(image.prompt or image.alt or into(language, WITHOUT_WORDS), PROMPT_CHARACTERS)
        message = messages.get(image.id)
        line = said if message is None else f"[{said}](<{link(message, guild)}>)"
        end = f" · {private}" if image.private else ""
        lines.append(f"{number}. {line} · {_moment(image.created_at_us)}{end}\n`{image.id}`")
    return _fitting(lines)


def link(message: MessageRef, guild: int | None) -> str:
    """Where a message stands, for Discord's own clients."""
    return f"https://discord.com/channels/{'@me' if guild is None else guild}/{message.channel}/{message.message}"


def help_messages(topic: str | None, read: Callable[[str], str] = str) -> list[str]:
    """The core's help with what is particular here, in as many messages as it needs. `read`: into a language."""
    word = (topic or "").strip().casefold()
    if word in ("privacy", "private"):
        return [read(joined(_PRIVACY, "\n"))]
    said = help_text(word if _PLAIN.fullmatch(word) else shown(word, 40))
    return parts(read(said if word else joined((said, *_ON_DISCORD), "\n")))


def parts(text: str, characters: int = TEXT_CHARACTERS) -> list[str]:
    """A long text as messages, parted between lines; a line that is too long by itself is cut."""
    messages: list[str] = []
    for line in text.split("\n"):
        part = line[:characters]
        if messages and len(messages[-1]) + 1 + len(part) <= characters:
            messages[-1] += "\n" + part
        else:
            messages.append(part)
    return messages


def _fitting(lines: Sequence[str]) -> str:
    """As many whole lines as one message has room for."""
    return parts("\n".join(lines))[0] if sum(map(len, lines)) + len(lines) > TEXT_CHARACTERS else "\n".join(lines)


def _moment(at_us: int) -> str:
    """In the reader's own time and language, as Discord shows it. Rounded up: never too early."""
    return f"<t:{-(-at_us // _SECOND_US)}:R>"
