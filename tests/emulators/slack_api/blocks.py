"""What Slack takes as blocks: slack_sdk's own models, and the limits of the documentation that they miss."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from emulators.slack_api.refusals import Refusal
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Payload = dict[str, Any]
Seen = Callable[[str], bool]  # whether a slack_file is one that may be shown: an id or a URL

# docs.slack.dev/reference/block-kit, November 2026: where a block may be, and its keys beyond type and block_id
MESSAGE, MODAL, HOME = "message", "modal", "home"
ALL = (MESSAGE, MODAL, HOME)
BLOCKS: dict[str, tuple[tuple[str, ...], set[str], set[str]]] = {  # surfaces, needed keys, other keys
    "actions": (ALL, {"elements"}, set()),
    "context": (ALL, {"elements"}, set()),
    "context_actions": ((MESSAGE,), {"elements"}, set()),
    "divider": (ALL, set(), set()),
    "header": (ALL, {"text"}, {"level"}),
    "image": (ALL, {"alt_text"}, {"image_url", "slack_file", "title"}),
    "input": (ALL, {"label", "element"}, {"hint", "optional", "dispatch_action"}),
    "markdown": ((MESSAGE,), {"text"}, set()),
    "rich_text": (ALL, {"elements"}, set()),
    "section": (ALL, set(), {"text", "fields", "accessory", "expand"}),
    "table": ((MESSAGE,), {"rows"}, {"column_settings"}),
}
CONFIRM, FOCUS = "confirm", "focus_on_load"
SELECT = {"placeholder", CONFIRM, FOCUS}
ELEMENTS: dict[str, tuple[set[str], set[str]]] = {  # needed keys, other keys (beyond type and action_id)
    "button": ({"text"}, {"url", "value", "style", CONFIRM, "accessibility_label"}),
    "checkboxes": ({"options"}, {"initial_options", CONFIRM, FOCUS}),
    "file_input": (set(), {"filetypes", "max_files"}),
    "image": ({"alt_text"}, {"image_url", "slack_file"}),
    "channels_select": (set(), {*SELECT, "initial_channel", "response_url_enabled"}),
    "conversations_select": (
        set(),
        {*SELECT, "initial_conversation", "default_to_current_conversation", "filter", "response_url_enabled"},
    ),
    "multi_static_select": (set(), {*SELECT, "options", "option_groups", "initial_options", "max_selected_items"}),
    "number_input": ({"is_decimal_allowed"}, {"initial_value", "min_value", "max_value", FOCUS, "placeholder"}),
    "overflow": ({"options"}, {CONFIRM}),
    "plain_text_input": (
        set(),
        {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config", FOCUS, "placeholder"},
    ),
    "radio_buttons": ({"options"}, {"initial_option", CONFIRM, FOCUS}),
    "static_select": (set(), {*SELECT, "options", "option_groups", "initial_option"}),
    "users_select": (set(), {*SELECT, "initial_user"}),
}
INPUTS = set(ELEMENTS) - {"button", "image", "overflow"}
IN_ACTIONS = set(ELEMENTS) - {"image", "file_input", "number_input"}
ACCESSORIES = set(ELEMENTS) - {"plain_text_input", "file_input", "number_input"}
OPTIONS = {"static_select": 100, "multi_static_select": 100, "overflow": 5, "checkboxes": 10, "radio_buttons": 10}


class Check:
    """One look at some blocks; collects what is wrong, as `[ERROR] …` lines with where."""

    def __init__(self, surface: str, seen: Seen | None) -> None:
        self.surface, self.seen = surface, seen
        self.wrong: list[str] = []

    def need(self, condition: object, where: str, what: str) -> bool:
        """Note it unless it holds."""
        if not condition:
            self.wrong.append(f"{what} [json-pointer:{where}]")
        return bool(condition)

    def keys(self, value: Payload, where: str, needed: set[str], others: set[str]) -> None:
        """Only known keys, and all that are needed."""
        for key in sorted(needed - set(value)):
            self.need(False, where, f"missing required field: {key}")
        for key in sorted(set(value) - needed - others):
            self.need(False, f"{where}/{key}", f"invalid additional property: {key}")

    def string(self, value: object, where: str, at_most: int, at_least: int = 1) -> None:
        """A string of such a length."""
        if self.need(isinstance(value, str), where, "must be a string"):
            text = str(value)
            self.need(len(text) >= at_least, where, f"must be more than {at_least - 1} characters")
            self.need(len(text) <= at_most, where, f"must be less than {at_most + 1} characters")

    def text(self, value: object, where: str, at_most: int, *, plain: bool = False) -> None:
        """A text object."""
        if not self.need(isinstance(value, dict), where, "must be a text object"):
            return
        assert isinstance(value, dict)
        is_plain = value.get("type") == "plain_text"
        self.keys(value, where, {"type", "text"}, {"emoji"} if is_plain else {"verbatim"})
        self.need(
            value.get("type") in (("plain_text",) if plain else ("plain_text", "mrkdwn")), where, "wrong text type"
        )
        self.string(value.get("text"), f"{where}/text", at_most)

    def block(self, value: object, where: str) -> None:
        """One block."""
        if not self.need(isinstance(value, dict) and value.get("type") in BLOCKS, where, "unsupported type of block"):
            return
        assert isinstance(value, dict)
        surfaces, needed, others = BLOCKS[value["type"]]
        self.need(self.surface in surfaces, where, f"unsupported type: {value['type']} in a {self.surface}")
        self.keys(value, where, needed | {"type"}, others | {"block_id"})
        if "block_id" in value:
            self.string(value["block_id"], f"{where}/block_id", 255)
        look = getattr(self, f"_{value['type']}", None)
        if look is not None and needed <= set(value):
            look(value, where)

    def _elements(self, value: Payload, where: str, at_most: int) -> Iterator[tuple[Any, str]]:
        elements = value["elements"]
        if self.need(isinstance(elements, list) and elements, f"{where}/elements", "must hold at least one item"):
            self.need(len(elements) <= at_most, f"{where}/elements", f"no more than {at_most} items allowed")
            yield from ((each, f"{where}/elements/{number}") for number, each in enumerate(elements))

    def _actions(self, value: Payload, where: str) -> None:
        ids: list[object] = []
        for each, place in self._elements(value, where, 25):
            self.element(each, place, IN_ACTIONS)
            ids.append(each.get("action_id") if isinstance(each, dict) else None)
        named = [each for each in ids if each]
        self.need(len(named) == len(set(named)), where, "`action_id` already exists")

    def _context(self, value: Payload, where: str) -> None:
        for each, place in self._elements(value, where, 10):
            if isinstance(each, dict) and each.get("type") == "image":
                self.element(each, place, {"image"})
            else:
                self.text(each, place, 3000)

    def _header(self, value: Payload, where: str) -> None:
        self.text(value["text"], f"{where}/text", 150, plain=True)

    def _image(self, value: Payload, where: str) -> None:
        self.string(value["alt_text"], f"{where}/alt_text", 2000)
        if "title" in value:
            self.text(value["title"], f"{where}/title", 2000, plain=True)
        self.picture(value, where)

    def picture(self, value: Payload, where: str) -> None:
        """An address or a file of Slack's, never both."""
        self.need(("image_url" in value) != ("slack_file" in value), where, "one of image_url, slack_file")
        if "image_url" in value:
            self.string(value["image_url"], f"{where}/image_url", 3000)
            self.need(str(value["image_url"]).startswith(("http://", "https://")), where, "invalid URL")
        elif "slack_file" in value:
            file = value["slack_file"]
            one = isinstance(file, dict) and len(file) == 1 and set(file) <= {"id", "url"}
            if self.need(one, f"{where}/slack_file", "one of id, url") and self.seen is not None:
                name = str(next(iter(file.values())))
                self.need(self.seen(name), f"{where}/slack_file", "invalid slack file")

    def _input(self, value: Payload, where: str) -> None:
        self.text(value["label"], f"{where}/label", 2000, plain=True)
        if "hint" in value:
            self.text(value["hint"], f"{where}/hint", 2000, plain=True)
        self.element(value["element"], f"{where}/element", INPUTS)
        file = isinstance(value["element"], dict) and value["element"].get("type") == "file_input"
        self.need(not file or self.surface == MODAL, where, "file_input is for modals")

    def _markdown(self, value: Payload, where: str) -> None:
        self.string(value["text"], f"{where}/text", 12_000)

    def _section(self, value: Payload, where: str) -> None:
        self.need("text" in value or "fields" in value, where, "one of text, fields")
        if "text" in value:
            self.text(value["text"], f"{where}/text", 3000)
        fields = value.get("fields", [])
        if "fields" in value:
            self.need(isinstance(fields, list) and 1 <= len(fields) <= 10, f"{where}/fields", "1 to 10 fields")
        for number, each in enumerate(fields):
            self.text(each, f"{where}/fields/{number}", 2000)
        if "accessory" in value:
            self.element(value["accessory"], f"{where}/accessory", ACCESSORIES)

    def element(self, value: object, where: str, allowed: set[str]) -> None:
        """Something in a block."""
        if not self.need(isinstance(value, dict) and value.get("type") in allowed, where, "unsupported element"):
            return
        assert isinstance(value, dict)
        kind = value["type"]
        needed, others = ELEMENTS[kind]
        self.keys(value, where, needed | {"type"}, others | (set() if kind == "image" else {"action_id"}))
        if "action_id" in value:
            self.string(value["action_id"], f"{where}/action_id", 255)
        if kind == "image":
            self.string(value.get("alt_text"), f"{where}/alt_text", 2000)
            self.picture(value, where)
        if kind == "button":
            self._button(value, where)
        if "placeholder" in value:
            self.text(value["placeholder"], f"{where}/placeholder", 150, plain=True)
        if "confirm" in value:
            self._confirm(value["confirm"], f"{where}/confirm")
        if kind in OPTIONS:
            self._options(value, where)
        if kind == "file_input":
            self.need(1 <= value.get("max_files", 10) <= 10, f"{where}/max_files", "1 to 10")
        if kind == "plain_text_input":
            self._text_input(value, where)

    def _text_input(self, value: Payload, where: str) -> None:
        low, high = value.get("min_length", 0), value.get("max_length", 3000)
        self.need(0 <= low <= 3000 and 1 <= high <= 3000 and low <= high, where, "min_length and max_length")
        initial = value.get("initial_value", "")
        self.need(isinstance(initial, str) and len(initial) <= high, f"{where}/initial_value", "is too long")

    def _button(self, value: Payload, where: str) -> None:
        self.text(value.get("text"), f"{where}/text", 75, plain=True)
        if "value" in value:
            self.string(value["value"], f"{where}/value", 2000, 0)
        if "url" in value:
            self.string(value["url"], f"{where}/url", 3000)
        if "accessibility_label" in value:
            self.string(value["accessibility_label"], f"{where}/accessibility_label", 75)
        self.need(value.get("style", "primary") in ("primary", "danger"), f"{where}/style", "primary or danger")

    def _confirm(self, value: object, where: str) -> None:
        if not self.need(isinstance(value, dict), where, "must be a confirm object"):
            return
        assert isinstance(value, dict)
        limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
        self.keys(value, where, {"title", "text"}, {"style", *limits})
        for name in limits.keys() & value.keys():
            self.text(value[name], f"{where}/{name}", limits[name], plain=name != "text")

    def _options(self, value: Payload, where: str) -> None:
        groups = value.get("option_groups")
        lists: list[Any] = [each["options"] for each in groups] if groups else [value.get("options")]
        self.need(not groups or "options" not in value, where, "one of options, option_groups")
        everything: list[Payload] = []
        for number, options in enumerate(lists):
            place = f"{where}/options/{number}"
            if self.need(isinstance(options, list) and options, place, "must hold at least one option"):
                self.need(len(options) <= OPTIONS[value["type"]], place, f"at most {OPTIONS[value['type']]} options")
                everything += options
        for each in everything:
            self.keys(each, where, {"text", "value"}, {"description", "url"})
            self.text(each.get("text"), where, 75, plain=value["type"] not in ("checkboxes", "radio_buttons"))
            self.string(each.get("value"), where, 150)
            if "description" in each:
                self.text(each["description"], where, 75, plain=value["type"] not in ("checkboxes", "radio_buttons"))
        first = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
        self.need("initial_options" not in value or first, where, "initial_options must not be empty")
        for each in first:
            self.need(each in everything, where, "the initial option is not among the options")


