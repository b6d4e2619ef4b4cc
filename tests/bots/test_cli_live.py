"""`easel check --live`: what is printed, what it may cost, and how it ends."""

import asyncio
import os
import pty
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi

from bots.cli import Exit, main
from bots.cli_live import LEGEND, NOTHING_PAID, check_live
from core.settings import load

HOUSE = Path(__file__).parent.parent.parent
MODELS = {"sd-server": "sd-cpp-local", "localai": "stablediffusion", "vllm-omni": "Qwen/Qwen-Image"}


@asynccontextmanager
async def _server(*faults, persona="openai"):
    api = await FakeImageApi.start(persona=persona)
    api.fault(*faults)
    try:
        yield api
    finally:
        await api.aclose()


def _environment(api, server="", **more):
    said = {
        "EASEL_OPENAI__API_KEY": api.key,
        "EASEL_OPENAI__BASE_URL": api.base_url,
        "EASEL_OPENAI__SERVER": server or api.persona.name,
        "EASEL_OPENAI__MODEL": MODELS.get(api.persona.name, "gpt-image-2"),
        "EASEL_OPENAI__THINKING_MODEL": "off",
        "EASEL_WEB__PORT": "0",
    }
    return {**said, **more}


async def _checked(api, folder, *, yes=False, server="", **more):
    """What a pipe gets, and the exit code. The server answers from this loop, the check runs in a thread of its own."""
    settings = load(_environment(api, server, **more), folder)

    @click.command()
    def command():
        sys.exit(check_live(settings, yes=yes))

    run = await asyncio.to_thread(CliRunner(catch_exceptions=False).invoke, command)
    return run.output, Exit(run.exit_code)


def _drawings(api):
    """Requests that were answered with a picture."""
    return [one for one in api.requests if "/images" in one.path and one.method == "POST" and one.status == 200]


@pytest.mark.parametrize("persona", ["openai", "litellm"])
async def test_without_a_terminal_and_without_yes_nothing_is_paid_for(tmp_path, persona):
    async with _server(persona=persona) as api:
        said, ended = await _checked(api, tmp_path)
    assert (ended, _drawings(api)) == (Exit.OK, [])
    assert len(api.requests) <= 15
    assert NOTHING_PAID in said
    assert LEGEND in said
    assert said.count("  an option that nobody has: ") == 1  # each question on a line of its own
    assert f"{len(api.requests)} requests were made." in said
    assert "as far as can be seen" in said
    assert api.key not in said
    assert "\x1b" not in said


@pytest.mark.parametrize("persona", ["openai", "litellm", "sd-server", "localai", "vllm-omni"])
async def test_with_yes_one_picture_is_drawn_and_told(tmp_path, persona):
    async with _server(persona=persona) as api:
        said, ended = await _checked(api, tmp_path, yes=True)
    assert (ended, len(_drawings(api))) == (Exit.OK, 1)
    assert "It can draw." in said
    assert "content credentials: none" in said
    assert ("costs $0.0064 at most" in said) == (persona in ("openai", "litellm"))


async def test_whoever_bills_by_the_picture_is_asked_for_none_without_yes(tmp_path):
    """It might draw one of any size: nothing relies on its refusing one."""
    async with _server(persona="openrouter") as api:
        said, ended = await _checked(api, tmp_path, EASEL_OPENAI__MODEL="openai/gpt-image-2")
    assert (ended, api.posts) == (Exit.REFUSED, 0)
    assert "not asked for, since OpenRouter might draw and bill them" in said
    assert "not known without drawing" in said


async def test_openai_as_it_is_assumed_to_be_has_no_difference(tmp_path):
    async with _server() as api:
        said, _ = await _checked(api, tmp_path, yes=True)
    assert "differs" not in said
    assert "[openai]" not in said
    assert "with 1 unfinished picture" in said
    assert "by its own usage, within the estimate" in said


async def test_what_to_write_into_the_settings_is_printed_and_helps(tmp_path):
    async with _server() as api:
        said, _ = await _checked(api, tmp_path, server="generic")
        assert "differs  safety_identifier: taken (assumed: not taken)" in said
        assert '    [openai]\n    server = "openai"\n' in said
        again, _ = await _checked(api, tmp_path, server="openai")
    assert "differs" not in again


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault.BAD_KEY, "OpenAI does not let Easel in. The key has to be looked at."),
        (Fault.UNVERIFIED, "The organization has to be verified there."),
        (Fault.BILLING_LIMIT, "the spending limit there is reached"),
        (Fault.HTML_200, "The address has to be looked at."),
    ],
)
async def test_what_does_not_draw_is_said_and_costs_nothing_even_with_yes(tmp_path, fault, says):
    async with _server(fault) as api:
        said, ended = await _checked(api, tmp_path, yes=True)
    assert (ended, api.posts) == (Exit.REFUSED, 1)
    assert says in said.split("It does not draw: ")[1]
    assert "administrator" not in said
    assert max(map(len, said.splitlines())) < 400


