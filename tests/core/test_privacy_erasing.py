"""After an erasure no word, name or picture of somebody is left; the books are in order, and no allowance is new."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from support_house import Board
from support_postgres import Engine
from support_privacy import everything_in, said_in_rows
from support_store import DAY_US, HOUR_US, Bench, actor_of, opened, pictures_of, plan_of, request_of

from core.administration.administration import Administration
from core.administration.office import Office
from core.blobs.files import FileBlobs
from core.characters import Character
from core.errors import QuotaExceeded
from core.identity import Pseudonyms
from core.model import (
    Actor,
    Destination,
    ImageRef,
    ImageRequest,
    JobId,
    Place,
    Size,
    Source,
    StoredImage,
    new_id,
)
from core.ports import Transaction
from core.privacy.erasing import LONGEST_US, Erasing
from core.privacy.remembering import Recalled, Shown, Traces
from core.privacy.retention import GRACE_US, Departures, Retention
from core.quota import Limit, Scope, Unit, Window
from core.sealing import Seal
from core.store.erasure import TABLES, StillWorking
from core.store.jobs import ClaimedJob, JobState
from core.upkeep import Needed

PERSON = "U7-CANARY-ID"
CANARIES = {
    "prompt": b"CANARY-PROMPT",
    "alt text": b"CANARY-ALT",
    "name": b"CANARY-NAME",
    "token": b"CANARY-TOKEN",
    "sentence": b"CANARY-SENTENCE",
    "file": b"CANARY-FILE",
    "character": b"canary-character",
    "picture": b"CANARY-PIXELS",
}
ID = {"id": PERSON.encode()}
LIMITS = (
    Limit(Scope.USER, "*", Unit.IMAGES, Window.ROLLING_DAY, 3),
    Limit(Scope.USER, PERSON, Unit.IMAGES, Window.MONTH, 5),
    Limit(Scope.ROLE, "member", Unit.IMAGES, Window.DAY, 4),
    Limit(Scope.USER, "*", Unit.JOBS, Window.NONE, 3),
    Limit(Scope.CHANNEL, "*", Unit.IMAGES, Window.HOUR, 50),
    Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 10**12),
)
BOOKED = ("charge", "journal", "bucket", "provider_spend")


@dataclass
class RememberingBoard(Board):
    """A platform that keeps files, and lets some of its posts go."""

    platform = "web"
    one_id_everywhere = True
    keeps_for = ("Files for a week.",)
    kept: dict[str, str] = field(default_factory=dict)  # token -> blob
    stubborn: frozenset[str] = frozenset()
    taken: list[str] = field(default_factory=list)
    forgot: list[Traces] = field(default_factory=list)
    blobs: FileBlobs | None = None

    def __post_init__(self) -> None:
        Board.__init__(self)

    def home_of(self, user: str) -> str:
        return f"dm:{user}"

    async def keeps(self, blob: str) -> bool:
        return blob in self.kept.values()

    async def recall(self, traces: Traces) -> Recalled:
        return Recalled({})

    async def take_back(self, shown: Sequence[Shown]) -> int:
        ids = [ref.message for each in shown for ref in each.messages]
        self.taken += ids
        return sum(each in self.stubborn for each in ids)

    async def forget(self, traces: Traces, needed: Needed) -> None:
        self.forgot.append(traces)
        for token in traces.tokens:
            blob = self.kept.pop(token, None)
            if blob is not None and blob not in self.kept.values() and not await needed(blob):
                assert self.blobs is not None
                await self.blobs.delete(blob)


@dataclass
class Scene:
    """A store, a platform, and who forgets."""

    bench: Bench
    blobs: FileBlobs
    board: RememberingBoard
    erasing: Erasing
    folder: Path
    engine: Engine
    office: Office

    @property
    def person(self) -> Actor:
        return replace(actor_of(PERSON), name="CANARY-NAME")

    async def anything(self, canaries: dict[str, bytes] = CANARIES, but: Sequence[str] = ()) -> list[str]:
        """Where a canary is still found: in the tables, and in every file."""
        rows = [table for table in (*TABLES, *BOOKED, "schema_version") if table not in but]
        return [
            *await said_in_rows(self.bench.db, rows, canaries),
            *await everything_in(self.folder, {} if but else canaries),
        ]

    async def ask(self, word: str = "CANARY-PROMPT", *, where: Place | None = None, by: str = PERSON) -> ImageRequest:
        blob = (await self.blobs.put(f"CANARY-FILE {word} {by}".encode())).key
        self.board.kept[f"k1:{word}-{by}"] = blob
        file = ImageRef("web", token=f"k1:{word}-{by}", name="CANARY-FILE.png")
        request = request_of(user=by, prompt=f"{word} on a hill", place=where)
        workspace = request.place.workspace
        request = replace(
            request,
            actor=replace(request.actor, name="CANARY-NAME", workspace=workspace),
            destination=Destination("web", "w1:CANARY-TOKEN"),
            attachments=(file,),
        )
        plan = replace(
            plan_of(),
            text=request.prompt,
            quoted=("CANARY-PROMPT",),
            remarks=("CANARY-SENTENCE",),
            sources=(Source(file, "CANARY-SENTENCE", shows="canary-character"),),
        )
        await self.bench.admit(request, plan)
        return request

    async def drawn(self, word: str = "CANARY-PROMPT", **more: object) -> tuple[ClaimedJob, StoredImage]:
        await self.ask(word, **more)  # type: ignore[arg-type]  # the same ones
        job = await self.bench.claim()
        await self.bench.store.asked(job.id, "worker")
        blob = (await self.blobs.put(f"CANARY-PIXELS {word}".encode())).key
        images = [
            replace(
                each,
                alt="CANARY-ALT",
                blob=blob,
                facts=(("Searched", "CANARY-SENTENCE"),),
                provider_state="CANARY-TOKEN",
            )
            for each in pictures_of(job, at_us=self.bench.clock.now_us())
        ]
        assert await self.bench.store.generated(job.id, "worker", images, 1, 30_000_000, ("CANARY-SENTENCE",))
        await self.bench.post(job.id, images)
        return job, images[0]


@pytest.fixture
async def scene(tmp_path: Path, engine: Engine) -> AsyncIterator[Scene]:
    async with opened(tmp_path, LIMITS, engine) as bench:
        blobs = FileBlobs(tmp_path / "blobs")
        board = RememberingBoard(blobs=blobs)
        erasing = Erasing(bench.store, blobs, {"web": board}, Pseudonyms(b"key"), bench.clock)
        yield Scene(bench, blobs, board, erasing, tmp_path, engine, Office.over(bench.db, bench.clock))


async def test_no_word_no_name_and_no_picture_is_left_in_any_row_or_file(scene: Scene) -> None:
    await scene.drawn()
    await scene.ask("CANARY-PROMPT-2")
    failed = await scene.bench.claim()
    await scene.bench.store.asked(failed.id, "worker")
    assert await scene.bench.store.failed(failed.id, "worker", "cannot_draw", "CANARY-SENTENCE")
    scene.bench.clock.advance(HOUR_US)  # nobody has it in their hands any more
    hero = Character(
        new_id(),
        "web",
        "demo",
        PERSON,
        "canary-character",
        (await scene.blobs.put(b"CANARY-PIXELS hero")).key,
        "image/png",
        Size(8, 8),
        False,
        False,
        scene.bench.clock.now_us(),
    )
    await scene.bench.store.keep_character(hero, 50)
    await scene.office.approvals.ask(await _other_request(scene), 10**9)
    await scene.bench.db.scrub(TABLES, seconds_max=9)
    assert len(await scene.anything()) > 10, "before, all of them are found"

    erased = await scene.erasing.erase(scene.person)

    assert (erased.requests, erased.pictures, erased.left, erased.scrubbed) == (2, 1, 0, True)
    assert scene.board.taken == [f"m-{scene.board.forgot[0].jobs[0][:6]}"]
    if scene.engine.name == "sqlite":
        assert await scene.anything() == []
    else:
        assert await said_in_rows(scene.bench.db, [*TABLES, *BOOKED], CANARIES) == []
        assert await everything_in(scene.folder, CANARIES) == []
    assert await scene.bench.store.verify() == ()


async def _other_request(scene: Scene) -> ImageRequest:
    request = request_of(user=PERSON, prompt="CANARY-PROMPT-3")
    return replace(request, actor=replace(request.actor, name="CANARY-NAME"))


async def test_the_books_keep_the_amounts_and_call_nobody_by_their_id_once_every_window_has_ended(scene: Scene) -> None:
    await scene.drawn()
    spent = await scene.bench.db.fetch("SELECT state, settled_nanodollars FROM charge")
    await scene.erasing.erase(scene.person)
    job = await scene.bench.db.fetch_one("SELECT user_id, flow_key FROM job")
    assert job is not None
    assert str(job[0]).startswith("erased-")
    assert job[0] == job[1]
    assert await scene.bench.db.fetch("SELECT author FROM image") == [(job[0],)]
    assert {line.partition(" in ")[2] for line in await scene.anything(ID, but=("image",))} == {
        "journal",
        "bucket",
        "erasure",
    }, "the counts of windows that run"

    scene.bench.clock.advance(26 * HOUR_US)
    await scene.erasing.resume()
    held = {
        str(row[0])
        for row in await scene.bench.db.fetch("SELECT limit_id FROM bucket WHERE holder LIKE $1", f"%{PERSON}")
    }
    assert held == {"user:*:images:rolling_day", f"user:{PERSON}:images:month"} or held == {
        f"user:{PERSON}:images:month"
    }
    assert await scene.bench.store.verify() == ()

    scene.bench.clock.advance(LONGEST_US)
    await scene.erasing.resume()
    assert await scene.erasing.scrubbed(9)
    assert await everything_in(scene.folder, ID) == []
    assert await said_in_rows(scene.bench.db, [*TABLES, *BOOKED], ID) == []
    assert await scene.bench.db.fetch("SELECT state, settled_nanodollars FROM charge") == spent
    assert await scene.bench.store.verify() == ()


async def test_deleting_gives_no_new_allowance(scene: Scene) -> None:
    for number in range(3):
        await scene.drawn(f"CANARY-PROMPT-{number}")
    await scene.erasing.erase(scene.person)
    with pytest.raises(QuotaExceeded):
        await scene.ask("again")
    scene.bench.clock.advance(2 * DAY_US)
    await scene.erasing.resume()
    await scene.drawn("afterwards")
    await scene.erasing.erase(scene.person)
    scene.bench.clock.advance(LONGEST_US)
    await scene.erasing.resume()
    sums = await scene.bench.db.fetch("SELECT SUM(posted) FROM bucket WHERE limit_id LIKE 'user:%:images:month'")
    assert sums == [(4,)], "what two erasures renamed is one sum"


async def test_what_is_being_drawn_comes_first(scene: Scene) -> None:
    await scene.drawn()
    await scene.ask("CANARY-PROMPT-2")
    for _ in ("it waits", "it runs"):
        with pytest.raises(StillWorking, match=r"nothing was deleted yet.*cancel it"):
            await scene.erasing.erase(scene.person)
        job = await scene.bench.store.claim("worker", 60)
    assert job is None
    assert await scene.anything({"prompt": b"CANARY-PROMPT"}), "nothing was done"
    assert scene.board.forgot == []


async def test_what_could_not_be_told_is_not_told_any_more(scene: Scene) -> None:
    job, _ = await _undelivered(scene)
    await scene.erasing.erase(scene.person)
    assert await scene.bench.store.claim("worker", 60) is None
    known = await scene.bench.store.job(job.id)
    assert known is not None
    assert known.state is JobState.UNDELIVERED


async def _undelivered(scene: Scene) -> tuple[ClaimedJob, list[StoredImage]]:
    await scene.ask()
    job, images = await scene.bench.draw()
    assert await scene.bench.store.deliver_later(job.id, "worker", scene.bench.clock.now_us() + HOUR_US, "busy")
    return job, images


async def test_what_others_have_stays(scene: Scene) -> None:
    _, mine = await scene.drawn()
    job, theirs = await scene.drawn("CANARY-PROMPT", by="guest")
    assert mine.blob == theirs.blob, "the same bytes"
    await scene.erasing.erase(scene.person)
    assert await scene.blobs.read(theirs.blob) == b"CANARY-PIXELS CANARY-PROMPT"
    kept = await scene.bench.store.image(theirs.id)
    assert kept is not None
    assert kept.prompt.startswith("CANARY-PROMPT")
    assert not kept.deleted
    assert (await scene.bench.store.job(job.id)) is not None
    await scene.erasing.erase(replace(actor_of("guest"), name="CANARY-NAME"))
    assert await everything_in(scene.folder / "blobs", CANARIES) == []


async def test_a_character_that_somebody_made_of_it_keeps_its_bytes(scene: Scene) -> None:
    _, mine = await scene.drawn()
    hero = Character(new_id(), "web", "demo", "guest", "hero", mine.blob, "image/png", Size(8, 8), False, False, 1)
    await scene.bench.store.keep_character(hero, 50)
    await scene.erasing.erase(scene.person)
    assert await scene.blobs.read(mine.blob)


async def test_it_reaches_every_workspace_of_a_platform_on_which_ids_are_the_same_everywhere(scene: Scene) -> None:
    await scene.drawn()
    await scene.drawn("CANARY-PROMPT-2", where=Place("web", "other", "studio"))
    home = f"dm:{PERSON}"
    await scene.drawn("CANARY-PROMPT-3", where=Place("web", home, "D-CANARY-ID", personal=True))
    await scene.drawn("CANARY-PROMPT-4", where=Place("web", "other", "D-CANARY-ID", personal=True))
    erased = await scene.erasing.erase(scene.person)
    assert erased.requests == 4
    jobs = await scene.bench.db.fetch("SELECT workspace, user_id, channel FROM job ORDER BY created_at_us")
    pseudonyms = {str(row[1]) for row in jobs}
    assert len(pseudonyms) == 3, "another one in each workspace"
    assert jobs[2][0] == jobs[2][1], "a workspace that is named after its person is renamed with them"
    assert [row[2] for row in jobs] == ["studio", "studio", "direct", "direct"]
    scene.bench.clock.advance(LONGEST_US)
    await scene.erasing.resume()
    where = ["job", "image", "journal", "bucket", "flow", "erasure"]
    assert await said_in_rows(scene.bench.db, where, {**ID, "direct": b"D-CANARY-ID"}) == []
    assert await scene.bench.store.verify() == ()


async def test_on_other_platforms_it_is_for_one_workspace(scene: Scene) -> None:
    scene.board.one_id_everywhere = False
    await scene.drawn()
    await scene.drawn("CANARY-PROMPT-2", where=Place("web", "other", "studio"))
    assert (await scene.erasing.erase(scene.person)).requests == 1
    assert len(await scene.bench.db.fetch("SELECT id FROM job WHERE workspace = 'other' AND fingerprint <> ''")) == 1


async def test_the_audit_still_says_what_was_decided_and_not_by_whom(scene: Scene) -> None:
    house = Administration(scene.office.policies, lambda: LIMITS, scene.bench.clock)
    boss = replace(scene.person, is_admin=True)
    await house.order(boss, Place("web", "demo", "studio"), f"exempt user:{PERSON}", "1")
    other = replace(actor_of("moderator"), is_admin=True)
    await house.order(other, Place("web", "demo", "studio"), f"grant user:{PERSON} 2 images", "2")
    await house.order(other, Place("web", "demo", "studio"), f"grant user:{PERSON}9 2 images", "3")
    await scene.erasing.erase(boss)
    entries = await scene.office.policies.audit("web", "demo")
    assert [each.person.partition("-")[0] for each in entries] == ["moderator", "moderator", "erased"]
    assert entries[2].name == ""
    assert f"user:{PERSON}9" in entries[0].said, "whose id only begins like it"
    assert PERSON not in entries[1].said + entries[1].changed + entries[2].said + entries[2].changed


async def test_who_takes_a_break_after_refusals_takes_it_to_the_end(scene: Scene) -> None:
    from core.moderation import ModerationRules
    from core.store import jobs

    await scene.ask()
    job = await scene.bench.claim()
    await scene.bench.store.asked(job.id, "worker")
    assert await scene.bench.store.failed(job.id, "worker", "moderated", "CANARY-SENTENCE")
    assert ModerationRules is not None
    await scene.bench.db.write(_told(job.id))
    await scene.erasing.erase(scene.person)

    async def declined(tx: Transaction) -> object:
        return await jobs.declined(tx, [scene.person], 0)

    assert list(await scene.bench.db.write(declined)) == [("web", "demo", PERSON)]  # type: ignore[call-overload]


def _told(job: JobId):  # type: ignore[no-untyped-def]
    async def work(tx: Transaction) -> None:
        await tx.execute("UPDATE job SET outbox = 0 WHERE id = $1", job)

    return work


async def test_an_interrupted_erasure_is_taken_up(scene: Scene) -> None:
    for number in range(3):
        await scene.drawn(f"CANARY-PROMPT-{number}")

    class Cut(Exception):
        """The power went."""

    async def cut(traces: Traces, needed: Needed) -> None:
        raise Cut

    scene.board.forget, whole = cut, scene.board.forget  # type: ignore[method-assign]
    with pytest.raises(Cut):
        await scene.erasing.erase(scene.person)
    scene.board.forget = whole  # type: ignore[method-assign]
    await scene.erasing.resume()
    assert await said_in_rows(scene.bench.db, ["job"], CANARIES), "it may still be at work elsewhere"
    scene.bench.clock.advance(2 * HOUR_US)
    await scene.erasing.resume()
    assert await said_in_rows(scene.bench.db, [*TABLES], CANARIES) == []
    assert await everything_in(scene.folder / "blobs", CANARIES) == []


async def test_messages_that_may_not_be_removed_are_counted(scene: Scene) -> None:
    job, _ = await scene.drawn()
    scene.board.stubborn = frozenset({f"m-{job.id[:6]}"})
    assert (await scene.erasing.erase(scene.person)).left == 1


# --- by age, and after a departure ---------------------------------------------------------------------------------


def retention_of(scene: Scene) -> Retention:
    return Retention(scene.bench.db, scene.erasing, {"web": scene.board}, scene.bench.clock)


async def test_what_is_older_than_a_workspace_keeps_is_forgotten_and_the_amounts_stay(scene: Scene) -> None:
    house = Administration(scene.office.policies, lambda: LIMITS, scene.bench.clock)
    boss = replace(actor_of("moderator"), is_admin=True)
    await house.order(boss, Place("web", "demo", "studio"), "retention 30 days", "1")
    old, _ = await scene.drawn()
    await scene.drawn("OTHER-PROMPT", where=Place("web", "other", "studio"))
    scene.bench.clock.advance(31 * DAY_US)
    _, young = await scene.drawn("YOUNG-PROMPT")
    await retention_of(scene).keep()
    known = await scene.bench.store.job(old.id)
    assert known is not None
    assert (known.request.prompt, known.request.actor.user) == ("", PERSON)
    assert await scene.bench.store.charge_of(old.id) != (0, 0)
    assert (await scene.bench.store.images([young.id]))[0].prompt == "YOUNG-PROMPT on a hill"
    left = await everything_in(
        scene.folder / "blobs", {"old": b"CANARY-PIXELS CANARY-PROMPT", "other": b"CANARY-PIXELS OTHER"}
    )
    assert [each.partition(" ")[0] for each in left] == ["other"]
    if scene.engine.name == "sqlite":
        assert await everything_in(scene.folder, {"old": b"CANARY-PROMPT on a hill"}) == []
    assert await scene.bench.store.verify() == ()


async def test_a_workspace_that_let_easel_go_is_forgotten_after_a_month(scene: Scene) -> None:
    house = Administration(scene.office.policies, lambda: LIMITS, scene.bench.clock)
    boss = replace(actor_of("moderator"), is_admin=True)
    await house.order(boss, Place("web", "demo", "studio"), "words add CANARY-PROMPT", "1")
    departures = Departures(scene.bench.db, scene.bench.clock)
    await scene.drawn()
    assert await departures.known("web") == {"demo"}
    await departures.left("web", "demo")
    scene.bench.clock.advance(GRACE_US - HOUR_US)
    await departures.left("web", "demo")
    await retention_of(scene).keep()
    assert await said_in_rows(scene.bench.db, ["job"], CANARIES)
    scene.bench.clock.advance(2 * HOUR_US)
    await retention_of(scene).keep()
    assert await said_in_rows(scene.bench.db, [*TABLES], CANARIES) == []
    assert await everything_in(scene.folder / "blobs", CANARIES) == []
    assert await scene.bench.db.fetch("SELECT * FROM departure") == []
    assert await scene.bench.store.verify() == ()


async def test_a_key_goes_at_once_where_easel_is_removed_and_stays_where_only_its_giver_is_forgotten(
    scene: Scene,
) -> None:
    keys = Office.over(scene.bench.db, scene.bench.clock, Seal([Fernet.generate_key().decode()])).keys
    departures = Departures(scene.bench.db, scene.bench.clock)
    own = f"dm:{PERSON}"
    for workspace in ("demo", "other", own):
        boss = replace(scene.person, workspace=workspace, is_admin=True)
        await keys.give(boss, workspace, SecretStr("sk-proj-CANARY-KEY"))
    assert await departures.known("web") == {"demo", "other", own}, "without a single picture"
    await departures.left("web", "other")
    assert await held(scene) == {"demo", own}
    await scene.erasing.erase(scene.person)
    assert await held(scene) == {"demo"}, "theirs alone is gone, and what many share works on"
    assert (await keys.secret("web", "demo")).get_secret_value() == "sk-proj-CANARY-KEY"
    assert await said_in_rows(scene.bench.db, ["own_key"], ID) == []
    await departures.left("web", "demo")
    assert await held(scene) == set()
    await keys.give(replace(scene.person, is_admin=True), "late", SecretStr("sk-proj-CANARY-KEY"))
    scene.bench.clock.advance(GRACE_US + HOUR_US)
    await retention_of(scene).keep()
    assert await held(scene) == set(), "nothing outlives the workspace"


async def held(scene: Scene) -> set[str]:
    """The workspaces with a key."""
    return {str(row[0]) for row in await scene.bench.db.fetch("SELECT workspace FROM own_key")}


async def test_every_table_of_the_core_is_known_to_a_forgetting(scene: Scene) -> None:
    """A new one has to be thought of: is anybody's id or word in it?"""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    }[scene.engine.name]
    known = {*TABLES, *BOOKED, "schema_version"}
    assert {str(row[0]) for row in await scene.bench.db.fetch(query)} == known


async def test_who_comes_back_keeps_everything(scene: Scene) -> None:
    departures = Departures(scene.bench.db, scene.bench.clock)
    await scene.drawn()
    await departures.left("web", "demo")
    await departures.back("web", ["demo", "other"])
    scene.bench.clock.advance(2 * GRACE_US)
    await retention_of(scene).keep()
    assert await said_in_rows(scene.bench.db, ["job"], CANARIES)