def check(blocks: object, surface: str, seen: Seen | None = None, *, at_most: int = 50) -> list[str]:
    """Everything wrong with these blocks; [] when Slack would take them."""
    look = Check(surface, seen)
    if not look.need(isinstance(blocks, list), "/blocks", "must be a list"):
        return look.wrong
    assert isinstance(blocks, list)
    look.need(len(blocks) <= at_most, "/blocks", f"no more than {at_most} items allowed")
    for number, each in enumerate(blocks):
        look.block(each, f"/blocks/{number}")
    ids = [each["block_id"] for each in blocks if isinstance(each, dict) and each.get("block_id")]
    look.need(len(ids) == len(set(ids)), "/blocks", "`block_id` already exists")
    files = json.dumps(blocks).count('"file_input"')
    look.need(files <= 1 or surface == MODAL, "/blocks", "too many file inputs")
    if not look.wrong:
        look.wrong += [said for each in blocks if (said := _models(each))]
    return look.wrong


def _models(block: Payload) -> str:
    """What the SDK's models say about it; "" when nothing."""
    logging.getLogger("slack_sdk.models").setLevel(logging.ERROR)
    try:
        parsed = Block.parse(block)
        if parsed is None:
            return "unsupported type of block"
        parsed.validate_json()
    except SlackObjectFormationError as wrong:
        return str(wrong)
    return ""


def characters(value: object) -> int:
    """How much there is to read."""
    if isinstance(value, dict):
        return sum(
            len(each) if name == "text" and isinstance(each, str) else characters(each) for name, each in value.items()
        )
    return sum(characters(each) for each in value) if isinstance(value, list) else 0


def validate(blocks: object, surface: str, seen: Seen | None = None, *, at_most: int = 50) -> list[Payload]:
    """The blocks with ids for those that have none, or `invalid_blocks`."""
    wrong = check(blocks, surface, seen, at_most=at_most)
    if wrong:
        raise Refusal("invalid_blocks", *wrong)
    assert isinstance(blocks, list)
    return [{"block_id": f"b{number}", **each} for number, each in enumerate(blocks)]
