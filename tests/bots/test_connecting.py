"""Connecting from the settings page: what is tried, what is kept, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from emulators.image_api.server import FakeImageApi
from pydantic import SecretStr
from support_discord_api import discord_api  # noqa: F401
from support_image_api import image_api  # noqa: F401
from support_store import HandClock

from bots.connecting import TRIES_MAX, Connections, NotGiven, TooManyTries
from bots.web.admin.connecting import Part, Tone
from core import settings_kept
from core.errors import OperatorError
from core.settings import load

TOKEN = "MTA5NTExMDAwMDAwMDAwMDAwMA.Gabcde.abcdefghijklmnopqrstuvwxyz0123"


def connections(folder: Path, clock: HandClock | None = None, **environ: str) -> Connections:
    """Of an Easel that was just started there."""
    (folder / "data").mkdir(exist_ok=True)
    return Connections(environ, folder, load(environ, folder), lambda: None, clock or HandClock())


def of_api(api: FakeImageApi) -> dict[str, str]:
    return {"EASEL_OPENAI__BASE_URL": api.base_url, "EASEL_OPENAI__SERVER": "openai", "EASEL_PROVIDER": "auto"}


async def test_a_key_is_tried_without_paying_and_kept_for_its_server(
    tmp_path: Path,
    image_api: FakeImageApi,  # noqa: F811
) -> None:
    it = connections(tmp_path, **of_api(image_api))
    lines = await it.give(Part.KEY, [SecretStr(image_api.key)])
    assert {line.tone for line in lines} <= {Tone.GOOD, Tone.NOTE}
    assert lines[0].name == "Key"
    assert [each.status for each in image_api.requests if "/images" in each.path] == [400], "nothing was drawn"
    assert settings_kept.read(tmp_path / "data") == {
        "openai.api_key": image_api.key,
        "openai.base_url": load(of_api(image_api), tmp_path).openai.base_url,
    }
    (state,) = [each for each in it.states() if each.part is Part.KEY]
    assert (state.here, state.waiting) == (True, True)
    await it.forget(Part.KEY)
    assert "openai.api_key" not in settings_kept.read(tmp_path / "data")


async def test_a_key_that_is_refused_is_not_kept(tmp_path: Path, image_api: FakeImageApi) -> None:  # noqa: F811
    it = connections(tmp_path, **of_api(image_api))
    with pytest.raises(OperatorError) as refused:
        await it.give(Part.KEY, [SecretStr("sk-wrong-0123456789")])
    assert "sk-wrong" not in refused.value.sentence
    assert settings_kept.read(tmp_path / "data") == {}


@pytest.mark.parametrize(
    ("part", "secrets", "said"),
    [
        (Part.DISCORD, ["nonsense"], "is not a bot's token"),
        (Part.DISCORD, [f"Bot {TOKEN}"], 'without "Bot" before it'),
        (Part.DISCORD, [""], "Something is missing."),
        (Part.SLACK, ["xoxb-0123456789"], "Something is missing."),
        (Part.SLACK, ["xoxp-0123456789", "xapp-0123456789"], "is a person's token"),
        (Part.KEY, ["kéy"], "must be a key as the server gave it"),
    ],
)
async def test_what_cannot_be_one_is_asked_of_nobody(tmp_path: Path, part: Part, secrets: list[str], said: str) -> None:
    it = connections(tmp_path)
    with pytest.raises(NotGiven) as refused:
        await it.give(part, [SecretStr(secret) for secret in secrets])
    assert said in refused.value.sentence
    assert settings_kept.FILE not in refused.value.sentence
    assert settings_kept.read(tmp_path / "data") == {}


async def test_what_is_set_elsewhere_is_changed_there(tmp_path: Path) -> None:
    it = connections(tmp_path, DISCORD_TOKEN=TOKEN)
    (state,) = [each for each in it.states() if each.part is Part.DISCORD]
    assert state.origin == "DISCORD_TOKEN"
    assert "client_id=" in state.invitation
    for asking in (it.give(Part.DISCORD, [SecretStr(TOKEN)]), it.forget(Part.DISCORD)):
        with pytest.raises(NotGiven, match="set by DISCORD_TOKEN"):
            await asking


async def test_there_are_not_many_tries_in_a_minute(tmp_path: Path) -> None:
    clock = HandClock()
    it = connections(tmp_path, clock)
    for _ in range(TRIES_MAX):
        with pytest.raises(NotGiven):
            await it.give(Part.DISCORD, [SecretStr("nonsense")])
    with pytest.raises(TooManyTries, match="Wait a minute"):
        await it.give(Part.DISCORD, [SecretStr("nonsense")])
    clock.advance(61_000_000)
    with pytest.raises(NotGiven):
        await it.give(Part.DISCORD, [SecretStr("nonsense")])


async def test_nothing_of_a_secret_is_in_what_is_shown(tmp_path: Path) -> None:
    it = connections(tmp_path, DISCORD_TOKEN=TOKEN, OPENAI_API_KEY="sk-canary-0123456789")
    shown = f"{it.settings()} {it.states()}"
    assert TOKEN not in shown
    assert "canary" not in shown
    assert "(secret)" in shown
