"""`easel check` asks Slack once for each token, and says what is wrong with it."""

from __future__ import annotations

import pytest
from support_slack_api import no_proxies, slack_api  # noqa: F401

from bots.cli_check import report

BOT, APP = "Slack's bot token", "Slack's app token"


async def checked(fake, tmp_path, capsys, **said: str) -> tuple[bool, str]:
    environ = {
        "EASEL_DATA_DIR": str(tmp_path / "data"),
        "EASEL_WEB__PORT": "0",
        "EASEL_SLACK__API_BASE": fake.api_base,
        "SLACK_BOT_TOKEN": next(iter(fake.teams.values())).bot_token,
        **said,
    }
    well = await report(environ, tmp_path)
    return well, capsys.readouterr().out


async def test_right_tokens_are_well(slack_api, tmp_path, capsys):  # noqa: F811
    slack_api.workspace()
    well, said = await checked(slack_api, tmp_path, capsys, SLACK_APP_TOKEN=slack_api.app_token)
    assert well, said
    assert f"ok  {BOT}\n" in said
    assert f"ok  {APP}\n" in said
    assert not slack_api.sockets.opened, "it asked, and did not connect"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-CANARYCANARY"}, f"no  {BOT}: Slack does not take the bot's token (invalid_auth)"),
        (
            {"SLACK_APP_TOKEN": "xapp-CANARYCANARY"},
            f"no  {APP}: Slack does not take the app's own token (invalid_auth)",
        ),
        ({"EASEL_SLACK__API_BASE": "http://127.0.0.1:1/api/"}, f"no  {BOT}: Slack cannot be reached"),
    ],
)
async def test_wrong_ones_are_said(slack_api, tmp_path, capsys, wrong, sentence):  # noqa: F811
    slack_api.workspace()
    well, said = await checked(slack_api, tmp_path, capsys, **{"SLACK_APP_TOKEN": slack_api.app_token, **wrong})
    assert not well
    assert sentence in said
    assert "CANARY" not in said


async def test_a_page_instead_of_an_answer_is_slack_away(slack_api, tmp_path, capsys):  # noqa: F811
    slack_api.workspace()
    slack_api.fault("auth.test", status=503)
    slack_api.fault("apps.connections.open", status=502)
    well, said = await checked(slack_api, tmp_path, capsys, SLACK_APP_TOKEN=slack_api.app_token)
    assert not well
    assert f"no  {BOT}: Slack cannot be reached (http_503)" in said
    assert f"no  {APP}: Slack cannot be reached (http_502)" in said


async def test_over_http_there_is_no_app_token_to_ask_for(slack_api, tmp_path, capsys):  # noqa: F811
    slack_api.workspace()
    http = {"SLACK_SIGNING_SECRET": slack_api.signing_secret, "EASEL_SLACK__PUBLIC_URL": "https://easel.example.org"}
    well, said = await checked(slack_api, tmp_path, capsys, **http)
    assert well, said
    assert APP not in said
