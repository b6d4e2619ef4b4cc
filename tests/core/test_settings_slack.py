"""`[slack]`: which tokens, keys and addresses are taken, what goes together, and what is said of the rest."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadSettings
from core.settings import describe, load, secrets_of
from core.settings_slack import API, FILE_HOSTS, SlackSettings

NOWHERE = Path("/nowhere")
BOT = "xoxb-1234567890-1234567890-CANARYCANARYCANARY"
APP = "xapp-1-A0123456789-1234567890-cafecafecafecafe"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
KEY = base64.b64encode(bytes(range(32))).decode()
SOCKET = {"bot_token": BOT, "app_token": APP}
HTTP = {"bot_token": BOT, "signing_secret": SIGNING, "public_url": "https://easel.example.org"}
MANY = {
    "client_id": "123.456",
    "client_secret": "CANARY" * 4,
    "signing_secret": SIGNING,
    "public_url": "https://easel.example.org",
    "encryption_keys": KEY,
}


def read(**said: str) -> SlackSettings:
    return load({f"EASEL_SLACK__{name.upper()}": value for name, value in said.items()}, NOWHERE).slack


def problem(**said: str) -> str:
    with pytest.raises(BadSettings) as caught:
        read(**said)
    assert "CANARY" not in caught.value.sentence
    return caught.value.sentence


def test_without_anything_there_is_no_slack():
    assert not read().is_on
    assert not read(bot_token="", app_token="", signing_secret="").is_on
    assert not load({"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "123.456"}, NOWHERE).slack.is_on


def test_the_three_ways():
    socket, http, many = read(**SOCKET), read(**HTTP), read(**MANY)
    assert [each.is_on for each in (socket, http, many)] == [True] * 3
    assert [each.mode for each in (socket, http, many)] == ["socket", "http", "http"]
    assert [each.installs for each in (socket, http, many)] == [False, False, True]
    assert read(**SOCKET, signing_secret=SIGNING).mode == "socket", "whoever gave an app token needs no public address"
    assert read(**MANY, app_token=APP).mode == "socket", "many workspaces, heard over connections"


def test_the_usual_variables_are_read_and_our_own_win():
    usual = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_SIGNING_SECRET": SIGNING}
    said = load(usual, NOWHERE)
    assert said.slack.is_on
    assert ("slack.bot_token", "(secret)", "SLACK_BOT_TOKEN") in describe(said)
    other = BOT.replace("1", "2")
    both = load({**usual, "EASEL_SLACK__BOT_TOKEN": other}, NOWHERE)
    assert both.slack.bot_token is not None
    assert both.slack.bot_token.get_secret_value() == other


def test_the_usual_client_id_makes_it_no_app_for_many_workspaces():
    usual = {"SLACK_CLIENT_ID": "123.456", "SLACK_CLIENT_SECRET": SIGNING}
    said = load({**usual, "SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}, NOWHERE).slack
    assert said.is_on
    assert not said.installs


def test_secrets_are_secrets(tmp_path):
    (tmp_path / "token").write_text(BOT + "\n")
    said = load({"EASEL_SLACK__BOT_TOKEN_FILE": str(tmp_path / "token"), "SLACK_APP_TOKEN": APP}, NOWHERE)
    assert {BOT, APP} == {secret.get_secret_value() for secret in secrets_of(said)}
    many = load({f"EASEL_SLACK__{name.upper()}": value for name, value in MANY.items()}, NOWHERE)
    assert len(secrets_of(many)) == 3
    assert "CANARY" not in repr(many)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({**SOCKET, "bot_token": "xoxp-CANARY-CANARY"}, "is a person's token"),
        ({**SOCKET, "bot_token": APP}, "is the app's own token"),
        ({**SOCKET, "bot_token": "xoxe.xoxb-1-CANARYCANARY"}, "ends within hours"),
        ({**SOCKET, "bot_token": "CANARYCANARYCANARY"}, "begins with xoxb-"),
        ({**SOCKET, "bot_token": "xoxb-CANARY CANARY CANARY"}, "begins with xoxb-"),
        ({**SOCKET, "app_token": BOT}, "connections:write"),
        ({**SOCKET, "app_token": "CANARYCANARYCANARY"}, "begins with xapp-"),
        ({**HTTP, "signing_secret": "CANARY"}, "Basic Information"),
        ({**HTTP, "signing_secret": BOT}, "Basic Information"),
        ({**MANY, "client_id": "123\n456"}, "the client id"),
        ({**MANY, "encryption_keys": "CANARY"}, "openssl rand -base64 32"),
        ({**MANY, "encryption_keys": f"{KEY},{KEY[:-8]}"}, "openssl rand -base64 32"),
        ({**SOCKET, "sockets": "11"}, "from 1 to 10"),
        ({**SOCKET, "file_hosts": "https://files.slack.com"}, "host names"),
        ({**SOCKET, "threads": "perhaps"}, "true or false"),
    ],
)
def test_what_cannot_be_used_is_said_without_repeating_it(said, sentence):
    assert sentence in problem(**said)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"bot_token": BOT}, "set SLACK_APP_TOKEN"),
        ({"app_token": APP}, "set SLACK_BOT_TOKEN"),
        ({"signing_secret": SIGNING}, "set SLACK_BOT_TOKEN"),
        ({"client_secret": SIGNING}, "EASEL_SLACK__CLIENT_ID is not"),
        ({**SOCKET, "client_secret": SIGNING}, "EASEL_SLACK__CLIENT_ID is not"),
        ({**HTTP, "public_url": ""}, "EASEL_SLACK__PUBLIC_URL is not set"),
        ({**MANY, "public_url": "", "app_token": APP}, "EASEL_SLACK__PUBLIC_URL is not set"),
        ({**MANY, "bot_token": BOT}, "keep one of them"),
        ({**MANY, "client_secret": ""}, "EASEL_SLACK__CLIENT_SECRET is not"),
        ({**MANY, "encryption_keys": ""}, "kept encrypted only"),
        ({**MANY, "signing_secret": ""}, "cannot reach Easel"),
    ],
)
def test_what_does_not_go_together(said, sentence):
    assert sentence in problem(**said)


def test_keys_are_taken_in_both_alphabets_and_written_in_fernets():
    raw = b"\xfb\xff" * 16
    usual, ours = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()
    assert usual != ours
    assert read(**{**MANY, "encryption_keys": f" {usual} , {KEY},"}).keys == (ours, KEY)
    assert read(**{**MANY, "encryption_keys": ours}).keys == (ours,)


@given(st.binary(min_size=32, max_size=32))
@settings(max_examples=30, derandomize=True)
def test_any_32_bytes_are_a_key(raw):
    said = SlackSettings.model_validate({"encryption_keys": base64.b64encode(raw).decode()})
    assert base64.urlsafe_b64decode(said.keys[0]) == raw


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("api_base", "https://slack-gov.com/api/", "ftp://slack.com/api"),
        ("api_base", "http://127.0.0.1:8080/api/", "http://slack-proxy:8080/api"),
        ("api_base", "http://[::1]:8080/api/", "http://10.0.0.7/api"),
        ("api_base", "http://localhost:8080/api/", "https://CANARY:CANARY@slack.com/api"),
        ("public_url", "https://easel.example.org", "http://easel.example.org"),
        ("public_url", "https://easel.example.org:8443", "https://easel.example.org/path"),
        ("public_url", "http://127.0.0.1:8420", "easel.example.org"),
    ],
)
def test_addresses(name, good, bad):
    assert getattr(read(**{**HTTP, name: good}), name) == good
    assert getattr(read(**{**HTTP, name: good.rstrip("/") + "/"}), name) == good
    assert f"EASEL_SLACK__{name.upper()}" in problem(**{**HTTP, name: bad})


def test_slacks_own_addresses():
    said = read()
    assert (said.api_base, said.file_hosts) == (API, FILE_HOSTS)
    assert said.authorize_url == "https://slack.com/oauth/v2/authorize"
    assert read(api_base="https://slack-gov.com/api").authorize_url == "https://slack-gov.com/oauth/v2/authorize"
    assert read(file_hosts="Files.example, 127.0.0.1:8080,files.example").file_hosts == (
        "files.example",
        "127.0.0.1:8080",
    )
