"""Words of people in Slack: they are seen as they were written, and do nothing."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.slack.text import escaped, moment, shown

# How Slack finds formatting: a sign at a word's edge, something that does not begin or end with a space, a sign again.
FORMATTED = re.compile(r"(?:^|[^\w])([*_~])(?=\S)[^*_~\n]*?(?<=\S)\1(?:[^\w]|$)|`[^`]+`")
HOSTILE = st.text(st.sampled_from("ab3 *_~`<>&@#!|:/.\n\r\t\u202e\u200b\u2066\u00ad\u2028é漢"), max_size=60)


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("a fox in the snow", "a fox in the snow"),
        ("<!channel> hello", "&lt;!channel&gt; hello"),
        ("R&D &amp; more", "R&amp;D &amp;amp; more"),
        ("snake_case and 3 * 4 and ~ 5", "snake_case and 3 * 4 and ~ 5"),
        ("one\ntwo\t three\u2028four", "one two three four"),
        ("left\u202eright", "leftright"),
        ("👩‍🎨 paints", "👩‍🎨 paints"),
        ("> quoted", "› quoted"),
        ("it costs 3.50, e.g. here", "it costs 3.50, e.g. here"),
        ("", ""),
    ],
)
def test_words_are_seen_as_they_were_written(said: str, seen: str) -> None:
    assert shown(said) == seen


@pytest.mark.parametrize(
    "said", ["*bold*", "_soft_", "~gone~", "`code`", "**a**", "*_x_*", "a *b* c", "(*b*)", "```x```"]
)
def test_nothing_is_formatted(said: str) -> None:
    assert FORMATTED.search(said)
    assert not FORMATTED.search(html.unescape(shown(said)))


@pytest.mark.parametrize(
    "said", ["http://evil.example/x", "see www.evil.example", "a.b@evil.example", "@here", "#general"]
)
def test_nothing_becomes_an_address_or_a_call(said: str) -> None:
    said_again = html.unescape(shown(said))
    assert said_again.replace("\u2060", "") == said
    assert "://" not in said_again
    assert not re.search(r"[\w]\.[A-Za-z]{2}|[@#]\w", said_again)


def test_a_long_line_is_cut_and_says_so() -> None:
    assert shown("a" * 400) == "a" * 299 + "…"
    assert shown("fox " * 10, 10) == "fox fox f…"
    assert len(html.unescape(shown("<" * 400, 50))) == 50


@settings(derandomize=True, max_examples=300)
@given(HOSTILE)
def test_it_is_one_harmless_line_whatever_was_written(said: str) -> None:
    seen = shown(said)
    assert not set(seen) & set("<>\n\r\t\u202e\u2066\u200b\u00ad\u2028")
    assert not re.search(r"&(?!amp;|lt;|gt;)", seen)
    assert not FORMATTED.search(html.unescape(seen))
    assert seen == seen.strip()
    assert not html.unescape(seen).startswith(">")


def test_our_own_words_keep_their_formatting() -> None:
    assert escaped("*Drawing* <now> & here") == "*Drawing* &lt;now&gt; &amp; here"


def test_a_moment_is_each_readers_own() -> None:
    assert moment(1_700_000_000_999_999, "14 Nov, 22:13 UTC") == (
        "<!date^1700000000^{date_short_pretty} {time}|14 Nov, 22:13 UTC>"
    )
    assert moment(0, "a|b^c>").endswith("|a/bc&gt;>")