async def test_a_lost_answer_is_no_verdict_and_yes_finds_out(tmp_path):
    async with _server(Fault.DROP) as api:
        said, ended = await _checked(api, tmp_path)
    assert (ended, api.posts) == (Exit.REFUSED, 1)
    assert "not known without drawing" in said
    async with _server(Fault.DROP) as api:
        said, ended = await _checked(api, tmp_path, yes=True)
    assert (ended, api.posts, len(_drawings(api))) == (Exit.OK, 2, 1)


async def test_a_lost_picture_is_not_asked_for_again(tmp_path):
    async with _server(*([Fault.PASS] * 12), Fault.DROP) as api:
        said, ended = await _checked(api, tmp_path, yes=True)
    assert (ended, api.posts, _drawings(api)) == (Exit.REFUSED, 13, [])
    assert "It may be billed." in said


async def test_a_wrong_key_is_two_questions_and_never_shown(tmp_path):
    async with _server() as api:
        canary = "sk-canary0123456789abcdefCANARY"
        said, ended = await _checked(api, tmp_path, yes=True, EASEL_OPENAI__API_KEY=canary)
    assert (ended, len(api.requests), api.posts) == (Exit.REFUSED, 2, 1)
    assert "CANARY" not in said
    assert "canary" not in said


async def test_nobody_there_is_said(tmp_path):
    async with _server() as api:
        environment = _environment(api)
    settings = load(environment, tmp_path)
    run = await asyncio.to_thread(CliRunner().invoke, click.command(lambda: sys.exit(check_live(settings, yes=True))))
    assert run.exit_code == Exit.REFUSED
    assert "It does not draw: OpenAI cannot be reached" in run.output


async def test_the_illustrator_is_not_asked(tmp_path):
    settings = load({}, tmp_path)
    run = await asyncio.to_thread(CliRunner().invoke, click.command(lambda: sys.exit(check_live(settings, yes=True))))
    assert run.exit_code == Exit.OK
    assert "nothing was asked" in run.output


def test_yes_goes_with_live_only():
    run = CliRunner().invoke(main, ["check", "--yes"])
    assert run.exit_code == Exit.SETTINGS
    assert "--live" in run.output


# --- the command itself, in a process of its own -------------------------------------------------------------------


async def _easel(api, folder, *arguments, **pipes):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EASEL_", "OPENAI_"))}
    environment = {**kept, **_environment(api), "PYTHONPATH": str(HOUSE), "TERM": "xterm", "COLUMNS": "100"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bots", "check", *arguments, cwd=folder, env=environment, **pipes
    )


async def test_without_live_nothing_is_sent(tmp_path):
    async with _server() as api:
        run = await _easel(api, tmp_path, stdout=asyncio.subprocess.PIPE)
        said, _ = await run.communicate()
    assert (run.returncode, api.requests) == (Exit.OK, [])
    assert b"openai.api_key" in said


@pytest.mark.parametrize(("answer", "drawn"), [(b"y\n", 1), (b"\n", 0)])
async def test_on_a_terminal_the_one_picture_is_asked_for_once(tmp_path, answer, drawn):
    """The default answer is no."""
    leader, follower = pty.openpty()
    async with _server() as api:
        run = await _easel(api, tmp_path, "--live", stdin=follower, stdout=follower, stderr=follower)
        os.close(follower)
        shown = await asyncio.to_thread(_talked, leader, answer)
        ended = await run.wait()
    os.close(leader)
    assert (ended, len(_drawings(api))) == (Exit.OK, drawn)
    assert shown.count("Draw it? [y/N]") == 1
    assert "$0.0064 at most" in shown
    assert "┃" in shown  # a table
    assert ("one picture of 1024x640: drawn" in shown) == bool(drawn)


def _talked(leader, answer):
    """What the terminal showed, having answered the first question."""
    shown, answered = b"", False
    try:
        while chunk := os.read(leader, 65536):
            shown += chunk
            if b"[y/N]" in shown and not answered:
                answered = os.write(leader, answer) > 0
    except OSError:  # Linux ends a terminal this way
        pass
    return shown.decode()
