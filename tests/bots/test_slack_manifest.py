"""The app's description for Slack: valid by Slack's own schema, whole, and the same in the file that is shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from emulators.slack_api import values

from bots.cli import main
from bots.slack import shortcuts
from bots.slack.manifest import EVENTS, SCOPES, SHORTCUTS, Profile, as_yaml, bot_scopes, manifest
from core.commands import COMMANDS

HOUSE = Path(__file__).parents[2]
SCHEMA = json.loads((HOUSE / "tests/schemas/slack/manifest.schema.2.0.0.json").read_text(encoding="utf-8"))
URL = "https://easel.example.org"
VARIANTS = [(profile, url) for profile in Profile for url in ("", URL)]


def valid(document: object) -> None:
    jsonschema.Draft7Validator(SCHEMA).validate(document)


@pytest.mark.parametrize(("profile", "url"), VARIANTS)
def test_it_is_valid_by_slacks_own_schema(profile, url):
    valid(manifest(profile, url))


def test_the_schema_would_notice():
    for path, wrong in (
        (("features", "slash_commands", 0, "description"), ""),
        (("features", "shortcuts", 0, "name"), "x" * 25),
        (("display_information", "long_description"), "short"),
        (("settings", "no_such_thing"), True),
    ):
        broken = manifest()
        place = broken
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = wrong
        with pytest.raises(jsonschema.ValidationError):
            valid(broken)


def test_every_command_is_in_it_and_nothing_else():
    commands = manifest()["features"]["slash_commands"]
    assert [each["command"] for each in commands] == [f"/{command.name}" for command in COMMANDS]
    assert [each["description"] for each in commands] == [command.summary for command in COMMANDS]
    escaped = [each["command"] for each in commands if each["should_escape"]]
    assert escaped == ["/usage", "/easel"], "whom an order is about is an id; what is to be drawn is as it was typed"
    assert "url" not in commands[0]
    assert manifest(url=URL)["features"]["slash_commands"][0]["url"] == f"{URL}/slack/events"
    assert commands[0]["usage_hint"] == "[prompt] --ar 16:9 --n 2"


def test_every_scope_has_its_reason_once():
    names = [scope.name for scope in SCOPES]
    assert len(set(names)) == len(names)
    assert all(len(scope.why) > 10 for scope in SCOPES)
    assert all(f"- {json.dumps(name) if ':' in name else name} #" in as_yaml() for name in names)


def test_the_minimal_profile_hears_no_messages_but_mentions():
    small = manifest(Profile.MINIMAL)
    assert small["settings"]["event_subscriptions"]["bot_events"] == [
        *("app_home_opened", "app_mention", "app_uninstalled", "tokens_revoked")
    ]
    scopes = small["oauth_config"]["scopes"]
    assert not any("history" in scope for scope in [*scopes["bot"], *scopes["bot_optional"]])
    assert small["features"]["app_home"]["messages_tab_read_only_enabled"] is True
    assert "agent_view" not in small["features"]
    assert "usergroups:read" not in scopes["bot_optional"]
    assert "usergroups:read" in manifest()["oauth_config"]["scopes"]["bot_optional"]


def test_socket_mode_needs_no_address_and_http_has_all_of_them():
    assert URL not in json.dumps(manifest())
    assert manifest()["settings"]["socket_mode_enabled"] is True
    http = manifest(url=URL)
    assert http["settings"]["socket_mode_enabled"] is False
    assert http["settings"]["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert http["settings"]["interactivity"]["request_url"] == f"{URL}/slack/events"
    assert http["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]


def test_the_fake_slack_grants_and_sends_what_it_asks_for():
    assert set(bot_scopes()) <= values.FULL_SCOPES
    assert set(EVENTS) <= set(values.FULL_EVENTS)


def test_the_shipped_file_is_this_one():
    shipped = (HOUSE / "deploy/slack-manifest.yaml").read_text(encoding="utf-8")
    assert shipped == as_yaml(), "write it anew: easel manifest slack > deploy/slack-manifest.yaml"


def read_yaml(text: str) -> object:
    """The plain YAML that is written: indented tables and lists, JSON for all that is not a plain word."""
    rows = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines()]
    rows = [(depth, line) for depth, line in rows if not line.startswith("#")]
    found, rest = _block(rows)
    assert not rest
    return found


def _block(rows):
    depth, first = rows[0]
    found = [] if first.startswith("- ") else {}
    while rows and rows[0][0] == depth:
        line = rows[0][1]
        if isinstance(found, list):
            assert line.startswith("- ")
            if re.match(r"- [a-z_]+: ", line):
                inner, rows = _block([(depth + 2, line[2:]), *rows[1:]])
                found.append(inner)
            else:
                found.append(_value(line[2:]))
                rows = rows[1:]
        else:
            name, _, value = line.partition(":")
            if value:
                found[name] = _value(value.strip())
                rows = rows[1:]
            else:
                found[name], rows = _block(rows[1:])
    return found, rows


def _value(text):
    if text[0] in '"[{0123456789' or text in ("true", "false"):
        value, end = json.JSONDecoder().raw_decode(text)
        assert not text[end:].strip() or text[end:].startswith(" #")
        return value
    return text.partition(" #")[0]


@pytest.mark.parametrize(("profile", "url"), VARIANTS)
def test_the_yaml_says_the_same(profile, url):
    assert read_yaml(as_yaml(profile, url)) == manifest(profile, url)


def test_easel_manifest_slack(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["manifest", "slack"])
    assert (said.exit_code, said.output) == (0, as_yaml())
    said = CliRunner().invoke(main, ["manifest", "slack", "--minimal", "--url", f"{URL}/", "--json"])
    assert json.loads(said.output) == manifest(Profile.MINIMAL, URL)
    assert CliRunner().invoke(main, ["manifest", "slack", "--url", "easel.example.org"]).exit_code == 2


def test_the_settings_address_is_taken_when_it_is_reached_over_http(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-1234567890-abcdef",
        "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99baac85a5",
        "EASEL_SLACK__PUBLIC_URL": URL,
    }
    said = CliRunner().invoke(main, ["manifest", "slack", "--json"], env=environ)
    assert json.loads(said.output) == manifest(url=URL)
    both = environ | {"SLACK_APP_TOKEN": "xapp-1-A0123-4567890-abcdef"}
    said = CliRunner().invoke(main, ["manifest", "slack", "--json"], env=both)
    assert json.loads(said.output)["settings"]["socket_mode_enabled"] is True


def test_the_shortcuts_are_those_that_are_handled():
    handled = [shortcuts.EDIT, shortcuts.REFERENCE, shortcuts.DETAILS]
    assert [callback for _, callback, _ in SHORTCUTS] == handled
