"""What /quota, /history and /help say: true, inside Discord's limits, and harmless whatever people wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.discord.overview import bar, help_messages, history_text, link, parts, quota_text
from core.commands import COMMANDS, FLAGS
from core.model import Allowance, ImageId, JobId, MessageRef, Operation, Place, Size, StoredImage

NOW_US = 1_700_000_000_000_000
DAY = Allowance("user:*:images:day", "10 images a day for each person", "images", 10, 4, NOW_US + 3_600_000_001)
MONEY = Allowance("workspace:*:money:month", "$5.00 a month for each workspace", "money", 5 * 10**9, 0, None)
IMAGE = StoredImage(
    id=ImageId("0123456789abcdef" * 2),
    job=JobId("job"),
    position=1,
    parent=None,
    blob="",
    media_type="image/png",
    size=Size(64, 64),
    size_bytes=1,
    alt="A square",
    prompt="a lighthouse at dusk",
    operation=Operation.GENERATE,
    provider="p",
    model="m",
    place=Place("discord", "1", "2"),
    author="3",
    private=False,
    created_at_us=NOW_US,
)


# --- /quota ----------------------------------------------------------------------------------------------------------


def test_each_limit_has_its_bar_what_remains_and_when_it_resets_in_the_readers_time() -> None:
    assert quota_text([DAY], NOW_US) == (
        "**10 images a day for each person**\n`███████░░░░░` 6 images left, resets <t:1700003601:R>."
    )


def test_the_tightest_limit_stands_first_and_what_never_resets_says_nothing_of_it() -> None:
    said = quota_text([MONEY, DAY], NOW_US)
    assert said.index("10 images") < said.index("$5.00 a month")
    assert said.endswith("`████████████` $5.00 left.")


def test_no_limit_is_said_too() -> None:
    assert quota_text([], NOW_US) == "No limit applies to you here: draw as much as you like."


def test_a_reset_that_has_passed_is_not_told_as_one_to_come() -> None:
    assert "resets" not in quota_text([replace(DAY, resets_at_us=NOW_US)], NOW_US)


def test_a_role_cannot_be_called_in_a_way_that_pings() -> None:
    said = quota_text([replace(DAY, label="9 images a day for each person with the role @everyone")], NOW_US)
    assert "@everyone" not in said


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 1000))
def test_a_bar_is_empty_only_when_nothing_is_left_and_full_only_when_nothing_was_used(used: int, cap: int) -> None:
    drawn = bar(used, cap)
    assert len(drawn) == 12
    assert ("█" in drawn) == (used < cap)
    if used and cap:
        assert "░" in drawn


# --- /history --------------------------------------------------------------------------------------------------------


def test_a_picture_is_a_link_to_where_it_stands_with_its_number() -> None:
    at = MessageRef("discord", "22", "33")
    assert history_text([IMAGE], {IMAGE.id: at}, 11) == (
        "**The newest pictures here**\n"
        "1. [a lighthouse at dusk](<https://discord.com/channels/11/22/33>) · <t:1700000000:R>\n"
        f"`{IMAGE.id}`"
    )
    assert link(at, None) == "https://discord.com/channels/@me/22/33"


def test_a_private_picture_says_so_and_has_no_link() -> None:
    said = history_text([replace(IMAGE, private=True)], {}, 11, "light")
    assert said.startswith("**The newest pictures here with “light”**\n1. a lighthouse at dusk · <t:")
    assert "only you see it" in said


def test_nothing_found_says_what_to_do() -> None:
    assert history_text([], {}, 11) == "I found no pictures here. Draw one with /imagine."
    assert history_text([], {}, 11, "owls") == "I found no pictures here with “owls”. Draw one with /imagine."


@pytest.mark.parametrize(
    "prompt", ["@everyone **bold**", "](<https://evil.example>) [", "`code`", "x" * 5000, "*_" * 60, "", "\u202e"]
)
def test_words_of_people_are_only_words(prompt: str) -> None:
    at = {IMAGE.id: MessageRef("discord", "22", "33")}
    said = history_text([replace(IMAGE, prompt=prompt)] * 10, at, 11, prompt)
    assert "@everyone" not in said
    assert "**bold" not in said
    assert "https://evil" not in said
    assert "\u202e" not in said
    assert len(said) <= 2000
    assert said.count("channels/11/22/33") >= 5


# --- /help -----------------------------------------------------------------------------------------------------------

TOPICS = ["", "flags", "styles", "privacy", *(command.name for command in COMMANDS), *(flag.name for flag in FLAGS)]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_fits_into_messages(topic: str) -> None:
    messages = help_messages(topic)
    assert messages
    assert all(0 < len(each) <= 2000 for each in messages)
    assert not messages[0].startswith("There is no help")


def test_help_tells_what_is_particular_here() -> None:
    (said,) = help_messages(None)
    assert "`/imagine`" in said
    assert "Apps, then Edit image" in said
    assert "until you press Share" in help_messages(" Privacy ")[0]


def test_flags_are_asked_about_as_they_are_written() -> None:
    assert help_messages("--ar") == help_messages("ar")
    assert help_messages("—ar") == help_messages("/ar")


def test_an_unknown_topic_is_repeated_harmlessly() -> None:
    (said,) = help_messages("@everyone https://evil.example")
    assert said.startswith("There is no help about")
    assert "@everyone" not in said
    assert "https://" not in said


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="ab \n", max_size=120), st.integers(5, 40))
def test_a_long_text_is_parted_between_lines_and_loses_nothing(text: str, characters: int) -> None:
    messages = parts(text, characters)
    assert all(len(each) <= characters for each in messages)
    assert "\n".join(messages) == "\n".join(line[:characters] for line in text.split("\n"))
