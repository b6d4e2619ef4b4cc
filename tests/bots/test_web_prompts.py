"""The empty channel's prompts: six scripts, and every one of them is drawn with all that it asks for."""

from __future__ import annotations

import io
import unicodedata

import pytest
from PIL import Image
from support_prompts import STATIC, Offered, drawn, offered

OFFERED = offered()
SCRIPTS = ("LATIN", "CJK", "HIRAGANA", "DEVANAGARI", "BENGALI", "ARABIC")


def test_six_prompts_in_six_scripts() -> None:
    titles = [one.said.quoted[0] for one in OFFERED]
    for title, script in zip(titles, SCRIPTS, strict=True):
        assert any(unicodedata.name(letter, "").startswith(script) for letter in title), (title, script)


@pytest.mark.parametrize("one", OFFERED, ids=[one.lang for one in OFFERED])
def test_an_offered_prompt_is_drawn_without_a_but(one: Offered) -> None:
    picture, remarks = drawn(one)
    assert remarks == ()
    assert picture.remarks == (), "the text fits and can be read"
    assert one.said.quoted[0] in picture.alt
    assert one.said.options.ratio is not None
    with Image.open(io.BytesIO(picture.data)) as opened:
        assert opened.width * 3 == opened.height * 2
        assert len(opened.convert("RGB").resize((48, 72)).getcolors(3456) or ()) > 100, "a picture, not a plain sheet"


@pytest.mark.parametrize("one", OFFERED, ids=[one.lang for one in OFFERED])
def test_the_card_has_its_picture(one: Offered) -> None:
    with Image.open(STATIC / "prompts" / f"{one.lang}.webp") as card:
        assert card.size == (144, 216)
