"""`[discord]`: which tokens, addresses and shards are taken, and what is said of the others."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadSettings
from core.settings import describe, load, secrets_of
from core.settings_discord import FILE_HOSTS, DiscordSettings, application_of

NOWHERE = Path("/nowhere")
SECOND = "GCANAR"
THIRD = "CANARY" * 6


def token(application: int = 123456789012345678) -> str:
    first = base64.urlsafe_b64encode(str(application).encode()).decode().rstrip("=")
    return f"{first}.{SECOND}.{THIRD}"


def read(**said: str) -> DiscordSettings:
    return load({f"EASEL_DISCORD__{name.upper()}": value for name, value in said.items()}, NOWHERE).discord


def problem(**said: str) -> str:
    with pytest.raises(BadSettings) as caught:
        read(**said)
    return caught.value.sentence


def test_without_a_token_there_is_no_discord():
    assert read().token is None
    assert read().application is None
    assert read(token="").token is None
    assert load({"DISCORD_TOKEN": ""}, NOWHERE).discord.token is None


def test_the_usual_variable_is_read_and_our_own_wins():
    usual, own = token(111111111111111111), token(222222222222222222)
    assert load({"DISCORD_TOKEN": usual}, NOWHERE).discord.application == 111111111111111111
    both = load({"DISCORD_TOKEN": usual, "EASEL_DISCORD__TOKEN": own}, NOWHERE)
    assert both.discord.application == 222222222222222222
    assert ("discord.token", "(secret)", "EASEL_DISCORD__TOKEN") in describe(both)


def test_a_token_from_a_file(tmp_path):
    (tmp_path / "token").write_text(token() + "\n")
    said = load({"EASEL_DISCORD__TOKEN_FILE": str(tmp_path / "token")}, NOWHERE)
    assert said.discord.application == 123456789012345678
    assert [secret.get_secret_value() for secret in secrets_of(said)] == [token()]


@given(st.integers(10**16, 2**63))
@settings(max_examples=50)
def test_a_token_begins_with_its_application(application):
    assert application_of(token(application)) == application


@pytest.mark.parametrize(
    "said",
    [
        "CANARY",
        "123456789012345678",
        token() + ".CANARY",
        f"{SECOND}CANARYCANARY.{SECOND}.{THIRD}",  # three parts, and no id in the first
        token().replace(".", ":"),
        "e3e3e3CANARYe3e3e3e3e3e3e3e3e3e3",  # a client secret
        base64.b64encode(b"not a number at all").decode() + f".{SECOND}.{THIRD}",
        base64.b64encode("١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨".encode()).decode().rstrip("=") + f".{SECOND}.{THIRD}",
    ],
)
def test_what_is_no_token_is_said_without_repeating_it(said):
    sentence = problem(token=said)
    assert "EASEL_DISCORD__TOKEN is not a bot's token" in sentence
    assert "under Bot" in sentence
    assert "CANAR" not in sentence
    assert said not in sentence


def test_the_word_bot_is_not_part_of_it():
    assert "without" in problem(token=f"Bot {token()}")


def test_shards_are_numbers_and_ranges():
    said = read(shard_ids="4-6, 0,5", shard_count="8")
    assert (said.shard_ids, said.shard_count, said.is_first) == ((0, 4, 5, 6), 8, True)
    assert not read(shard_ids="4-6", shard_count="8").is_first
    assert read().is_first


def test_shards_in_the_file(tmp_path):
    (tmp_path / "easel.toml").write_text('[discord]\nshard_ids = [1, "2-3"]\nshard_count = 4\n')
    assert load({}, tmp_path).discord.shard_ids == (1, 2, 3)


@pytest.mark.parametrize("said", ["x", "3-1", "-1", "1.5", "1-", "0-100000", "99999999999", "٣"])
def test_what_is_no_shard(said):
    assert "shards" not in problem(shard_ids=said, shard_count="9").replace("discord.shard_count", "")
    assert "EASEL_DISCORD__SHARD_IDS" in problem(shard_ids=said, shard_count="9")


def test_shards_are_of_a_known_whole():
    assert "EASEL_DISCORD__SHARD_COUNT is not" in problem(shard_ids="0-1")
    assert "from 0 to 3" in problem(shard_ids="2-4", shard_count="4")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("api_base", "https://discord.example/api/v10", "wss://discord.example"),
        ("api_base", "http://127.0.0.1:8080/api/v10", "http://discord.example/api/v10"),
        ("api_base", "http://nirn:8080/api/v10", "https://CANARY:CANARY@discord.example"),
        ("gateway_url", "wss://gateway.example", "https://gateway.example"),
        ("gateway_url", "ws://localhost:7878/gateway", "ws://gateway.example"),
        ("gateway_url", "ws://10.0.0.7:7878", "ws://10.0.0.7:0"),
    ],
)
def test_addresses(name, good, bad):
    assert getattr(read(**{name: good + "/"}), name) == good
    sentence = problem(**{name: bad})
    assert f"EASEL_DISCORD__{name.upper()}" in sentence
    assert "CANARY" not in sentence


def test_hosts_of_files():
    assert read().file_hosts == FILE_HOSTS
    assert all(host.endswith((".discordapp.com", ".discordapp.net")) for host in FILE_HOSTS)
    assert read(file_hosts="CDN.example, 127.0.0.1:8080,cdn.example").file_hosts == ("cdn.example", "127.0.0.1:8080")
    assert "host names" in problem(file_hosts="https://cdn.example")


def test_yes_and_no():
    assert read(message_content="no").message_content is False
    assert read(post_price="yes").post_price is True
    assert "true or false" in problem(spoiler="perhaps")
