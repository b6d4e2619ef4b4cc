"""Details in words: complete, plain, and inside one message whatever people wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.discord.details import details_text, full_size_button, full_size_of, megabytes
from core.model import Cost, Details, ImageId, JobId, Operation, Place, Plan, Quality, Size, StoredImage

COST = Cost(2, 40_000_000, measured=True)
LABEL = "Easel illustrator (not an AI model)"


def picture(number: int, prompt: str = "a lighthouse", **fields: object) -> StoredImage:
    base = StoredImage(
        id=ImageId(f"{number:032x}"),
        job=JobId("j"),
        position=2,
        parent=None,
        blob="b",
        media_type="image/png",
        size=Size(1024, 768),
        size_bytes=1_500_000,
        alt="a lighthouse",
        prompt=prompt,
        operation=Operation.GENERATE,
        provider="illustrator",
        model="illustrator",
        place=Place("discord", "1", "2"),
        author="77",
        private=False,
        created_at_us=1_790_000_000_000_000,
    )
    return replace(base, **fields)  # type: ignore[arg-type] # the caller names the fields


def plan_of(**fields: object) -> Plan:
    base = Plan(
        provider="illustrator",
        model="illustrator",
        operation=Operation.GENERATE,
        text="a lighthouse",
        size=Size(1024, 768),
        quality=Quality.HIGH,
        seed=40,
    )
    return replace(base, **fields)  # type: ignore[arg-type] # the caller names the fields


def told(image: StoredImage, *before: StoredImage, cost: Cost = COST, **more: object) -> str:
    facts = more.pop("facts", {})
    assert isinstance(facts, dict)
    return details_text(Details(image, plan_of(**more), (*before, image), cost, facts), LABEL)


def test_everything_is_said() -> None:
    text = told(
        picture(1), remarks=("Editing the picture you chose.",), facts={"Content credentials": "yes"}, style="poster"
    )
    assert f"`{1:032x}`" in text
    assert "> a lighthouse" in text
    assert "Drawn by Easel illustrator \\(not an AI model\\) for <@77> <t:1790000000:f>" in text
    assert "1024 × 768 · PNG · 1.5 MB · quality high · style poster · seed 41" in text
    assert "Its request cost 2 images and $0.04 (measured)." in text
    assert "Editing the picture you chose." in text
    assert "Content credentials: yes" in text
    assert "Made from" not in text


def test_what_costs_nothing_says_so_and_a_guess_is_called_one() -> None:
    assert "It cost nothing." in told(picture(1), cost=Cost(0, 0))
    assert "(estimated)" in told(picture(1), cost=Cost(1, 10_000_000))


def test_a_model_without_seeds_shows_none() -> None:
    assert "seed" not in told(picture(1), seed=None)


def test_where_it_came_from() -> None:
    text = told(picture(3, "add a hat"), picture(1, "a cat"), picture(2, "make it night"))
    assert text.index("Made from:") < text.index(f"- `{1:032x}` a cat") < text.index(f"- `{2:032x}` make it night")
    assert f"- `{3:032x}`" not in text


def test_of_a_long_line_the_first_and_the_latest_are_told() -> None:
    before = [picture(number, f"step {number}") for number in range(1, 21)]
    text = told(picture(21), *before)
    assert "step 1\n" in text
    assert "… 14 more steps" in text
    assert "step 15\n" not in text
    assert "step 16\n" in text
    assert "step 20" in text


def test_words_of_people_are_plain_words() -> None:
    text = told(picture(1, "@everyone <@5> [free](https://evil.example) ||x|| `y`\n# big"), facts={"**n**": "<#4>"})
    for live in ("@everyone", "<@5>", "[free](", "||x||", "\n# big", "**n**", "<#4>"):
        assert live not in text


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(max_size=3000), st.integers(0, 30), st.text(max_size=400))
def test_it_always_fits_into_one_message(prompt: str, ancestors: int, fact: str) -> None:
    before = [picture(number, prompt) for number in range(ancestors)]
    text = told(picture(99, prompt), *before, facts={f"fact {n}": fact for n in range(12)}, remarks=(fact,) * 5)
    assert len(text) <= 2000
    assert text.startswith(f"**Picture** `{99:032x}`")


def test_the_button_for_the_file_is_read_back() -> None:
    ((row,),) = ([each["components"] for each in full_size_button(ImageId("a" * 32))],)
    assert full_size_of(row[0]["custom_id"]) == "a" * 32
    assert len(row[0]["custom_id"]) <= 100


@pytest.mark.parametrize(
    "custom_id", [None, 5, "", "easel:full:", "easel:full:a b", "easel:full:" + "a" * 65, "easel:edit:a"]
)
def test_other_components_are_not_it(custom_id: object) -> None:
    assert full_size_of(custom_id) is None


def test_a_size_is_never_told_smaller_than_it_is() -> None:
    assert [megabytes(n) for n in (0, 1, 10 * 1024 * 1024, 10 * 1024 * 1024 + 1)] == [
        "0.0 MB",
        "0.1 MB",
        "10.0 MB",
        "10.1 MB",
    ]
