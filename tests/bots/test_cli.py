"""The command line: pictures land where they were asked for, and every ending has its sentence and its exit code."""

import asyncio
import io
import json
import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from aiohttp import web
from click.testing import CliRunner, Result
from PIL import Image
from support_images import encoded, photograph

from bots.cli import Exit, exit_code, main
from bots.cli_check import report
from bots.cli_health import address, ask
from bots.cli_schema import found_versions, known_versions, migrate_all
from core.errors import BadSettings, CannotDraw, DataFolderBusy, NewerSchema, QuotaExceeded
from core.settings import load
from core.store.lock import DataFolderLock

HOUSE = Path(__file__).parent.parent.parent
TOKEN = "0123456789abcdefCANARY"


@pytest.fixture
def shell(tmp_path):
    """Runs `easel ...` as a person's shell does: another process, its own folder, pipes for output."""

    def easel(*arguments: str, timeout: float = 60, **environ: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "bots", *arguments],
            cwd=tmp_path,
            env=_environment(environ),
            capture_output=True,
            check=False,
            timeout=timeout,
        )

    return easel


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Runs `easel ...` in this process: for what ends before anything is opened."""
    monkeypatch.chdir(tmp_path)

    def easel(*arguments: str, **environ: str) -> Result:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return CliRunner(catch_exceptions=False).invoke(main, arguments)

    return easel


def _environment(more: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EASEL_", "DISCORD_"))}
    return {**kept, "PYTHONPATH": str(HOUSE), **more}


def _opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


# --- drawing -----------------------------------------------------------------------------------------------------


def test_a_prompt_becomes_a_file_and_its_path_is_all_that_is_on_standard_output(shell, tmp_path):
    run = shell("imagine", "a", "fox", "in", "a", "forest", "--ar", "3:2", "-o", "fox.png")
    assert run.returncode == Exit.OK, run.stderr.decode()
    assert run.stdout.decode().strip() == str(tmp_path / "fox.png")
    width, height = _opened((tmp_path / "fox.png").read_bytes()).size
    assert abs(width / height - 1.5) < 0.05
    assert b"drawing" in run.stderr
    assert b"\x1b[" not in run.stderr


def test_several_pictures_get_numbers_and_the_suffix_says_the_format(shell, tmp_path):
    run = shell("imagine", "a fox --n 2", "-o", "fox.jpg", "--quiet")
    assert run.returncode == Exit.OK, run.stderr.decode()
    assert run.stdout.decode().split() == [str(tmp_path / "fox-1.jpg"), str(tmp_path / "fox-2.jpg")]
    assert {_opened(path.read_bytes()).format for path in tmp_path.glob("fox-*.jpg")} == {"JPEG"}
    assert run.stderr == b""


def test_a_photograph_is_edited_and_a_mask_keeps_the_rest(shell, tmp_path):
    photo = _opened(photograph("flower")).convert("RGB")
    (tmp_path / "flower.png").write_bytes(encoded(photo))
    mask = Image.new("RGBA", photo.size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, photo.width // 2, photo.height))
    (tmp_path / "mask.png").write_bytes(encoded(mask))
    run = shell("edit", "flower.png", "black and white", "-o", "out.png", "--mask", "mask.png")
    assert run.returncode == Exit.OK, run.stderr.decode()
    edited = _opened((tmp_path / "out.png").read_bytes()).convert("RGB")
    right = (photo.width // 2, 0, photo.width, photo.height)
    assert edited.size == photo.size
    assert edited.crop(right).tobytes() == photo.crop(right).tobytes()
    assert edited.getpixel((10, 10)) != photo.getpixel((10, 10))
    assert len(set(edited.getpixel((10, 10)))) == 1


def test_standard_output_gets_the_picture_and_nothing_else(shell):
    run = shell("imagine", "a fox", "-o", "-")
    assert run.returncode == Exit.OK, run.stderr.decode()
    assert _opened(run.stdout).format == "PNG"


def test_what_exists_is_kept_unless_forced(shell, tmp_path):
    (tmp_path / "fox.png").write_bytes(b"mine")
    run = shell("imagine", "a fox", "-o", "fox.png")
    assert run.returncode == Exit.SETTINGS
    assert b"exists already" in run.stderr
    assert (tmp_path / "fox.png").read_bytes() == b"mine"
    forced = shell("imagine", "a fox", "-o", "fox.png", "--force")
    assert forced.returncode == Exit.OK, forced.stderr.decode()
    assert _opened((tmp_path / "fox.png").read_bytes()).format == "PNG"


def test_a_quota_refuses_with_its_own_exit_code(shell, tmp_path):
    rows = json.dumps([{"scope": "user", "unit": "images", "window": "day", "amount": 1}])
    assert shell("imagine", "a fox", "-o", "1.png", EASEL_LIMITS=rows).returncode == Exit.OK
    run = shell("imagine", "a fox", "-o", "2.png", EASEL_LIMITS=rows)
    assert run.returncode == Exit.REFUSED
    assert b"Nothing was charged" in run.stderr
    assert not (tmp_path / "2.png").exists()


def test_a_file_that_is_no_picture_is_refused_and_charged_nothing(shell, tmp_path):
    (tmp_path / "song.png").write_bytes(b"ID3 la la la" * 100)
    run = shell("edit", "song.png", "make it night", "-o", "out.png")
    assert run.returncode == Exit.REFUSED, run.stderr.decode()
    assert b"Nothing was charged" in run.stderr
    assert b"Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("imagine", "a fox"), "'-o'"),
        (("imagine", "a fox", "-o", "fox.gif"), ".png, .jpg, .jpeg, .webp"),
        (("imagine", "a fox", "-o", "nowhere/fox.png"), "there is no folder"),
        (("imagine", "a fox --n 2", "-o", "-"), "2 pictures"),
        (("imagine", "a fox", "-o", "fox.png", "--ref", "none.png"), "does not exist"),
        (("edit", "none.png", "make it night", "-o", "out.png"), "does not exist"),
    ],
)
def test_a_wrong_command_line_is_answered_before_anything_happens(here, tmp_path, arguments, said):
    run = here(*arguments)
    assert run.exit_code == Exit.SETTINGS
    assert said in run.stderr
    assert not (tmp_path / "data").exists()


def test_an_unknown_flag_is_refused_by_name(here):
    run = here("imagine", "a fox --aspct 3:2", "-o", "fox.png")
    assert run.exit_code == Exit.REFUSED
    assert "--aspct" in run.stderr


def test_on_a_terminal_there_is_a_bar(tmp_path):
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bots", "imagine", "a fox", "-o", "fox.png"],
        cwd=tmp_path,
        env=_environment({"TERM": "xterm", "COLUMNS": "100"}),
        stdout=subprocess.PIPE,
        stderr=follower,
    ) as run:
        os.close(follower)
        shown = b""
        try:
            while chunk := os.read(leader, 65536):
                shown += chunk
        except OSError:  # Linux ends a terminal this way
            pass
        assert run.wait(60) == Exit.OK, shown.decode()
    os.close(leader)
    assert "━".encode() in shown


def test_ctrl_c_stops_and_charges_nothing(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "bots", "imagine", "a fox --n 10 --size 2k", "-o", "fox.png"],
        cwd=tmp_path,
        env=_environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stderr is not None
        line = run.stderr.readline()  # it is under way
        run.send_signal(signal.SIGINT)
        said = line + run.stderr.read()
        assert run.wait(60) == Exit.INTERRUPTED, said
    assert "Nothing was charged" in said
    assert "Traceback" not in said
    assert not list(tmp_path.glob("fox*.png"))


# --- one folder, one process -------------------------------------------------------------------------------------


def test_a_folder_in_use_is_not_touched_and_its_holder_is_named(shell, tmp_path):
    (tmp_path / "data").mkdir()
    with DataFolderLock(tmp_path / "data") as lock:
        lock.announce("http://127.0.0.1:8420")
        for arguments in (("imagine", "a fox", "-o", "fox.png"), ("migrate",)):
            run = shell(*arguments)
            assert run.returncode == Exit.BUSY, run.stderr.decode()
            assert str(os.getpid()).encode() in run.stderr
            assert b"http://127.0.0.1:8420" in run.stderr
            assert b"EASEL_DATA_DIR" in run.stderr


# --- settings and set-up -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [("run",), ("imagine", "a fox", "-o", "a.png"), ("check",), ("migrate",), ("healthcheck",)]
)
def test_wrong_settings_stop_every_command_with_all_that_is_wrong(here, arguments):
    run = here(*arguments, EASEL_WEB__PRT="1", EASEL_LOG__LEVEL="loud")
    assert run.exit_code == (Exit.FAILED if arguments == ("check",) else Exit.SETTINGS)
    assert "EASEL_WEB__PORT" in run.output
    assert "EASEL_LOG__LEVEL" in run.output
    assert "Traceback" not in run.output


def test_an_error_has_the_exit_code_that_the_help_promises():
    cases = {
        BadSettings("x"): 2,
        DataFolderBusy("x"): 4,
        NewerSchema("x"): 1,
        QuotaExceeded("x"): 3,
        CannotDraw("x"): 1,
    }
    assert {error: exit_code(error) for error in cases} == cases
    help_text = CliRunner().invoke(main, ["--help"]).output
    assert [int(code) for code in re.findall(r"^ {4}(\d+) ", help_text, re.MULTILINE)] == list(Exit)


def test_help_is_there_at_once():
    """It waits for nothing that only drawing and chatting need."""
    heavy = ["PIL", "aiohttp", "aiosqlite", "asyncpg", "discord", "httpx", "pydantic", "slack_bolt", "uharfbuzz"]
    look = (
        "import runpy, sys\nsys.argv[:] = ['easel', '--help']\n"
        "try: runpy.run_module('bots', run_name='__main__')\n"
        f"except SystemExit: print([name for name in {heavy!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", look], cwd=HOUSE, check=True, capture_output=True, text=True).stdout
    assert "Usage:" in said
    assert said.splitlines()[-1] == "[]"


async def test_check_says_yes_when_all_is_well(tmp_path, capsys, unused_tcp_port):
    assert await report({"EASEL_WEB__PORT": str(unused_tcp_port), "EASEL_WEB__TOKEN": TOKEN}, tmp_path)
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.startswith("no ")] == []
    for name in ("data folder", "free space", "database", "address", "illustrator"):
        assert f"ok  {name}" in said
    assert "EASEL_WEB__TOKEN" in said
    assert TOKEN not in said
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def unused_tcp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_check_names_each_thing_that_is_wrong_and_how_to_mend_it(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "easel.sqlite3").write_bytes(b"this is no database, but it is long enough to look at" * 20)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert not await report({"EASEL_WEB__PORT": port}, tmp_path)
    said = capsys.readouterr().out
    assert "no  database: the database cannot be read" in said
    assert "no  address" in said
    assert "EASEL_WEB__PORT" in said


async def test_check_sees_a_folder_that_cannot_be_written(tmp_path, capsys):
    (tmp_path / "data").write_text("a file, not a folder")
    assert not await report({"EASEL_WEB__PORT": "0"}, tmp_path)
    assert "no  data folder" in capsys.readouterr().out


async def test_check_sees_a_disk_that_is_nearly_full(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("bots.checks.FREE_BYTES_MIN", 2**62)
    assert not await report({"EASEL_WEB__PORT": "0"}, tmp_path)
    assert "no  free space: only" in capsys.readouterr().out


async def test_check_sees_an_easel_that_runs_and_leaves_it_alone(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    with DataFolderLock(tmp_path / "data") as lock:
        lock.announce("http://127.0.0.1:1")
        await report({"EASEL_WEB__PORT": "1"}, tmp_path)
        assert lock.holder().url == "http://127.0.0.1:1"
    assert f"process {os.getpid()} at http://127.0.0.1:1" in capsys.readouterr().out


async def test_migrate_brings_the_folder_to_the_newest_schema_and_a_newer_one_is_seen(tmp_path, capsys):
    settings = load({"EASEL_WEB__PORT": "0"}, tmp_path)
    assert found_versions(settings.data_dir) is None
    assert dict(await migrate_all(settings)) == known_versions()
    assert dict(await migrate_all(settings)) == found_versions(settings.data_dir) == known_versions()
    assert known_versions()["core"] >= 1
    with closing(sqlite3.connect(settings.data_dir / "easel.sqlite3", isolation_level=None)) as connection:
        connection.execute("UPDATE schema_version SET version = 9999 WHERE namespace = 'core'")
    with pytest.raises(NewerSchema):
        await migrate_all(settings)
    assert not await report({"EASEL_WEB__PORT": "0"}, tmp_path)
    assert "newer Easel" in capsys.readouterr().out


# --- health ------------------------------------------------------------------------------------------------------


async def test_healthcheck_asks_the_running_easel(tmp_path):
    status = 200

    async def healthz(request: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    settings = load({"EASEL_WEB__PORT": str(runner.addresses[0][1])}, tmp_path)
    assert await ask(settings) == ""
    status = 503
    assert "not well (HTTP 503)" in await ask(settings)
    await runner.cleanup()
    assert "does not answer" in await ask(settings)


async def test_a_proxy_is_not_asked_about_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with _one_answer("127.0.0.1") as (port, _):
        assert await ask(load({"EASEL_WEB__PORT": str(port)}, tmp_path)) == ""


async def test_on_the_networks_address_it_is_called_by_its_name(tmp_path):
    async with _one_answer("0.0.0.0") as (port, heard):
        public = {"EASEL_WEB__HOST": "0.0.0.0", "EASEL_WEB__TOKEN": TOKEN}
        named = {**public, "EASEL_WEB__PORT": str(port), "EASEL_WEB__ALLOWED_HOSTS": "easel.example"}
        assert await ask(load(named, tmp_path)) == ""
    assert b"\r\nHost: easel.example\r\n" in heard[0]


@asynccontextmanager
async def _one_answer(host: str):
    """A server that says yes, and what it heard."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, host, 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


@pytest.mark.parametrize(
    ("host", "called"),
    [
        ("0.0.0.0", "http://127.0.0.1:8420"),
        ("::", "http://[::1]:8420"),
        ("::1", "http://[::1]:8420"),
        ("localhost", "http://localhost:8420"),
        ("192.168.1.4", "http://192.168.1.4:8420"),
    ],
)
def test_an_address_to_listen_on_becomes_one_to_call(tmp_path, host, called):
    assert address(load({"EASEL_WEB__HOST": host, "EASEL_WEB__TOKEN": TOKEN}, tmp_path)) == called


def test_with_any_free_port_the_running_process_says_which(tmp_path):
    settings = load({"EASEL_WEB__PORT": "0"}, tmp_path)
    assert address(settings) == ""
    settings.data_dir.mkdir()
    with DataFolderLock(settings.data_dir) as lock:
        lock.announce("http://127.0.0.1:41234/")
        assert address(settings) == "http://127.0.0.1:41234"
