"""Pictures in a message on Discord, wherever they hide, and whatever somebody puts there instead."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.discord import limits
from bots.discord.pictures import Attached, find, images_of
from core.model import Size

CDN = "https://cdn.discordapp.com/attachments/7/8"
KEYS = st.sampled_from(
    [
        "attachments",
        "embeds",
        "components",
        "message_snapshots",
        "message",
        "url",
        "proxy_url",
        "image",
        "thumbnail",
        "type",
        "items",
        "media",
        "file",
        "accessory",
        "id",
        "channel_id",
        "width",
        "height",
        "filename",
        "content_type",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)


def attachment(number: int = 1, name: str = "fox.png", **more: Any) -> dict[str, Any]:
    return {
        "id": str(100 + number),
        "filename": name,
        "url": f"{CDN}/{name}?ex=66&is=65&hm=0{number}",
        "proxy_url": f"https://media.discordapp.net/attachments/7/8/{name}",
        "size": 10,
        "content_type": "image/png",
        "width": 640,
        "height": 480,
    } | more


def message(**more: Any) -> dict[str, Any]:
    return {"id": "8", "channel_id": "7", **more}


def media(name: str) -> dict[str, Any]:
    return {"url": f"{CDN}/{name}", "proxy_url": f"https://media.discordapp.net/{name}", "width": 10, "height": 20}


def names(payload: object) -> list[str]:
    return [ref.name for ref in images_of(payload)]


def test_an_attachment_is_a_picture_with_the_way_to_it() -> None:
    [ref] = images_of(message(attachments=[attachment()]))
    assert (ref.platform, ref.name, ref.size, ref.image) == ("discord", "fox.png", Size(640, 480), None)
    assert ref.token.startswith("a1:")
    assert Attached.read(ref.token) == Attached(
        f"{CDN}/fox.png?ex=66&is=65&hm=01", "https://media.discordapp.net/attachments/7/8/fox.png", 7, 8, 101
    )


@pytest.mark.parametrize(
    ("name", "kind", "taken"),
    [
        ("fox.png", "image/png", True),
        ("fox", "image/webp", True),
        ("photo.heic", "image/heic", True),  # the core says kindly what to do with it
        ("fox.JPG", None, True),
        ("photo.HEIC", "", True),
        ("story.txt", "text/plain; charset=utf-8", False),
        ("film.mp4", "video/mp4", False),
        ("fox.png", "video/mp4", False),
        ("data", None, False),
    ],
)
def test_what_is_no_picture_is_left(name: str, kind: str | None, taken: bool) -> None:
    payload = message(attachments=[attachment(name=name, content_type=kind)])
    assert names(payload) == ([name] if taken else [])


def test_pictures_keep_the_order_in_which_they_are_seen() -> None:
    attachments = [attachment(number, f"{number}.png") for number in range(1, 11)]
    assert names(message(attachments=attachments)) == [f"{number}.png" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("embed", "found"),
    [
        ({"type": "rich", "image": media("big.png"), "thumbnail": media("small.png")}, ["big.png"]),
        ({"type": "image", "thumbnail": media("small.png")}, ["small.png"]),
        ({"type": "video", "thumbnail": media("still.png")}, []),
        ({"type": "rich", "title": "Words"}, []),
        ({"image": {"url": "attachment://fox.png"}}, []),
    ],
)
def test_embeds_of_other_bots_are_read(embed: dict[str, Any], found: list[str]) -> None:
    assert names(message(embeds=[embed])) == found


def test_components_of_other_bots_are_read_however_deep() -> None:
    """Their messages have no attachments at all: discord-api-docs#8277."""
    payload = message(
        attachments=[],
        components=[
            {
                "type": 17,
                "components": [
                    {"type": 12, "items": [{"media": media("one.png")}, {"media": media("two.png")}]},
                    {"type": 9, "components": [{"type": 10}], "accessory": {"type": 11, "media": media("three.png")}},
                ],
            },
            {"type": 13, "file": media("four.png")},
            {"type": 13, "file": media("notes.txt")},
        ],
    )
    assert names(payload) == ["one.png", "two.png", "three.png", "four.png"]


def test_a_forward_has_its_pictures_in_its_snapshot() -> None:
    payload = message(message_snapshots=[{"message": {"attachments": [attachment()], "embeds": []}}])
    [ref] = images_of(payload)
    attached = Attached.read(ref.token)
    assert attached is not None
    assert (attached.channel, attached.message) == (7, 8)  # where a new address is to be had: the forward itself


def test_a_picture_that_is_shown_twice_is_one() -> None:
    shown = {"type": "rich", "image": {"url": f"{CDN}/fox.png", "width": 1, "height": 1}}
    assert names(message(attachments=[attachment()], embeds=[shown])) == ["fox.png"]


def test_no_more_than_a_select_can_offer() -> None:
    snapshots = [{"message": {"attachments": [attachment(n, f"{n}.png") for n in range(30)]}}]
    assert len(images_of(message(message_snapshots=snapshots))) == limits.CHOICES


def test_a_snapshot_within_a_snapshot_without_end_ends() -> None:
    endless: dict[str, Any] = {"attachments": [attachment()]}
    for _ in range(200):
        endless = {"message_snapshots": [{"message": endless}], "components": [{"type": 17, "components": []}]}
    assert images_of(message(**endless)) == ()


def test_a_name_is_shortened_and_cannot_hide_anything() -> None:
    [ref] = images_of(message(attachments=[attachment(name="a\u202e\n" + "b" * 300 + ".png")]))
    assert len(ref.name) <= 100
    assert ref.name.isprintable()


def test_a_picture_is_found_again_in_a_newer_copy_of_its_message() -> None:
    old = message(attachments=[attachment(1), attachment(2, "cat.png")])
    new = message(attachments=[attachment(1, url=f"{CDN}/fox.png?ex=99&hm=new"), attachment(2, "cat.png")])
    wanted = Attached.read(images_of(old)[0].token)
    assert wanted is not None
    found = find(new, wanted)
    assert found is not None
    assert found.url == f"{CDN}/fox.png?ex=99&hm=new"
    assert find(message(attachments=[attachment(2, "cat.png")]), wanted) is None


def test_a_picture_of_an_embed_is_found_again_by_its_path() -> None:
    old = message(embeds=[{"type": "rich", "image": {"url": f"{CDN}/fox.png?ex=1"}}])
    new = message(embeds=[{"type": "rich", "image": {"url": f"{CDN}/fox.png?ex=2"}}])
    wanted = Attached.read(images_of(old)[0].token)
    assert wanted is not None
    found = find(new, wanted)
    assert found is not None
    assert found.url.endswith("ex=2")


@given(JSON)
def test_no_payload_breaks_the_reader(payload: object) -> None:
    for ref in images_of(payload):
        assert Attached.read(ref.token) is not None


@pytest.mark.parametrize(
    "token",
    ["", "a1:", "a1:{}", "a1:[]", "a1:null", 'a1:{"u":7}', 'a1:{"u":"x","c":"7"}', 'a1:{"u":"x","m":true}',
     'a1:{"u":"x","p":null}', 'k1:{"u":"x"}', "a1:" + "[" * 5000],
)  # fmt: skip
def test_a_token_that_was_never_written_is_nothing(token: str) -> None:
    assert Attached.read(token) is None


def test_a_token_that_was_written_once_is_read_for_ever() -> None:
    assert Attached.read('a1:{"a":3,"c":1,"m":2,"p":"q","u":"x"}') == Attached("x", "q", 1, 2, 3)
    assert Attached("x").token() == 'a1:{"u":"x"}'
