"""Slack's building blocks: whatever words are put into them, Slack takes them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_slack_blocks import taken_by_slack

from bots.slack import blocks
from bots.slack.text import shown

LONG = st.one_of(st.text(max_size=200), st.text(alphabet="ab &<>*_\n", max_size=6000).map(lambda text: text * 2))


@given(LONG)
@settings(derandomize=True, max_examples=60, deadline=None)
def test_any_words_fit_everywhere(words: str):
    asked = blocks.confirm(words, words, words, words)
    made = [
        blocks.header(words),
        blocks.section(shown(words, 10_000), accessory=blocks.button(words, "a", "v", confirm=asked)),
        blocks.columns([shown(words, 10_000)] * 11),
        blocks.context(*[shown(words, 10_000)] * 12),
        blocks.actions([blocks.select("s", words, [blocks.option(words, str(n)) for n in range(101)])]),
        blocks.divider(),
    ]
    taken_by_slack(made)
    assert blocks.written(made)


@given(st.text(alphabet="ab &<>x ", max_size=400), st.integers(min_value=2, max_value=120))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_a_cut_never_leaves_half_of_what_slack_reads(words: str, characters: int):
    text = f"{shown(words, 500)} <!date^1760000000^{{date_short_pretty}}|then> <#C1> &amp; the end"
    kept = blocks.cut(text, characters)
    assert len(kept) <= characters
    assert kept.count("<") == kept.count(">")
    assert not re.search(r"&(?!amp;|lt;|gt;)", kept)


def test_what_is_short_enough_stays():
    assert blocks.cut("a &amp; b", 9) == "a &amp; b"
    assert blocks.cut("one two &amp; three", 13) == "one two…"


def test_only_so_many_elements():
    button = blocks.button("Edit", "a", "v")
    assert len(blocks.actions([button] * 40)["elements"]) == blocks.ELEMENTS_MAX
    assert len(blocks.context(*["a"] * 40)["elements"]) == blocks.CONTEXT_ELEMENTS_MAX


def test_an_id_is_never_cut():
    """A shortened id would name another picture: better nothing at all."""
    for make in (
        lambda: blocks.button("a", "b" * 256, "v"),
        lambda: blocks.button("a", "b", "v" * 2001),
        lambda: blocks.option("a", "v" * 151),
        lambda: blocks.actions([], block_id="b" * 256),
    ):
        with pytest.raises(ValueError, match="id"):
            make()


def test_plain_words_show_no_marks_that_reorder_lines():
    assert blocks.plain("a\u202egnp\nb", 75)["text"] == "agnp b"
    assert blocks.plain("  \u202e ", 75)["text"] == "…", "Slack refuses an empty text"


def test_the_fallback_says_what_the_blocks_say():
    content = [blocks.section("One."), blocks.context("two", "three"), blocks.actions([])]
    assert blocks.written(content) == "One.\ntwo · three"
