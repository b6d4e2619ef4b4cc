"""Where a model that searched the web found its facts: links for people, made from what strangers wrote.

Titles and addresses come from web pages by way of a model, so they are hostile twice. A title loses everything that is
not plain text, an address has to be an ordinary https link; what does not fit is left out, never mended into something
that looks right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

SOURCES_MAX: Final = 5
TITLE_CHARACTERS_MAX: Final = 80
URL_CHARACTERS_MAX: Final = 300

# A host as the public DNS has them: letters, digits and hyphens, at least one dot, and a top level that is no number.
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})", re.ASCII)
# Everything that RFC 3986 allows in a path or query, without the brackets and the bar that chat markup is made of.
_PLAIN: Final = "/%:@!$&*+,;=-._~?"
_TRACKING: Final = "utm_"  # OpenAI adds `utm_source=openai` to what it cites; without it the same page is one source


@dataclass(frozen=True, slots=True)
class WebSource:
    """One page: a title in plain text (the host's name when there is none) and an https address."""

    title: str
    url: str

    def __str__(self) -> str:
        return f"{self.title} ({self.url})"


def sources_of(output: list[Any]) -> tuple[WebSource, ...]:
    """The pages that an answer's output items name, at most five: those that its text cites, then those it searched.

    Citations carry titles and are what the model used; `action.sources` of a search has addresses only and many of
    them (openai-python, types/responses: `AnnotationURLCitation`, `ActionSearchSource`).
    """
    found: dict[str, WebSource] = {}
    for title, url in (*_cited(output), *_searched(output)):
        address = plain_url(url)
        if address is None or address in found:
            continue
        found[address] = WebSource(plain_text(title, TITLE_CHARACTERS_MAX) or _host(address), address)
        if len(found) == SOURCES_MAX:
            break
    return tuple(found.values())


def plain_text(text: object, characters_max: int) -> str:
    """One line without control, direction and private characters, cut with an ellipsis. Empty for what is no text."""
    if not isinstance(text, str):
        return ""
    # Twenty times the length is enough to find the words in, and keeps a page-long "title" cheap.
    visible = "".join(
        " " if letter.isspace() else letter
        for letter in text[: characters_max * 20]
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    line = " ".join(visible.split())
    return line if len(line) <= characters_max else line[: characters_max - 1].rstrip() + "…"


def plain_url(url: object) -> str | None:
    """An https address that is safe to print and to click, without tracking; None when it is anything else."""
    if not isinstance(url, str) or len(url) > URL_CHARACTERS_MAX * 2 or url != url.strip():
        return None
    if any(unicodedata.category(letter)[0] == "C" or letter.isspace() or letter == "\\" for letter in url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or "@" in parts.netloc or port not in (None, 443) or not _HOST.fullmatch(host):
        return None
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(name)]
    query = parts.query if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(kept)
    plain = urlunsplit(("https", host, quote(parts.path, safe=_PLAIN), quote(query, safe=_PLAIN), ""))
    return plain if len(plain) <= URL_CHARACTERS_MAX else None


def _tracks(name: str) -> bool:
    return name.startswith(_TRACKING)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _cited(output: list[Any]) -> Iterator[tuple[object, object]]:
    """Title and address of every citation in the answer's text."""
    for item in _of_type(output, "message"):
        for content in _mappings(item.get("content")):
            for note in _of_type(content.get("annotations"), "url_citation"):
                yield note.get("title"), note.get("url")


def _searched(output: list[Any]) -> Iterator[tuple[object, object]]:
    """The addresses that the searches went through; some servers add titles."""
    for item in _of_type(output, "web_search_call"):
        action = item.get("action")
        if isinstance(action, Mapping):
            for source in _mappings(action.get("sources")):
                yield source.get("title"), source.get("url")


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, Mapping))


def _of_type(value: object, kind: str) -> Iterator[Mapping[str, Any]]:
    return (each for each in _mappings(value) if each.get("type") == kind)
