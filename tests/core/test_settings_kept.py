"""Secrets that the settings page keeps: below everything else, and shown to nobody they were not tried with."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from core import settings_kept
from core.errors import BadSettings
from core.settings import describe, load
from core.settings_openai import PUBLIC_URL

TOKEN = "MTA5NTExMDAwMDAwMDAwMDAwMA.Gabcde.abcdefghijklmnopqrstuvwxyz0123"
KEY = "sk-kept-0123456789"


def keep(folder: Path, **said: str) -> None:
    folder.mkdir(exist_ok=True)
    settings_kept.write(folder, {name.replace("__", "."): value for name, value in said.items()})


def test_what_is_kept_counts_when_nothing_else_is_said(tmp_path: Path) -> None:
    keep(tmp_path / "data", discord__token=TOKEN, openai__api_key=KEY, openai__base_url=PUBLIC_URL)
    settings = load({}, tmp_path)
    assert settings.discord.token is not None
    assert settings.discord.token.get_secret_value() == TOKEN
    assert settings.origin(("discord", "token")) == settings_kept.FILE
    assert settings.provider == "openai"
    assert TOKEN not in str(describe(settings))
    assert KEY not in str(describe(settings))


@pytest.mark.parametrize(
    "elsewhere",
    [{"EASEL_DISCORD__TOKEN": TOKEN.replace("M", "N")}, {"DISCORD_TOKEN": TOKEN.replace("M", "N")}],
)
def test_the_environment_wins(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    keep(tmp_path / "data", discord__token=TOKEN)
    settings = load(elsewhere, tmp_path)
    assert settings.discord.token is not None
    assert settings.discord.token.get_secret_value() != TOKEN


def test_the_file_wins_and_says_where_the_data_folder_is(tmp_path: Path) -> None:
    keep(tmp_path / "elsewhere", discord__token=TOKEN, slack__bot_token="xoxb-kept-0123456789", slack__app_token="x")
    (tmp_path / "easel.toml").write_text(
        'data_dir = "elsewhere"\n[slack]\nbot_token = "xoxb-file-0123456789"\napp_token = "xapp-file-0123456789"\n'
    )
    settings = load({}, tmp_path)
    assert settings.origin(("discord", "token")) == settings_kept.FILE
    assert settings.origin(("slack", "bot_token")) == "easel.toml"
    assert settings.slack.bot_token is not None
    assert settings.slack.bot_token.get_secret_value() == "xoxb-file-0123456789"


def test_a_key_is_shown_to_the_server_that_it_was_tried_with_and_to_no_other(tmp_path: Path) -> None:
    keep(tmp_path / "data", openai__api_key=KEY, openai__base_url="https://images.example.org/v1")
    same = load({"EASEL_OPENAI__BASE_URL": "https://images.example.org/v1/"}, tmp_path)
    assert same.openai.api_key is not None
    other = load({"EASEL_OPENAI__BASE_URL": "https://elsewhere.example.org/v1"}, tmp_path)
    assert other.openai.api_key is None
    assert load({}, tmp_path).provider == "illustrator", "OpenAI itself does not see it either"


def test_to_try_something_else_is_kept_nowhere(tmp_path: Path) -> None:
    keep(tmp_path / "data", discord__token=TOKEN)
    assert load({}, tmp_path, {}).discord.token is None
    with pytest.raises(BadSettings, match=r"connections\.json: discord\.token"):
        load({}, tmp_path, {"discord.token": "not a token"})
    assert load({}, tmp_path).discord.token is not None


@pytest.mark.parametrize("said", [b"{", b"\xff", b"[]", b'{"web.token": "x"}', b'{"discord.token": 1}'])
def test_a_file_that_nobody_can_read_is_told_of(tmp_path: Path, said: bytes) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / settings_kept.FILE).write_bytes(said)
    with pytest.raises(BadSettings, match=r"connections\.json in the data folder cannot be read"):
        load({}, tmp_path)


def test_nobody_else_can_read_the_file_and_it_is_replaced_whole(tmp_path: Path) -> None:
    settings_kept.write(tmp_path, {"discord.token": TOKEN})
    (tmp_path / f"{settings_kept.FILE}.new").write_text("left over")
    settings_kept.write(tmp_path, {"openai.api_key": KEY})
    file = tmp_path / settings_kept.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == {"openai.api_key": KEY}
    assert [each.name for each in tmp_path.iterdir()] == [settings_kept.FILE]
