"""What /quota, /history and /help say in Slack's markup."""

from __future__ import annotations

import pytest

from bots.slack import overview
from bots.slack.posts import Post
from core.commands import COMMANDS
from core.model import Allowance, ImageId, JobId, Operation, Place, Size, StoredImage

NOW_US = 1_700_000_000_000_000
DAY = Allowance("user:*:images:day", "30 images a day for each person", "images", 30, 10, NOW_US + 3_600_000_000)
MONEY = Allowance("user:*:money:month", "$5.00 a month for each person", "money", 5_000_000_000, 4_900_000_000, None)


def image(number: int, prompt: str, *, private: bool = False) -> StoredImage:
    return StoredImage(
        id=ImageId(f"{number:032x}"), job=JobId("j"), position=1, parent=None, blob="b", media_type="image/png",
        size=Size(8, 8), size_bytes=8, alt="", prompt=prompt, operation=Operation.GENERATE, provider="p", model="m",
        place=Place("slack", "T1", "C1"), author="U1", private=private, created_at_us=NOW_US,
    )  # fmt: skip


def post(root: str = "") -> Post:
    return Post(JobId("j"), 0, channel="C1", root=root, message="1700000000.000100")


def test_without_limits():
    assert "No limit applies" in overview.quota_text((), NOW_US)


def test_the_tightest_limit_comes_first_with_its_bar_and_its_reset():
    first, bar, second, other = overview.quota_text((DAY, MONEY), NOW_US).split("\n")
    assert first == "*$5.00 a month for each person*"
    assert bar == "`█░░░░░░░░░░░` $0.10 left."
    assert second == "*30 images a day for each person*"
    assert other.startswith("`████████░░░░` 20 images left, resets <!date^1700003600^")
    assert other.endswith("|at 23:13 (in 1 hour)>.")


@pytest.mark.parametrize(("used", "cap", "full"), [(0, 10, 12), (10, 10, 0), (11, 10, 0), (999, 1000, 1), (0, 0, 0)])
def test_a_bar_is_empty_only_when_nothing_is_left(used: int, cap: int, full: int):
    assert overview.bar(used, cap) == "█" * full + "░" * (12 - full)


def test_history_by_number_with_links():
    images = [image(1, "a boat | <!here> *bold*"), image(2, "an owl", private=True)]
    text = overview.history_text(images, {images[0].id: post("1699999999.000000")}, "studio", "o")
    title, first, number, second, _ = text.split("\n")
    assert title == "*The newest pictures here with “o”*"
    link = "https://studio.slack.com/archives/C1/p1700000000000100?thread_ts=1699999999.000000&amp;cid=C1"
    assert first.startswith(f"1. <{link}|a boat / &lt;!here&gt; ")
    assert "*bold*" not in first
    assert number == f"`{images[0].id}`"
    assert second.startswith("2. an owl · ")
    assert second.endswith("· only you see it")


def test_history_without_a_domain_has_no_links():
    images = [image(1, "a boat")]
    for domain in ("", "evil.example/", "a b"):
        assert "https://" not in overview.history_text(images, {images[0].id: post()}, domain)
    assert "https://studio.slack.com/archives/C1/p1700000000000100|" in overview.history_text(
        images, {images[0].id: post()}, "studio"
    )


def test_an_empty_history():
    assert overview.history_text([], {}, "studio", "<!here>") == (
        "I found no pictures here with “&lt;!here&gt;”. Draw one with /imagine."
    )


def test_help_is_in_slacks_markup():
    text = "\n".join(overview.help_messages(""))
    assert "**" not in text
    assert "\n- " not in text
    assert "*Easel draws.*" in text
    assert all(f"`/{command.name}`" in text for command in COMMANDS)
    assert "*In Slack*" in text
    assert "direct message" in overview.help_messages("Private")[0]


@pytest.mark.parametrize("topic", ["<!channel>", "*bold* `x`", "a" * 500, "&amp;"])
def test_help_about_anything_calls_nobody(topic: str):
    text = "".join(overview.help_messages(topic))
    assert "<" not in text
    assert "no help about" in text


def test_long_texts_are_parted_between_lines():
    text = "\n".join(f"line {number} " + "x" * 50 for number in range(200))
    parts = overview.parts(text)
    assert len(parts) > 1
    assert "\n".join(parts) == text
    assert all(len(part) <= overview.PART_CHARACTERS for part in parts)
    assert overview.parts("x" * 9999) == ["x" * overview.PART_CHARACTERS]
