"""What Slack's clients make of what people type: escapes, links, typographic quotes and dashes, entities."""

from __future__ import annotations

import re

TOKEN = re.compile(r"<(?:@[UW][A-Z0-9]+|#[CG][A-Z0-9]+\|[^>]*|![a-z]+[^>]*)>")
LINK = re.compile(r"https?://[^\s<>|]+|(?<![\w.@/])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|de)\b(?:/[^\s<>|]*)?", re.I)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def escaped(text: str) -> str:
    """The three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def smart(text: str) -> str:
    """What an operating system's "smart punctuation" does while one types."""
    text = re.sub(r'(^|[\s(\[])"', "\\1\N{LEFT DOUBLE QUOTATION MARK}", text)
    text = text.replace('"', "\N{RIGHT DOUBLE QUOTATION MARK}")
    text = re.sub(r"(^|[\s(\[])'", "\\1\N{LEFT SINGLE QUOTATION MARK}", text)
    text = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    return text.replace("--", "\N{EM DASH}").replace("...", "\N{HORIZONTAL ELLIPSIS}")


def _linked(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for found in re.finditer(f"(?P<mail>{MAIL.pattern})|(?P<link>{LINK.pattern})", text, re.I):
        pieces.append(escaped(smart(text[at : found.start()])))
        word = escaped(found.group())
        if found["mail"]:
            pieces.append(f"<mailto:{word}|{word}>")
        elif word.lower().startswith("http"):
            pieces.append(f"<{word}>")
        else:
            pieces.append(f"<http://{word}|{word}>")
        at = found.end()
    pieces.append(escaped(smart(text[at:])))
    return "".join(pieces)


def typed(text: str, *, raw: bool = False) -> str:
    """What arrives when somebody types this; mentions written as `<@U…>` stay mentions. `raw` is a plain keyboard."""
    pieces: list[str] = []
    at = 0
    for found in TOKEN.finditer(text):
        pieces.append(escaped(text[at : found.start()]) if raw else _linked(text[at : found.start()]))
        pieces.append(found.group())
        at = found.end()
    pieces.append(escaped(text[at:]) if raw else _linked(text[at:]))
    return "".join(pieces)


def rich(text: str) -> list[dict[str, object]]:
    """The block that the composer sends along."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": "rt", "elements": [section]}]
