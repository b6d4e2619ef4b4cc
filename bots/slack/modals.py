"""The forms and other views that Slack shows over the chat, as plain payloads. Pure; `forms` reads what comes back.

Sources: docs.slack.dev/reference/views/modal-views (title and buttons of 24 characters, private_metadata of 3,000) and
/reference/block-kit/block-elements (plain_text_input of 3,000, file_input of ten files of 10 MB, checkboxes).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from bots.slack import blocks
from bots.slack.blocks import Payload
from bots.slack.forms import (
    CALLBACK,
    CHANNEL,
    FILES,
    FILES_MAX,
    INSTRUCTION,
    KEY,
    PICTURES_MAX,
    PRIVATE,
    QUALITY,
    RATIO,
    SHOWN,
    WHICH,
    YES,
    About,
    Purpose,
    choices,
)
from core.administration.own_keys import KEY_CHARACTERS_MAX, KEY_CHARACTERS_MIN

# For convenience only, says Slack; what is no picture is still refused when it is opened.
_FILE_TYPES: Final = ("png", "jpg", "jpeg", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff")


def modal(
    about: About,
    *,
    names: Sequence[str] = (),
    private: bool = False,
    above: Sequence[Payload] = (),
    channel: str = "",
) -> Payload:
    """The form to open, or to put in the place of `loading`.

    `names`: how the pictures of the message are called when it has several; then the form asks which is meant.
    `private`: already ticked. `above`: blocks that show what the form is about. `channel`: proposed for sharing.
    """
    if about.purpose is Purpose.SHARE:
        return _form(about, [*above, _where_to(channel)], submit="Share")
    look = [
        _look("Shape", RATIO, "As it is" if about.edits else "Square"),
        _look("Quality", QUALITY, "The usual quality"),
    ]
    fields = [
        *above,
        *([_which(about, names[:PICTURES_MAX])] if len(names) > 1 else []),
        _instruction(about),
        *look,
        *([] if about.direct or not about.channel else [_privacy(ticked=private)]),
        _files(),
    ]
    return _form(about, fields, submit="Edit" if about.edits else "Draw")


def key_form(about: About) -> Payload:
    """One field for a key. Slack has none that hides what is typed."""
    element = {
        "type": "plain_text_input",
        "action_id": KEY,
        "min_length": KEY_CHARACTERS_MIN,
        "max_length": KEY_CHARACTERS_MAX,
        "focus_on_load": True,
    }
    hint = "Kept encrypted, and never shown again. Its account pays for what is drawn in this workspace."
    return _form(about, [blocks.field("A key for the image API", element, block_id=KEY, hint=hint)], submit="Keep")


def loading(about: About) -> Payload:
    """Opened at once, since what opens a view lives for three seconds; what it is about is looked up after that."""
    return told(about, "One moment …")


def told(about: About, text: str, *more: Payload) -> Payload:
    """A view to read and to close. `text` is mrkdwn."""
    return _view(about, [blocks.section(text), *more], SHOWN) | {"close": _button("Close")}


def shown(about: About, content: Sequence[Payload]) -> Payload:
    """A view that holds these blocks, and nothing to send in."""
    return _view(about, list(content[: blocks.VIEW_BLOCKS_MAX]), SHOWN) | {"close": _button("Close")}


def _form(about: About, fields: list[Payload], *, submit: str) -> Payload:
    return _view(about, fields, CALLBACK) | {"submit": _button(submit), "close": _button("Cancel")}


def _view(about: About, content: list[Payload], callback: str) -> Payload:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": blocks.plain(_title(about.purpose), blocks.TITLE_CHARACTERS),
        "blocks": content,
        "private_metadata": about.metadata,
    }


def _button(text: str) -> Payload:
    return blocks.plain(text, blocks.TITLE_CHARACTERS)


def _title(purpose: Purpose) -> str:
    match purpose:
        case Purpose.DRAW:
            return "Draw a picture"
        case Purpose.EDIT | Purpose.KEPT:
            return "Edit this picture"
        case Purpose.REFERENCE:
            return "Draw with a reference"
        case Purpose.SHARE:
            return "Share this picture"
        case Purpose.KEY:
            return "A key of your own"
        case Purpose.DETAILS:
            return "About this picture"
        case _:
            assert_never(purpose)


def _instruction(about: About) -> Payload:
    example = "A lighthouse at dusk, with a lit window"
    if about.edits:
        example = "Make it night, with a lit window"
    elif about.purpose is Purpose.REFERENCE:
        example = "The same cat, asleep on a sofa"
    element = {
        "type": "plain_text_input",
        "action_id": INSTRUCTION,
        "multiline": True,
        "min_length": 1,
        "max_length": blocks.INPUT_CHARACTERS,
        "focus_on_load": True,
        "placeholder": blocks.plain(example, blocks.PLACEHOLDER_CHARACTERS),
    }
    return blocks.field(
        "What should change?" if about.edits else "What should I draw?",
        element,
        block_id=INSTRUCTION,
        hint="Words in quotes are written in the picture. Flags such as --ar 16:9 work.",
    )


def _which(about: About, names: Sequence[str]) -> Payload:
    options = [
        blocks.option(f"{number}. {name}" if name.strip() else f"Picture {number}", str(number))
        for number, name in enumerate(names, start=1)
    ]
    element = blocks.select(WHICH, "Choose", options)
    if not about.edits:
        element |= {"type": "multi_static_select"}
    return blocks.field("Which picture?" if about.edits else "Which pictures?", element, block_id=WHICH)


def _look(label: str, name: str, placeholder: str) -> Payload:
    options = [blocks.option(each.label, each.value) for each in choices(name)]
    return blocks.field(label, blocks.select(name, placeholder, options), block_id=name, optional=True)


def _privacy(*, ticked: bool) -> Payload:
    only = {
        "text": blocks.plain("Only for me", blocks.OPTION_CHARACTERS),
        "description": blocks.plain("It comes as a direct message, and nobody else sees it until you share it.", 75),
        "value": YES,
    }
    element: Payload = {"type": "checkboxes", "action_id": PRIVATE, "options": [only]}
    if ticked:
        element["initial_options"] = [only]
    return blocks.field("Who sees it", element, block_id=PRIVATE, optional=True)


def _files() -> Payload:
    element = {"type": "file_input", "action_id": FILES, "filetypes": list(_FILE_TYPES), "max_files": FILES_MAX}
    return blocks.field(
        "More pictures to look at",
        element,
        block_id=FILES,
        hint="Up to ten, of 10 MB each. Say in your words what they are for.",
        optional=True,
    )


def _where_to(channel: str) -> Payload:
    element: Payload = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": blocks.plain("Choose a channel", blocks.PLACEHOLDER_CHARACTERS),
        "filter": {"include": ["public", "private", "mpim"], "exclude_bot_users": True},
    }
    if channel:
        element["initial_conversation"] = channel
    return blocks.field("Where to?", element, block_id=CHANNEL, hint="Easel has to be a member there.")
