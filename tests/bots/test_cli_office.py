"""`easel admin`, `easel usage` and `[[policies]]`: administration for the person who runs Easel."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support_house import BOARD, MEMBER, WALL, Hand, house
from support_postgres import PostgresEngine, Server, alone

from bots.cli import Exit, main
from core.administration.administration import Administration
from core.administration.office import Office
from core.clock import SystemClock
from core.errors import BadSettings
from core.model import Actor
from core.quota import Limit, Scope, Unit, Window
from core.settings import load
from core.store.lock import DataFolderLock
from core.store.migrate import migrate
from core.store.opening import open_database

HALL = f"{BOARD}:hall"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


def easel(*arguments: str, said: str = "") -> Result:
    return CliRunner(catch_exceptions=False).invoke(main, arguments, input=said)


def drawn(folder: Path) -> None:
    async def draw() -> None:
        async with house(folder, hand=Hand(name="openai", nanodollars=225_000_000)) as home:
            await home.board.finished((await home.submit("a secret wish")).job)

    asyncio.run(draw())


# --- orders ----------------------------------------------------------------------------------------------------------


def test_an_order_is_carried_out_and_the_operator_stands_in_the_audit(folder: Path) -> None:
    done = easel("admin", HALL, "limit", "30", "images", "a", "day", "for", "role:2")
    assert (done.exit_code, done.output) == (
        Exit.OK,
        "From now on: 30 images a day for each person with the role 2.\n",
    )
    shown = easel("admin", HALL).output
    assert "- 30 images a day for each person with the role 2 (this workspace's own)" in shown
    assert "*" not in shown, "a terminal shows no markup"
    audit = easel("admin", HALL, "audit").output
    assert "operator: limit 30 images a day for role:2." in audit
    assert "user:operator" not in audit
    assert "Nobody has decided" in easel("admin", f"{BOARD}:elsewhere", "audit").output


@pytest.mark.parametrize(
    "words", ["alerts here", "limit 5 images a day for me", "limt 5", "grant 5 images to somebody"]
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(folder: Path, words: str) -> None:
    assert easel("admin", HALL, *words.split()).exit_code == Exit.REFUSED
    assert "Nobody has decided" in easel("admin", HALL, "audit").output


KEY = "sk-proj-0123456789abcdefghijklmnopWXYZ"


def test_a_key_comes_by_standard_input_and_never_by_an_argument(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EASEL_OPENAI__API_KEY", "sk-the-operators-own-key")
    given = easel("admin", HALL, "key", said=f"{KEY}\n")
    assert (given.exit_code, given.output) == (
        Exit.OK,
        "From now on this workspace's pictures are drawn with its own key, which ends in WXYZ, and billed to it.\n",
    )
    assert "own key, which ends in WXYZ, since" in easel("admin", HALL).output
    audit = easel("admin", HALL, "audit").output
    assert "operator: key (not written down)." in audit
    refused = easel("admin", HALL, "key", "sk-proj-in-the-shells-history")
    assert refused.exit_code == Exit.REFUSED
    assert "revoke it" in refused.output
    assert "shells-history" not in refused.output
    for bad in ("", "\n", "two words\n"):
        assert easel("admin", HALL, "key", said=bad).exit_code == Exit.REFUSED
    assert KEY[:12] not in audit + given.output
    assert all(KEY.encode() not in file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert easel("admin", HALL, "key", "off").exit_code == Exit.OK
    assert "own key" not in easel("admin", HALL).output


def test_where_no_image_api_draws_a_key_is_not_asked_for(folder: Path) -> None:
    refused = easel("admin", HALL, "key")
    assert refused.exit_code == Exit.REFUSED
    assert "Easel needs no key here" in refused.output


def test_a_name_that_is_no_workspace_is_refused(folder: Path) -> None:
    assert easel("admin", "studio", "pause").exit_code == Exit.REFUSED


def test_beside_a_running_easel_it_says_what_to_do(folder: Path) -> None:
    folder.mkdir()
    with DataFolderLock(folder):
        for arguments in (["admin", HALL, "pause"], ["usage"]):
            told = easel(*arguments)
            assert told.exit_code == Exit.BUSY
            assert "Say it in a chat" in told.output


def test_on_postgres_it_works_beside_a_running_easel(
    folder: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = PostgresEngine(postgres_server)
    monkeypatch.setenv("EASEL_DATABASE_URL", alone(lambda: engine.url(folder.parent, migrated=False)))
    folder.mkdir()
    try:
        with DataFolderLock(folder):
            assert easel("admin", HALL, "pause", "for", "lunch").exit_code == Exit.OK
            assert "Paused" in easel("admin", HALL).output
            assert easel("usage").exit_code == Exit.OK
    finally:
        alone(engine.clear)


# --- usage -----------------------------------------------------------------------------------------------------------


def test_usage_says_who_drew_what(folder: Path) -> None:
    assert easel("usage").output == "Nothing was ever asked for.\n"
    drawn(folder)
    told = easel("usage", "--workspace", HALL, "--period", "today").output
    assert told.startswith(f"{HALL}, 20")
    assert "1 image, $0.23, measured" in told
    assert f"{MEMBER.name} (member)" in told
    assert "secret" not in told
    assert easel("usage", "--period", "yesteryear").exit_code == Exit.REFUSED


def test_usage_as_a_table(folder: Path) -> None:
    drawn(folder)
    assert easel("usage", "--csv", "usage.csv").exit_code == Exit.OK
    rows = list(csv.DictReader(io.StringIO(Path("usage.csv").read_text(encoding="utf-8"))))
    (person,) = [row for row in rows if row["by"] == "person"]
    assert (person["workspace"], person["name"], person["images"]) == (HALL, "Member", "1")
    assert easel("usage", "--csv", "usage.csv").exit_code == Exit.SETTINGS, "nothing is written over unasked"
    assert easel("usage", "--csv", "usage.csv", "--force").exit_code == Exit.OK
    assert easel("usage", "--csv", "-").output == Path("usage.csv").read_text(encoding="utf-8")


# --- the file --------------------------------------------------------------------------------------------------------


def settled(folder: Path, text: str) -> None:
    (folder.parent / "easel.toml").write_text(text, encoding="utf-8")


def test_orders_of_the_file_are_read_with_the_settings(folder: Path) -> None:
    settled(
        folder,
        '[[policies]]\nworkspace = "discord:1"\norders = ["private on"]\n'
        '[[policies]]\nworkspace = "discord:2"\norders = ["private on", "limt 30 images a day"]\n'
        '[[policies]]\nworkspace = "discord:2"\norders = ["grant 5 images to user:1"]\n'
        '[[policies]]\nworkspace = "elsewhere"\norders = ["alerts here"]\n',
    )
    with pytest.raises(BadSettings) as told:
        load({}, folder.parent)
    said = str(told.value)
    assert "easel.toml: policies, row 2 (line 4): order 2, 'limt 30 images a day': There is no order “limt”." in said
    assert "Did you mean “limit”?" in said
    assert "row 3 (line 7): order 1, 'grant 5 images to user:1': It would be given at every start." in said
    assert "row 4 (line 10): workspace is 'elsewhere', but must be like discord:123." in said
    assert "row 4 (line 10): order 1, 'alerts here'" in said


def test_a_row_is_found_by_its_line_and_never_by_a_wrong_one(folder: Path) -> None:
    row = '{header}\nworkspace = "elsewhere"\n'
    settled(folder, "# what holds\n\n" + row.format(header="  [[ 'policies' ]]  # the first"))
    with pytest.raises(BadSettings, match=r"policies, row 1 \(line 3\): workspace"):
        load({}, folder.parent)
    looks_like_one = 'mode = "instant"\n[[policies]]\nworkspace = "discord:1"\norders = ["""\n[[policies]]\n"""]\n'
    settled(folder, looks_like_one + row.format(header="[[policies]]"))
    with pytest.raises(BadSettings, match=r"policies, row 2: workspace"):
        load({}, folder.parent)
    settled(folder, 'policies = [{ workspace = "elsewhere" }]')
    with pytest.raises(BadSettings, match=r"policies, row 1: workspace"):
        load({}, folder.parent)
    settled(folder, "")
    with pytest.raises(BadSettings, match=r"EASEL_POLICIES, row 1: workspace"):
        load({"EASEL_POLICIES": '[{"workspace": "elsewhere"}]'}, folder.parent)


def test_one_workspace_has_one_row(folder: Path) -> None:
    settled(folder, '[[policies]]\nworkspace = "discord:1"\n[[policies]]\nworkspace = "discord:1"\n')
    with pytest.raises(BadSettings, match="2 rows for discord:1: keep one"):
        load({}, folder.parent)


async def test_the_file_holds_over_what_was_said_and_changes_nothing_twice(folder: Path) -> None:
    folder.mkdir()
    operators = (Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 5),)
    orders = ["limit 30 images a day for role:2", "private on", "limit $5 a week for user:1", "words add casino"]
    database, clock = await open_database(folder, None), SystemClock()
    try:
        await migrate(database)
        administration = Administration(Office.over(database, clock).policies, lambda: operators, clock)
        assert await administration.declare(BOARD, "hall", orders) == 4
        assert await administration.declare(BOARD, "hall", orders) == 0, "a second start"
        boss = Actor(BOARD, "hall", "boss", "Boss", is_admin=True)
        await administration.order(boss, WALL, "limit 90 images a day for role:2", "1")
        await administration.order(boss, WALL, "exempt user:7", "2")
        assert await administration.declare(BOARD, "hall", orders) == 1, "what was said since in another way"
        rules = await administration.rules_of(BOARD, "hall")
        assert sorted((limit.id, limit.amount) for limit in rules.policy.limits) == [
            ("role:2:images:day", 30),
            ("user:1:money:week", 5_000_000_000),
        ]
        assert rules.policy.private
        assert [str(each) for each in rules.policy.exempt] == ["user:7"], "what the file does not speak of stays"
        audit = await administration.audit(boss)
        assert (audit[0].name, audit[0].said) == ("easel.toml", orders[0])
        assert len(audit) == 7
    finally:
        await database.close()


# --- the invoice -----------------------------------------------------------------------------------------------------


def test_an_invoice_is_held_against_the_books(folder: Path) -> None:
    drawn(folder)
    agrees = easel("reconcile", "$0.23", "--period", "month")
    assert agrees.exit_code == Exit.OK
    assert "By Easel's books $0.23 was billed" in agrees.output
    assert "They agree within 5 %." in agrees.output
    more = easel("reconcile", "0.30", "--period", "month")
    assert more.exit_code == Exit.FAILED
    assert "more than was and may have been billed" in more.output
    less = easel("reconcile", "0.10", "--period", "month", "--within", "10")
    assert less.exit_code == Exit.FAILED
    assert "less than was billed" in less.output
    assert easel("reconcile", "a lot").exit_code == Exit.SETTINGS
    assert easel("reconcile", "0", "--period", "last-month").exit_code == Exit.OK, "nothing was drawn then"


def test_what_a_workspace_pays_itself_and_what_was_lost_count_for_what_they_are(folder: Path) -> None:
    drawn(folder)
    books = sqlite3.connect(folder / "easel.sqlite3")
    with books:
        books.execute("UPDATE provider_spend SET kind = 'presumed'")
    assert easel("reconcile", "0", "--period", "month").exit_code == Exit.OK, "nobody knows whether it was billed"
    assert easel("reconcile", "0.225", "--period", "month").exit_code == Exit.OK
    with books:
        books.execute("UPDATE provider_spend SET provider = 'openai (own key)'")
    assert easel("reconcile", "0.225", "--period", "month").exit_code == Exit.FAILED
    books.close()
