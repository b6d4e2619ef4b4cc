"""Words of people, made safe for Slack's mrkdwn: they neither call anybody nor format what stands around them.

`<`, `>` and `&` are the only signs that Slack knows entities for, and without them there is no mention, no link and no
date (https://docs.slack.dev/messaging/formatting-message-text#escaping). For `*`, `_`, `~` and the backtick there is no
way to escape; where one of them would format, a sign that looks the same stands in for it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ALIKE: Final = {"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"}
_FORMATTING: Final = re.compile(r"[*_~`]")
_QUOTE: Final = "\u203a"  # looks like ">", which would begin a quotation at the start of a line
_JOINER: Final = "\u2060"  # has no width, and ends what looks like an address
# What Slack makes a link of without being asked: an address with or without its scheme, and a mail address.
_ADDRESS: Final = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=[^\W_])\.(?=[A-Za-z]{2})|(?<=\w)@(?=\w)")
_CALL: Final = re.compile(r"(?<!\w)([@#])(?=\w)")  # @here is a mention only for parse=full; nobody has to know that
_SPACE: Final = re.compile(r"\s+")
# Directions and other signs that are not seen; the joiners of emoji and of Indic and Persian scripts are kept.
_KEPT_INVISIBLE: Final = frozenset("\u200c\u200d")
_TAGS: Final = range(0xE0020, 0xE0080)  # the flags of England, Scotland and Wales


def escaped(text: str) -> str:
    """Words of ours, or words that are checked already: as mrkdwn that shows them."""
    return "".join(_ENTITIES.get(sign, sign) for sign in text)


def shown(text: str, characters: int = 300) -> str:
    """A person's words as one safe line of at most so many characters, before `&`, `<` and `>` become entities."""
    line = _SPACE.sub(" ", "".join(_visible(sign) for sign in text)).strip()
    if len(line) > characters:
        line = line[: max(0, characters - 1)].rstrip() + "…"
    line = _FORMATTING.sub(_harmless, line)
    if line.startswith(">"):
        line = _QUOTE + line[1:]
    line = _ADDRESS.sub(lambda found: found[0] + _JOINER, line)
    return escaped(_CALL.sub(lambda found: found[0] + _JOINER, line))


def moment(at_us: int, text: str) -> str:
    """A point in time, as each reader's own clock shows it; `text` is for programs that cannot.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    fallback = escaped(text).replace("|", "/").replace("^", "")
    return f"<!date^{at_us // 1_000_000}^{{date_short_pretty}} {{time}}|{fallback}>"


def _visible(sign: str) -> str:
    """The sign, a space for what breaks lines, or nothing for what is not seen."""
    kind = unicodedata.category(sign)
    if kind in {"Zl", "Zp", "Zs"} or (kind == "Cc" and sign.isspace()):
        return " "
    if kind in {"Cc", "Cs", "Co", "Cn"} or (kind == "Cf" and sign not in _KEPT_INVISIBLE and ord(sign) not in _TAGS):
        return ""
    return sign


def _harmless(found: re.Match[str]) -> str:
    """Between two spaces (`3 * 4`) a sign formats nothing and stays, and so does the underscore of `snake_case`."""
    line, at = found.string, found.start()
    before, after = line[at - 1 : at], line[at + 1 : at + 2]
    inside_word = found[0] == "_" and before.isalnum() and after.isalnum()
    alone = (not before or before == " ") and (not after or after == " ")
    return found[0] if found[0] != "`" and (inside_word or alone) else _ALIKE[found[0]]
