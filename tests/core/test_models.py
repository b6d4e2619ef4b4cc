"""The table of models: every one that the official client knows has a row, and rows that are wrong are named."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types import ImageModel
from openai.types.image_edit_params import ImageEditParamsBase
from openai.types.image_generate_params import ImageGenerateParamsBase

from core import sizes
from core.errors import BadSettings
from core.model import Background, Quality, Ratio, Resolution, Size
from core.providers.models import Model, catalog, parse_models

KNOWN = get_args(ImageModel)
ROW = """
[[model]]
provider = "p"
model = "m"
label = "M"
edge_multiple = 16
longest_edge = 3840
pixels_min = 655_360
pixels_max = 8_294_400
ratio_max = 3
sizes = ["1024x1024"]
qualities = ["low"]
formats = ["png"]
backgrounds = ["auto"]
masks = true
markup = false
streams = true
previews_max = 3
count_max = 10
references_max = 16
parameters = ["n"]
source = "a page"
date = 2026-11-01
"""


def find(name: str) -> Model:
    return catalog().find("openai", name)


@pytest.mark.parametrize("name", KNOWN)
def test_every_model_of_the_official_client_has_a_row_of_its_own(name: str) -> None:
    row = find(name)
    assert row.model
    assert name.startswith(row.model)
    assert row.label


def test_what_is_gone_says_since_when_and_what_to_use() -> None:
    gone = {name: find(name).retired for name in KNOWN if find(name).retired}
    assert gone == {
        "gpt-image-1": date(2026, 10, 23),
        "dall-e-2": date(2026, 5, 12),
        "dall-e-3": date(2026, 5, 12),
    }
    for name in gone:
        instead = find(find(name).instead)
        assert instead.model
        assert instead.retired is None
    assert find("gpt-image-1-mini").retired is None
    assert find("gpt-image-1.5").instead == ""


def test_a_snapshot_is_its_family_and_a_newer_number_is_not() -> None:
    assert find("gpt-image-2-2026-04-21").label == "GPT Image 2"
    assert find("gpt-image-2.5-flare-2026-09-08").label == "GPT Image 2.5 Flare"
    assert find("openai/gpt-image-2.6-sunburst").label == "GPT Image 2.6 Sunburst"
    for name in ("gpt-image-2.7-sunburst", "gpt-image-20", "our-deployment", "", "gpt-image-"):
        assert find(name).model == ""
        assert find(name).retired is None
    assert catalog().find("someone-else", "gpt-image-2").model == "gpt-image-2"


def test_what_each_generation_can() -> None:
    two, five, six, old = (find(f"gpt-image-{name}") for name in ("2", "2.5-flare", "2.6-flare", "1.5"))
    assert Quality.MAX not in two.qualities
    assert {Quality.XHIGH, Quality.MAX} <= five.qualities == six.qualities
    assert (two.markup, five.markup, six.markup) == (False, True, True)
    assert "complexity" in six.parameters - five.parameters
    assert [str(size) for size in old.sizes] == ["1024x1024", "1536x1024", "1024x1536"]
    assert "input_fidelity" in old.parameters - find("gpt-image-1-mini").parameters - two.parameters
    assert Background.TRANSPARENT in two.backgrounds


@pytest.mark.parametrize("name", [*KNOWN, ""])
def test_rows_agree_with_the_official_client(name: str) -> None:
    row = find(name)
    assert row.parameters <= ImageGenerateParamsBase.__annotations__.keys() | {"input_fidelity", "stream"}
    assert row.parameters - {"moderation"} <= ImageEditParamsBase.__annotations__.keys() | {"stream"}
    assert len(row.source) > 10
    assert row.date >= date(2026, 1, 1)
    assert (row.count_max, row.references_max, row.previews_max) == (10, 16, 3)


@pytest.mark.parametrize(
    ("size", "drawn"),
    [
        # Drawn and refused by the live API on 2026-04-28, and in github.com/openclaw/openclaw/pull/118476.
        ((816, 816), True),
        ((800, 800), False),
        ((1024, 640), True),
        ((3840, 2160), True),
        ((3008, 3008), False),
        ((1024, 576), False),
        ((1280, 720), True),
        ((3840, 1264), False),
        ((2000, 1000), False),
    ],
)
def test_sizes_are_those_that_the_api_draws(size: tuple[int, int], drawn: bool) -> None:
    assert sizes.legal(Size(*size), find("gpt-image-2")) is drawn


@given(
    name=st.sampled_from([*KNOWN, ""]),
    ratio=st.builds(Ratio, st.integers(1, 50), st.integers(1, 50)),
    resolution=st.none() | st.sampled_from(Resolution),
)
@settings(derandomize=True, max_examples=100, deadline=None)
def test_every_wish_has_a_size_at_every_model(name: str, ratio: Ratio, resolution: Resolution | None) -> None:
    fitted = sizes.fit(ratio, resolution, find(name))
    assert sizes.legal(fitted.size, find(name))


def test_a_row_is_like_another_but_for_what_it_says() -> None:
    table = parse_models(ROW + '[[model]]\nprovider = "p"\nmodel = "n"\nlike = "m"\nlabel = "N"\nsource = "b"\n'
                         "date = 2026-11-02\nretired = 2026-11-02\nmasks = false\n"
                         '[[model]]\nprovider = "p"\nmodel = "o"\nlike = "n"\nlabel = "O"\nsource = "c"\n'
                         "date = 2026-11-03\n")  # fmt: skip
    first, second, third = table.rows
    assert (first.masks, second.masks, third.masks) == (True, False, False)
    assert (second.retired, third.retired) == (date(2026, 11, 2), None), "a retirement is nobody else's"
    assert third.sizes == (Size(1024, 1024),)
    with pytest.raises(BadSettings, match="no row"):
        table.find("p", "other")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("[[model]]", "[[model]"), "cannot be read"),
        (("[[model]]", "[model]"), "not rows"),
        (('label = "M"\n', ""), "missing field: label"),
        (("masks", "mask"), "wrong or missing field: mask, masks"),
        (("masks = true", "masks = 1"), "masks is neither"),
        (("count_max = 10", "count_max = 0"), "count_max"),
        (("count_max = 10", "count_max = true"), "count_max"),
        (("previews_max = 3", "previews_max = -1"), "previews_max"),
        (("ratio_max = 3", "ratio_max = 0.5"), "ratio_max"),
        (("ratio_max = 3", "ratio_max = nan"), "ratio_max"),
        (("1024x1024", "1024"), "cannot be used"),
        (('"low"', '"hd"'), "hd"),
        (("2026-11-01", '"2026-11-01"'), "date is not a date"),
        (("[[model]]", '[[model]]\nlike = "x"'), "no earlier row"),
        (("[[model]]", f"{ROW}[[model]]"), "same name"),
    ],
)
def test_a_wrong_row_is_named(change: tuple[str, str], word: str) -> None:
    with pytest.raises(BadSettings, match=word):
        parse_models(ROW.replace(*change, 1))
