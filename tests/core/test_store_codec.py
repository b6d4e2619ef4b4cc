"""Whatever a job holds comes back from its columns as it went in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from support_store import plan_of, request_of

from core import model
from core.errors import PromptError
from core.store import codec

# `Progress` and `Details` are left out: they are told and never stored.
VALUES: tuple[Any, ...] = (
    model.Ratio,
    model.Size,
    model.Options,
    model.Actor,
    model.Place,
    model.Destination,
    model.MessageRef,
    model.ImageRef,
    model.ImageRequest,
    model.Source,
    model.Cost,
    model.Plan,
    model.StoredImage,
    model.Allowance,
    model.Admitted,
    model.Finished,
    model.Unfinished,
    model.Capabilities,
    model.PlannedFile,
    model.PostingPlan,
    model.Click,
)
CODECS = {value: codec.Codec(TypeAdapter(value)) for value in VALUES}


@pytest.mark.parametrize("value_type", VALUES, ids=lambda value_type: value_type.__name__)
@settings(max_examples=15, derandomize=True, deadline=None)
@given(data=st.data())
def test_every_value_survives_the_trip(value_type: type[Any], data: st.DataObject) -> None:
    value = data.draw(st.from_type(value_type))
    there = CODECS[value_type].encode(value)
    back = CODECS[value_type].decode(there)
    assert back == value
    assert type(back) is value_type


PROMPTS = [
    "A poster that says „Grüße“ — 海报 ポスター 포스터 पोस्टर পোস্টার ملصق โปสเตอร์ Плакат",
    'ZWJ 👩🏽‍🎨, ZWNJ نمی‌خواهم, combining é and é, NUL \0, tab\t, line\nbreak, quote " and \\',
    "\u2028\u2029\ufeff\U0010ffff",
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_persons_typography_is_untouched(prompt: str) -> None:
    request = request_of("e", prompt=prompt)
    assert codec.REQUESTS.decode(codec.REQUESTS.encode(request)).prompt == prompt


def test_half_a_character_is_refused_in_words() -> None:
    """A browser's JSON may hold a lone surrogate; no UTF-8 column can."""
    with pytest.raises(PromptError, match="not a character"):
        codec.REQUESTS.encode(request_of("e", prompt="half \ud83d an emoji"))
    with pytest.raises(PromptError):
        codec.fingerprint(request_of("e", prompt="half \ud83d an emoji"))


def test_enums_come_back_as_enums() -> None:
    plan = codec.PLANS.decode(codec.PLANS.encode(plan_of()))
    assert plan.operation is model.Operation.GENERATE
    assert plan.quality is model.Quality.AUTO


def test_the_fingerprint_is_of_the_wish() -> None:
    """The same click redelivered through another process has another token; another prompt is another wish."""
    wish = request_of("e", prompt="a red bicycle")
    same = codec.fingerprint(wish)
    assert codec.fingerprint(replace(wish, destination=model.Destination("web", "other"), event_key="f")) == same
    assert codec.fingerprint(replace(wish, actor=replace(wish.actor, name="Renamed", roles=()))) == same
    other_wishes = [
        replace(wish, prompt="a red bicycle."),
        replace(wish, actor=replace(wish.actor, user="guest")),
        replace(wish, operation=model.Operation.EDIT),
        replace(wish, options=model.Options(count=2)),
        replace(wish, attachments=(model.ImageRef("web", "upload:1"),)),
        replace(wish, mask=model.ImageRef("web", "upload:1")),
        replace(wish, chosen=model.ImageRef("web", "upload:1")),
        replace(wish, replied=(model.ImageRef("web", "upload:1"),)),
        replace(wish, pick=2),
        replace(wish, parent_job=model.JobId("j")),
    ]
    fingerprints = {codec.fingerprint(other) for other in other_wishes}
    assert len(fingerprints) == len(other_wishes)
    assert same not in fingerprints
