"""Slack's building blocks as plain payloads, cut to what Slack takes. Pure.

A block that is too long by one character is refused with the whole message (`invalid_blocks`), so every builder keeps
its limits by itself, and cuts where a reader would: never inside an entity, a date or a link.

Sources: Slack "Reference: blocks", "Block elements" and "Composition objects" (docs.slack.dev/reference/block-kit).
Texts that begin with `mrkdwn` are ours, with what people wrote put in through `text.shown`; `plain` texts may be
anybody's words, since Slack shows them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from core.fitting import shorten
from core.prompt import seen

Payload = dict[str, Any]

BLOCKS_MAX: Final = 50  # in a message
VIEW_BLOCKS_MAX: Final = 100  # in a modal or a Home tab
ELEMENTS_MAX: Final = 25  # of an actions block
CONTEXT_ELEMENTS_MAX: Final = 10
SECTION_CHARACTERS: Final = 3000
CONTEXT_CHARACTERS: Final = 2000  # a text object of a context block: kept below the 3,000 of text objects
FIELD_CHARACTERS: Final = 2000
FIELDS_MAX: Final = 10
HEADER_CHARACTERS: Final = 150
BUTTON_CHARACTERS: Final = 75
OPTION_CHARACTERS: Final = 75
OPTIONS_MAX: Final = 100
PLACEHOLDER_CHARACTERS: Final = 150
LABEL_CHARACTERS: Final = 2000
HINT_CHARACTERS: Final = 2000
VALUE_CHARACTERS: Final = 2000  # of a button
OPTION_VALUE_CHARACTERS: Final = 150
ID_CHARACTERS: Final = 255
ALT_CHARACTERS: Final = 2000
TITLE_CHARACTERS: Final = 24  # of a view, and of the words on its buttons
INPUT_CHARACTERS: Final = 3000
METADATA_CHARACTERS: Final = 3000
CONFIRM_TITLE_CHARACTERS: Final = 100
CONFIRM_TEXT_CHARACTERS: Final = 300
CONFIRM_BUTTON_CHARACTERS: Final = 30

_OPEN: Final = re.compile(r"<[^<>]*\Z|&[a-z]{0,4}\Z")


def plain(text: str, characters: int, *, emoji: bool = False) -> Payload:
    """Words that are shown as they are: no markup, no mention. Never empty, which Slack refuses."""
    return {"type": "plain_text", "text": shorten(_one_line(text), characters) or "…", "emoji": emoji}


def mrkdwn(text: str, characters: int = SECTION_CHARACTERS) -> Payload:
    """Words of ours in Slack's markup. `verbatim`: Slack makes no links or mentions out of what looks like some."""
    return {"type": "mrkdwn", "text": cut(text, characters) or "…", "verbatim": True}


def cut(text: str, characters: int) -> str:
    """Markup in at most so many characters. Whatever stands between `<` and `>`, or is an entity, is whole or gone."""
    if len(text) <= characters:
        return text
    kept = shorten(text, characters).removesuffix("…")
    return _OPEN.sub("", kept).rstrip() + "…"


def section(text: str, *, accessory: Payload | None = None, block_id: str = "") -> Payload:
    """A paragraph, with something on its right or not."""
    block = _block("section", block_id) | {"text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory is not None else block


def columns(texts: Iterable[str]) -> Payload:
    """Short facts in two columns, mrkdwn."""
    return {"type": "section", "fields": [mrkdwn(each, FIELD_CHARACTERS) for each in texts][:FIELDS_MAX]}


def context(*texts: str, block_id: str = "") -> Payload:
    """Small grey words."""
    elements = [mrkdwn(text, CONTEXT_CHARACTERS) for text in texts if text][:CONTEXT_ELEMENTS_MAX]
    return _block("context", block_id) | {"elements": elements or [mrkdwn("…")]}


def header(text: str) -> Payload:
    """Large bold words."""
    return {"type": "header", "text": plain(text, HEADER_CHARACTERS)}


def divider() -> Payload:
    """A line."""
    return {"type": "divider"}


def actions(elements: Sequence[Payload], *, block_id: str = "") -> Payload:
    """A row of things to press."""
    return _block("actions", block_id) | {"elements": list(elements[:ELEMENTS_MAX])}


def picture(file: str, alt: str) -> Payload:
    """A picture that Slack has a file of. As an accessory or an element; `picture_block` for one of full width.

    Slack shows png, jpeg and gif so, and refuses the whole message for a file that it has not processed yet or that
    Easel may not see: https://github.com/slackapi/python-slack-sdk/issues/1521.
    """
    return {
        "type": "image",
        "slack_file": {"id": file},
        "alt_text": shorten(_one_line(alt), ALT_CHARACTERS) or "Picture",
    }


def button(label: str, action_id: str, value: str, *, style: str = "", confirm: Payload | None = None) -> Payload:
    """Something to press. `style`: "primary", "danger" or nothing."""
    _fits(action_id, ID_CHARACTERS)
    _fits(value, VALUE_CHARACTERS)
    made: Payload = {"type": "button", "text": plain(label, BUTTON_CHARACTERS), "action_id": action_id, "value": value}
    if style:
        made["style"] = style
    if confirm is not None:
        made["confirm"] = confirm
    return made


def confirm(title: str, text: str, yes: str, no: str, *, danger: bool = False) -> Payload:
    """A question that Slack asks by itself before it tells us of the press."""
    asked: Payload = {
        "title": plain(title, CONFIRM_TITLE_CHARACTERS),
        "text": plain(text, CONFIRM_TEXT_CHARACTERS),
        "confirm": plain(yes, CONFIRM_BUTTON_CHARACTERS),
        "deny": plain(no, CONFIRM_BUTTON_CHARACTERS),
    }
    return asked | {"style": "danger"} if danger else asked


def option(label: str, value: str) -> Payload:
    """One entry of a select."""
    _fits(value, OPTION_VALUE_CHARACTERS)
    return {"text": plain(label, OPTION_CHARACTERS), "value": value}


def select(action_id: str, placeholder: str, options: Iterable[Payload]) -> Payload:
    """One of several."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER_CHARACTERS),
        "options": list(options)[:OPTIONS_MAX],
    }


def field(label: str, element: Payload, *, block_id: str, hint: str = "", optional: bool = False) -> Payload:
    """One field of a form. What was filled in comes back under `block_id` and the element's `action_id`."""
    made = _block("input", block_id) | {
        "label": plain(label, LABEL_CHARACTERS),
        "element": element,
        "optional": optional,
    }
    return made | {"hint": plain(hint, HINT_CHARACTERS)} if hint else made


def written(blocks: Iterable[Payload]) -> str:
    """All the words of some blocks in one text, for notifications and screen readers: Slack's `text` fallback."""
    return "\n".join(words for block in blocks for words in _words(block) if words)


def _words(block: Payload) -> list[str]:
    match block.get("type"):
        case "section" | "header":
            return [each["text"] for each in (block.get("text"), *block.get("fields", ())) if each]
        case "context":
            return [" · ".join(each["text"] for each in block["elements"] if "text" in each)]
        case _:
            return []


def _block(kind: str, block_id: str) -> Payload:
    _fits(block_id, ID_CHARACTERS)
    return {"type": kind, "block_id": block_id} if block_id else {"type": kind}


def _fits(text: str, characters: int) -> None:
    if len(text) > characters:
        raise ValueError("an id that Slack would not take")


def _one_line(text: str) -> str:
    return " ".join(seen(text).split())
