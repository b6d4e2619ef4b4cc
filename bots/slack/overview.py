"""What /quota, /history and /help say, in Slack's mrkdwn. Pure: words in, text out.

Everything here is shown to one person alone. What people wrote goes through `shown`, so that it neither calls anybody
nor poses as something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bots.slack.posts import Post
from bots.slack.text import escaped, moment, shown
from core import wording
from core.help import help_text
from core.history_words import EARLIER, ONLY_YOU, WITHOUT_WORDS, newest, none_found
from core.i18n import ENGLISH, into, joined, say
from core.model import Allowance, ImageId, StoredImage
from core.quota_words import NO_LIMIT, remaining

HISTORY_PICTURES: Final = 10
PROMPT_CHARACTERS: Final = 70
PART_CHARACTERS: Final = 2800  # below what a section takes
_WHEN: Final = "\x00"  # stands for the moment while the rest is escaped
_BAR: Final = 12  # signs: as many as fit on a phone beside the words
_PLAIN: Final = re.compile(r"[\w\s/—–-]{0,40}")  # words that no markup and no mention can be made of
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
_ITEM: Final = re.compile(r"^- ", re.MULTILINE)
_DOMAIN: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,60}", re.ASCII)

_IN_SLACK: Final = (
    say("*In Slack* there are more ways:"),
    say("• Mention Easel in a message, with pictures attached or without. Direct messages need no mention."),
    say(
        "• In the thread of a picture, every message is the next step. "
        "Mention somebody else there, and Easel stays out."
    ),
    say("• More actions on any message with a picture: Edit image, Use as reference, Image details."),
    say("• `/edit` takes a picture's number, or a link to a file or a message, before the words."),
    say("`/help privacy` says who sees what."),
)
_PRIVACY: Final = (
    say("*Who sees what*"),
    say("• What /help, /quota and /history answer is for you alone."),
    say(
        "• A picture drawn with `--private` comes by direct message, and is shown to you alone until you press Share. "
        "Any other one can be seen, and worked on, in the channel where it was made."
    ),
    say(
        "• Easel keeps pictures and the words they were made from, on the machine of whoever runs it here; the files "
        "that you put into a form, too. Delete under a picture makes Easel forget the picture."
    ),
    say("• Where an image service draws, it is sent your words and pictures, with a pseudonym in place of your name."),
)


def quota_text(allowances: Sequence[Allowance], now_us: int, time_zone: str = "UTC", language: str = ENGLISH) -> str:
    """One line and one bar for each limit, the tightest first."""
    if not allowances:
        return into(language, NO_LIMIT)
    tight = sorted(allowances, key=lambda each: (each.remaining / each.cap if each.cap else 0.0, each.limit_id))
    return "\n".join(_allowance(each, now_us, time_zone, language) for each in tight)


def _allowance(allowance: Allowance, now_us: int, time_zone: str, language: str) -> str:
    label, resets_at_us, when = into(language, allowance.label), allowance.resets_at_us, ""
    if resets_at_us is not None and resets_at_us > now_us:
        when = moment(resets_at_us, into(language, wording.moment(resets_at_us, now_us, time_zone)))
    # What is left may be "<$0.01"; the moment is markup already, with its own words escaped.
    left = escaped(into(language, remaining(allowance, _WHEN if when else ""))).replace(_WHEN, when)
    return f"*{shown(label)}*\n`{bar(allowance.used, allowance.cap)}` {left}"


def bar(used: int, cap: int) -> str:
    """What is left, as a bar: full when nothing was used, and empty only when nothing is left."""
    left = max(0, cap - used)
    if cap <= 0 or left == 0:
        return "░" * _BAR
    full = max(1, left * _BAR // cap)
    return "█" * full + "░" * (_BAR - full)


def history_text(
    images: Sequence[StoredImage],
    posts: Mapping[ImageId, Post],
    domain: str,
    words: str = "",
    language: str = ENGLISH,
) -> str:
    """Pictures by number, the newest first, each with its own number for /image and, where it stands, a link.

    `domain`: the workspace's name in addresses; without one there are no links.
    """
    about = shown(words, 60) if words.strip() else ""
    if not images:
        return into(language, none_found(about))
    lines = [f"*{into(language, newest(about))}*"]
    private = into(language, ONLY_YOU)
    for number, image in enumerate(images, start=1):
        said = shown(image.prompt or image.alt or into(language, WITHOUT_WORDS), PROMPT_CHARACTERS)
        post = posts.get(image.id)
        address = link(post, domain) if post is not None else ""
        line = f"<{address}|{said.replace('|', '/')}>" if address else said
        end = f" · {private}" if image.private else ""
        lines.append(f"{number}. {line} · {moment(image.created_at_us, into(language, EARLIER))}{end}\n`{image.id}`")
    return parts("\n".join(lines))[0]


def link(post: Post, domain: str) -> str:
    """Where a message stands, for Slack's own clients (docs.slack.dev, chat.getPermalink); empty without a domain."""
    if not _DOMAIN.fullmatch(domain) or not post.message:
        return ""
    address = f"https://{domain}.slack.com/archives/{post.channel}/p{post.message.replace('.', '')}"
    return f"{address}?thread_ts={post.root}&amp;cid={post.channel}" if post.root else address


def help_messages(topic: str | None, language: str = ENGLISH) -> list[str]:
    """The core's help with what is particular here, in as many messages as it needs."""
    word = (topic or "").strip().casefold()
    if word in ("privacy", "private"):
        return [into(language, joined(_PRIVACY, "\n"))]
    if not _PLAIN.fullmatch(word):
        word = "".join(sign for sign in word if sign.isalnum() or sign in " /-")[:40]
    said = mrkdwn(into(language, help_text(word)))
    return parts(said if word else "\n".join((said, *(into(language, each) for each in _IN_SLACK))))


def mrkdwn(markdown: str) -> str:
    """The core's light Markdown as Slack writes it: one star for bold, and points for lists."""
    return _ITEM.sub("• ", _BOLD.sub(r"*\1*", escaped(markdown)))


def parts(text: str, characters: int = PART_CHARACTERS) -> list[str]:
    """A long text as messages, parted between lines; a line that is too long by itself is cut."""
    messages: list[str] = []
    for line in text.split("\n"):
        part = line[:characters]
        if messages and len(messages[-1]) + 1 + len(part) <= characters:
            messages[-1] += "\n" + part
        else:
            messages.append(part)
    return messages
