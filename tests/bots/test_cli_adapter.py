"""The terminal is a platform like any other: it posts once, for whichever command, and says so when it cannot."""

import json
from pathlib import Path

import pytest
from support_store import plan_of, request_of

from bots.cli_adapter import STANDARD_OUTPUT, Target, TerminalAdapter, numbered
from core.blobs.files import FileBlobs
from core.errors import Gone, UnusableImage
from core.model import (
    Cost,
    Destination,
    Finished,
    ImageId,
    ImageRef,
    JobId,
    PlannedFile,
    PostingPlan,
    Progress,
    Size,
    StageName,
    Unfinished,
)


class Terminal:
    """A terminal on a folder, with what was said on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = FileBlobs(folder / "blobs")
        self.paths: list[str] = []
        self.updates: list[Progress] = []
        self.adapter = TerminalAdapter(self.blobs, self, self.paths.append)
        self.target = Target("this-command", str(folder / "fox.png"))
        self.adapter.expect(self.target)

    def show(self, update: Progress) -> None:
        self.updates.append(update)

    async def plan(self, *contents: bytes, a_message: int = 10) -> PostingPlan:
        files = [
            PlannedFile(ImageId("i"), (await self.blobs.put(data)).key, "easel.png", "", "image/png", Size(1, 1))
            for data in contents
        ]
        return PostingPlan(tuple(tuple(files[at : at + a_message]) for at in range(0, len(files), a_message)))


@pytest.fixture
async def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.adapter.ended.cancel()


FINISHED = Finished(JobId("j"), request_of(), plan_of(), (), (), Cost(1, 0))
UNFINISHED = Unfinished(JobId("j"), request_of(), plan_of(), "cannot_draw", "I have no drawing for that.")


async def test_pictures_are_written_and_their_paths_said(terminal):
    plan = await terminal.plan(b"one", b"two", b"three", a_message=2)
    references = await terminal.adapter.deliver(terminal.target.destination(), FINISHED, plan)
    assert len(references) == len(plan.messages) == 2
    assert [Path(path).read_bytes() for path in terminal.paths] == [b"one", b"two", b"three"]
    assert [Path(path).name for path in terminal.paths] == ["fox-1.png", "fox-2.png", "fox-3.png"]
    assert terminal.adapter.ended.result() is FINISHED
    assert {path.name for path in terminal.folder.glob("*.*")} == {"fox-1.png", "fox-2.png", "fox-3.png"}


async def test_the_same_delivery_again_changes_nothing(terminal):
    plan, to = await terminal.plan(b"one"), terminal.target.destination()
    first = await terminal.adapter.deliver(to, FINISHED, plan)
    assert await terminal.adapter.deliver(to, FINISHED, plan) == first
    assert (terminal.folder / "fox.png").read_bytes() == b"one"


async def test_someone_elses_file_is_not_written_over(terminal):
    (terminal.folder / "fox.png").write_bytes(b"mine")
    with pytest.raises(Gone, match=r"fox\.png exists"):
        await terminal.adapter.deliver(terminal.target.destination(), FINISHED, await terminal.plan(b"one"))
    assert (terminal.folder / "fox.png").read_bytes() == b"mine"
    assert isinstance(terminal.adapter.ended.exception(), Gone)


async def test_a_place_that_cannot_be_written_is_said_without_its_path(terminal):
    target = Target("this-command", str(terminal.folder / "gone" / "fox.png"))
    with pytest.raises(Gone) as refused:
        await terminal.adapter.deliver(target.destination(), FINISHED, await terminal.plan(b"one"))
    assert str(terminal.folder) not in refused.value.sentence
    assert isinstance(terminal.adapter.ended.exception(), Gone)


async def test_an_earlier_command_gets_its_picture_and_does_not_end_this_one(terminal):
    earlier = Target("earlier", str(terminal.folder / "earlier.png"))
    await terminal.adapter.deliver(earlier.destination(), FINISHED, await terminal.plan(b"paid for"))
    assert (terminal.folder / "earlier.png").read_bytes() == b"paid for"
    assert not terminal.adapter.ended.done()
    assert terminal.paths == []


async def test_standard_output_belongs_to_the_command_that_asked(terminal, capfdbinary):
    earlier, old = Target("earlier", STANDARD_OUTPUT).destination(), await terminal.plan(b"old")
    with pytest.raises(Gone):
        await terminal.adapter.deliver(earlier, FINISHED, old)
    mine = Target("this-command", STANDARD_OUTPUT).destination()
    await terminal.adapter.deliver(mine, FINISHED, await terminal.plan(b"new"))
    assert capfdbinary.readouterr().out == b"new"
    assert terminal.paths == []


async def test_no_picture_is_an_ending_too(terminal):
    (reference,) = await terminal.adapter.deliver(terminal.target.destination(), UNFINISHED, PostingPlan(()))
    assert reference.platform == "cli"
    assert terminal.adapter.ended.result() is UNFINISHED


async def test_progress_is_shown_for_this_command_only(terminal):
    update = Progress(JobId("j"), StageName.DRAWING)
    await terminal.adapter.progress(Target("earlier", "-").destination(), update)
    await terminal.adapter.progress(Destination("cli", "nonsense"), update)
    await terminal.adapter.progress(terminal.target.destination(), update)
    assert terminal.updates == [update]


async def test_a_named_file_is_read_as_it_is_and_a_missing_one_is_gone(terminal):
    (terminal.folder / "photo.jpg").write_bytes(b"\xff\xd8 whatever")
    ref = ImageRef("cli", token=str(terminal.folder / "photo.jpg"), name="photo.jpg")
    assert await terminal.adapter.open(ref) == b"\xff\xd8 whatever"
    (terminal.folder / "photo.jpg").unlink()
    with pytest.raises(Gone, match=r"photo\.jpg cannot be read"):
        await terminal.adapter.open(ref)


async def test_a_file_without_end_is_not_read_to_its_end(terminal):
    with pytest.raises(UnusableImage, match="larger than 64 MB"):
        await terminal.adapter.open(ImageRef("cli", token="/dev/zero", name="zero.png"))


def test_the_token_is_read_back_and_a_strange_one_is_gone():
    target = Target("a", "/x/фото 雨.png", force=True)
    assert Target.of(target.destination()) == target
    assert json.loads(target.destination().token) == {"command": "a", "force": True, "output": "/x/фото 雨.png"}
    for strange in ("", "[]", '{"colour": 1}', "null"):
        with pytest.raises(Gone):
            Target.of(Destination("cli", strange))


def test_numbers_come_before_the_suffix():
    assert numbered(Path("a/fox.tar.png"), 1) == [Path("a/fox.tar.png")]
    assert numbered(Path("a/fox.tar.png"), 2) == [Path("a/fox.tar-1.png"), Path("a/fox.tar-2.png")]
