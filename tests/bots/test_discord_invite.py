"""`easel invite discord`: the link, what it asks for, and why."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from click.testing import CliRunner, Result

from bots.cli import main
from bots.discord.invite import PERMISSIONS, permission_bits, person_link, server_link, told

APPLICATION = 123456789012345678
TOKEN = base64.b64encode(str(APPLICATION).encode()).decode().rstrip("=") + ".CANARY." + "CANARY" * 6
HOUSE = Path(__file__).parent.parent.parent


@pytest.fixture
def easel(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)

    def run(*arguments: str, **environ: str) -> Result:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(main, arguments)

    return run


def test_the_link_asks_for_what_easel_does_and_for_nothing_else():
    asked = discord.Permissions(permission_bits())
    assert {name for name, granted in asked if granted} == {
        "read_messages",
        "send_messages",
        "send_messages_in_threads",
        "create_public_threads",
        "attach_files",
        "read_message_history",
    }
    assert all(why for _, _, why in PERMISSIONS)


def test_the_links():
    link = urlsplit(server_link(APPLICATION))
    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    said = parse_qs(link.query)
    assert said["client_id"] == [str(APPLICATION)]
    assert said["scope"] == ["bot applications.commands"]
    assert said["permissions"] == [str(permission_bits())]
    assert parse_qs(urlsplit(person_link(APPLICATION)).query) == {
        "client_id": [str(APPLICATION)],
        "scope": ["applications.commands"],
        "integration_type": ["1"],
    }


def test_each_permission_is_explained():
    text = told(APPLICATION)
    for _, name, why in PERMISSIONS:
        assert re.search(rf"{re.escape(name)} +{re.escape(why)}", text)
    assert "Message Content Intent" in text
    assert f"https://discord.com/developers/applications/{APPLICATION}/bot" in text


def test_the_command_needs_a_token_and_no_network_and_shows_no_secret(easel):
    answer = easel("invite", "discord", DISCORD_TOKEN=TOKEN)
    assert answer.exit_code == 0, answer.output
    assert server_link(APPLICATION) in answer.output
    assert "CANARY" not in answer.output


def test_without_a_token_it_says_what_to_do(easel):
    answer = easel("invite", "discord")
    assert answer.exit_code == 2
    assert "DISCORD_TOKEN" in answer.output
    assert "oauth2" not in answer.output


def test_an_unknown_platform(easel):
    assert easel("invite", "irc", DISCORD_TOKEN=TOKEN).exit_code == 2


def test_neither_the_link_nor_a_start_without_a_token_loads_the_library():
    """It takes longer to import than all the rest."""
    program = "import sys, bots.discord.invite, bots.run, bots.cli, bots.platforms; print('discord' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "False"
