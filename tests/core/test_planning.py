"""What was left open is closed by the model's own rules, and the worst case holds whatever comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import planning, prompt
from core.errors import BadFlagValue
from core.model import JobId, Mode, Operation, Options, Quality, Size
from core.ports import GenerateOrder, ModelProfile, ThinkingBudget
from core.pricing import catalog
from core.providers import models
from core.providers.openai.bodies import prompt_of
from core.providers.openai.storyboard import panels_of
from core.providers.profiles import profile_of, server_of

BUDGET = ThinkingBudget("gpt-5.5", tool_calls_max=4, text_in_tokens_max=80_000, text_out_tokens_max=16_000)


def profile(name: str = "gpt-image-2", thinking: ThinkingBudget | None = BUDGET) -> ModelProfile:
    server = server_of("https://api.openai.com/v1")
    return profile_of(models.catalog().find("openai", name), name, server, previews=1, thinking=thinking)


def close(wish: Options, operation: Operation = Operation.GENERATE, usual: Mode = Mode.INSTANT) -> planning.Closed:
    return planning.closed(profile(), operation, wish, None, usual)


def test_a_wish_for_thinking_is_kept_or_refused() -> None:
    assert close(Options(mode=Mode.THINKING)).mode is Mode.THINKING
    with pytest.raises(BadFlagValue, match="one picture at a time"):
        close(Options(mode=Mode.THINKING, count=2))
    with pytest.raises(BadFlagValue, match="one picture at a time"):
        close(Options(mode=Mode.THINKING), Operation.STORYBOARD)
    with pytest.raises(BadFlagValue, match="does not know the mode thinking"):
        planning.mode_of(profile(thinking=None), Mode.THINKING, Mode.INSTANT, Operation.GENERATE, 1)


def test_a_workspaces_usual_mode_gives_way_where_it_cannot_be() -> None:
    assert close(Options(), usual=Mode.THINKING).mode is Mode.THINKING
    assert close(Options(mode=Mode.INSTANT), usual=Mode.THINKING).mode is Mode.INSTANT
    several = close(Options(count=3), usual=Mode.THINKING)
    assert several.mode is Mode.INSTANT
    assert any("one picture at a time" in remark for remark in several.remarks)
    without = planning.closed(profile(thinking=None), Operation.GENERATE, Options(), None, Mode.THINKING)
    assert (without.mode, without.remarks) == (Mode.INSTANT, ("", "", ""))


def worst(
    wish: Options, operation: Operation = Operation.GENERATE, source: Size | None = None, pictures: int = 0
) -> int:
    said = prompt.parse("a boat", wish)
    found = planning.closed(profile(), operation, said.options, source, Mode.INSTANT)
    return planning.worst_case(catalog(), profile(), found, said, pictures).nanodollars


def test_the_worst_case_counts_everything_that_is_asked_for() -> None:
    plain = Options(quality=Quality.LOW)
    assert 0 < worst(plain) < worst(replace(plain, quality=Quality.HIGH))
    assert worst(replace(plain, count=4)) > 2 * worst(plain)
    assert worst(plain, pictures=2) > worst(plain)
    assert worst(replace(plain, style="poster")) > worst(plain)
    assert worst(replace(plain, mode=Mode.THINKING)) > 10 * worst(plain)
    story = worst(replace(plain, count=4), Operation.STORYBOARD)
    assert story > worst(replace(plain, count=4)), "the later panels are drawn from the first"


def test_a_story_reserves_every_word_that_its_panels_are_asked_with() -> None:
    """Each panel is told the whole story and its own part of it: here one part is nearly all of it."""
    story = f"{'𒀀' * 1000}. End."
    order = GenerateOrder(job=JobId("1"), model="gpt-image-2", text=story, count=2, panels=True, size=Size(1024, 1024))
    sent = [
        prompt_of(order, server_of("https://api.openai.com/v1"), panel.words)
        for panel in panels_of(order, pictured=True)
    ]
    said = prompt.parse(story, Options(count=2, quality=Quality.LOW))
    found = planning.closed(profile(), Operation.STORYBOARD, said.options, None, Mode.INSTANT)
    silent = replace(said, text="")
    words = planning.worst_case(catalog(), profile(), found, said, 0).nanodollars
    words -= planning.worst_case(catalog(), profile(), found, silent, 0).nanodollars
    price = catalog().find("openai", "gpt-image-2")
    longest = max(len(text.encode()) for text in sent)
    assert words + 2 * planning.ADDED_BYTES * price.text_in >= 2 * longest * price.text_in


def test_an_edit_reserves_what_will_be_asked_for() -> None:
    small = worst(Options(quality=Quality.HIGH), Operation.EDIT, Size(512, 512), 1)
    large = worst(Options(quality=Quality.HIGH), Operation.EDIT, Size(3000, 2900), 1)
    unknown = worst(Options(quality=Quality.HIGH), Operation.EDIT, None, 1)
    asked = worst(Options(quality=Quality.HIGH, count=1), pictures=1)
    assert small < asked, "the nearest size that the model draws has 816 pixels a side"
    assert large > 2 * asked
    assert unknown >= large, "nobody knows how large it is"


def test_more_pictures_than_a_model_takes_are_refused() -> None:
    with pytest.raises(BadFlagValue, match="16 pictures at most, and this request has 17"):
        planning.check_pictures(profile(), 17, masked=False)
    blind = replace(profile(), references_max=0, masks=False)
    with pytest.raises(BadFlagValue, match="no pictures to start from"):
        planning.check_pictures(blind, 1, masked=False)
    with pytest.raises(BadFlagValue, match="no painted areas"):
        planning.check_pictures(replace(blind, references_max=1), 1, masked=True)
