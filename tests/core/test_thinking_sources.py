"""Sources of a searched answer: what strangers wrote on their pages becomes links that are safe to print."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.providers.openai.thinking_sources import (
    SOURCES_MAX,
    TITLE_CHARACTERS_MAX,
    URL_CHARACTERS_MAX,
    plain_text,
    plain_url,
    sources_of,
)


def cited(*pairs: tuple[object, object]) -> dict[str, Any]:
    notes = [{"type": "url_citation", "title": title, "url": url} for title, url in pairs]
    return {"type": "message", "content": [{"type": "output_text", "text": "Done.", "annotations": notes}]}


def searched(*urls: object) -> dict[str, Any]:
    sources = [{"type": "url", "url": url} for url in urls]
    return {"type": "web_search_call", "action": {"type": "search", "query": "x", "sources": sources}}


def test_what_the_text_cites_comes_before_what_was_only_searched() -> None:
    output = [
        searched("https://a.example.org/one", "https://www.b.example.org/two"),
        cited(("The harbour of Hamburg", "https://c.example.org/harbour")),
    ]
    assert [str(source) for source in sources_of(output)] == [
        "The harbour of Hamburg (https://c.example.org/harbour)",
        "a.example.org (https://a.example.org/one)",
        "b.example.org (https://www.b.example.org/two)",
    ]


def test_one_page_is_one_source_whoever_led_there() -> None:
    output = [
        searched("https://example.org/page?utm_source=openai", "https://EXAMPLE.org/page#part"),
        cited(("Page", "https://example.org/page"), ("Again", "https://example.org/page?utm_source=openai")),
    ]
    assert [(source.title, source.url) for source in sources_of(output)] == [("Page", "https://example.org/page")]


def test_a_query_that_says_which_page_stays() -> None:
    assert plain_url("https://example.org/w?title=Fox&utm_medium=x") == "https://example.org/w?title=Fox"
    assert plain_url("https://example.org/w?a;b=c|d") == "https://example.org/w?a;b=c%7Cd"


def test_no_more_than_five() -> None:
    assert len(sources_of([searched(*(f"https://example.org/{at}" for at in range(50)))])) == SOURCES_MAX


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://localhost/admin",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1.5/",
        "https://user:word@example.org/",
        "https://bank.example.org@evil.example.com/",
        "https://example.org:8443/",
        "https://example.org:port/",
        "https://exa mple.org/",
        "https://example.org\\@evil.example.com/",
        "https://example.org/\u202egnp.exe",
        "https://example.org/a\nb",
        " https://example.org/",
        "https://ex\u0430mple.org/",  # a Cyrillic letter
        "https://example.org/" + "a" * URL_CHARACTERS_MAX,
        None,
        7,
        ["https://example.org/"],
    ],
)
def test_an_address_that_is_not_an_ordinary_https_link_is_left_out(url: object) -> None:
    assert plain_url(url) is None
    assert sources_of([searched(url), cited(("A title", url))]) == ()


def test_brackets_that_chat_markup_is_made_of_do_not_stay_in_an_address() -> None:
    assert plain_url("https://example.org/Fox_(animal)?q=<x>|y") == "https://example.org/Fox_%28animal%29?q=%3Cx%3E%7Cy"


def test_a_title_is_one_line_of_plain_text() -> None:
    hostile = "Free\x00 \u202eegami\u202c\n@everyone\u200b " + "w" * 5000
    (source,) = sources_of([cited((hostile, "https://example.org/"))])
    assert source.title.startswith("Free egami @everyone www")
    assert len(source.title) == TITLE_CHARACTERS_MAX
    assert source.title.endswith("…")


def test_a_page_without_a_title_is_named_by_its_host() -> None:
    output = [cited((None, "https://www.example.org/a"), ("\u200b \n", "https://example.org/b"))]
    assert [source.title for source in sources_of(output)] == ["example.org", "example.org"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["https://example.org/a", "message"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "action", "sources", "content", "annotations", "url", "title"]), inner, max_size=5
        )
    ),
    max_leaves=30,
)


@given(st.lists(JSON, max_size=5))
def test_no_shape_of_answer_breaks_it(output: list[Any]) -> None:
    assert len(sources_of(output)) <= SOURCES_MAX


@given(st.text(max_size=200), st.integers(2, 90))
def test_plain_text_is_plain(text: str, characters_max: int) -> None:
    line = plain_text(text, characters_max)
    assert len(line) <= characters_max
    assert not any(unicodedata.category(letter)[0] == "C" for letter in line)
    assert line == " ".join(line.split())


@given(st.text(st.characters(codec="utf-8"), max_size=60).map(lambda rest: "https://example.org/" + rest))
def test_a_link_that_is_printed_leads_where_it_says(url: str) -> None:
    plain = plain_url(url)
    if plain is not None:
        assert plain.isascii()
        assert not set(plain) & set(" <>|()[]{}\"'`\\^")
        assert urlsplit(plain)[:2] == ("https", "example.org")
