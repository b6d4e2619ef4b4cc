"""A picture is posted once, whatever happens on the way: crashes, lost answers, uploads that never appear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from emulators.slack_api.world import Message
from support_slack_adapter import Bed, bed

from bots.slack.posting import Showing
from bots.slack.posts import Posts, State
from bots.slack.result_blocks import images_in
from core.errors import Gone, Later
from core.model import MessageRef


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as made:
        yield made


def _pictures(on: Bed) -> list[Message]:
    return [each for each in on.ours() if each.files]


def _buttons(on: Bed) -> list[Message]:
    return [each for each in on.ours() if images_in(each.blocks)]


async def _until_posted(on: Bed, what: tuple[Any, ...]) -> tuple[MessageRef, ...]:
    """As the core does it: again, as long as Slack says later."""
    for _ in range(8):
        try:
            return await on.adapter.deliver(*what)
        except Later:
            await on.start()
    raise AssertionError("never posted")


async def test_a_picture_its_buttons_and_nothing_else(on: Bed) -> None:
    spot = await on.wrote()
    [ref] = await on.adapter.deliver(*await on.finished(spot, pictures=3))
    [picture], [buttons] = _pictures(on), _buttons(on)
    assert len(on.ours()) == 2
    assert (ref.channel, ref.message) == (on.channel.id, picture.ts)
    assert picture.thread == buttons.thread == spot.thread
    assert len(picture.files) == len(images_in(buttons.blocks)) == 3
    assert picture.files[0].title == "A fox, 1."
    assert not any(file.alt_txt for file in picture.files)
    assert float(picture.ts) < float(buttons.ts)


async def test_a_commands_picture_stands_in_the_channel_and_its_buttons_under_it(on: Bed) -> None:
    await on.adapter.deliver(*await on.finished(await on.commanded()))
    [picture], [buttons] = _pictures(on), _buttons(on)
    assert picture.thread == ""
    assert picture.text == "For *Member*: a fox"
    assert buttons.thread == picture.ts
    assert on.alone() == []


async def test_what_is_private_never_appears_in_a_channel(on: Bed) -> None:
    for spot in (await on.commanded(private=True), await on.wrote()):
        await on.adapter.deliver(*await on.finished(spot, private=True, pictures=2))
    assert on.ours() == []
    assert sum(bool(each.files) for each in on.direct()) == 2
    assert len(on.direct()) == 4, "nothing says any longer that we are at work"
    assert [each.text for each in on.alone()] == ["It is for you alone: look into your direct messages with me."]
    assert all(set(file.shares) == {on.slack.dm(on.member).id} for file in on.slack.files())


METHODS = [
    "files.getUploadURLExternal", "upload", "files.completeUploadExternal", "files.info", "chat.postMessage",
    "chat.delete",
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"after": True}, {"retry_after": 1}, {"retry_after": 60}, {"error": "internal_error"}]
)
@pytest.mark.parametrize("ask", ["message", "command"])
async def test_it_is_there_once_whichever_answer_is_lost(on: Bed, method: str, fault: dict[str, Any], ask: str) -> None:
    spot = await on.wrote() if ask == "message" else await on.commanded()
    what = await on.finished(spot, pictures=2)
    on.slack.fault(method, **fault)
    first = await _until_posted(on, what)
    await on.start()
    assert await on.adapter.deliver(*what) == first
    assert len(_pictures(on)) == len(_buttons(on)) == 1
    assert len(on.ours()) == 2


@pytest.mark.parametrize("steps", range(1, 16))
async def test_it_is_there_once_wherever_the_process_ends(on: Bed, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends right after each thing that is written down, and right before."""
    spot = await on.wrote()
    what = await on.finished(spot, messages=(2, 1), pictures=3)
    for before in (True, False):
        put, left = Posts.put, [steps]

        async def crashing(
            self: Posts, *given: Any, put: Any = put, left: list[int] = left, before: bool = before
        ) -> Any:
            left[0] -= 1
            if left[0] == 0 and before:
                raise Crash
            written = await put(self, *given)
            if left[0] == 0:
                raise Crash
            return written

        monkeypatch.setattr(Posts, "put", crashing)
        with suppress(Crash):
            await on.adapter.deliver(*what)
        monkeypatch.setattr(Posts, "put", put)
        await on.start()
    refs = await on.adapter.deliver(*what)
    assert [len(each.files) for each in _pictures(on)] == [2, 1]
    assert [ref.message for ref in refs] == [each.ts for each in _pictures(on)]
    assert [len(images_in(each.blocks)) for each in _buttons(on)] == [2, 1]
    assert len(on.ours()) == 4


async def test_an_upload_that_never_appears_is_noticed_and_repeated_once(on: Bed) -> None:
    on.slack.never_share(1)
    await on.adapter.deliver(*await on.finished(await on.wrote()))
    assert len(_pictures(on)) == len(_buttons(on)) == 1
    assert on.slack.orphans() == []
    assert len(on.slack.calls.of("files.completeUploadExternal")) == 2
    assert 25 <= sum(on.clock.slept) <= 40


async def test_an_upload_that_never_appears_at_all_is_told(on: Bed) -> None:
    on.slack.never_share(5)
    spot = await on.wrote()
    to, outcome, plan = await on.finished(spot)
    with pytest.raises(Gone) as gone:
        await on.adapter.deliver(to, outcome, plan)
    for _ in range(2):
        await on.adapter.leave(to, outcome, gone.value)
    [told] = on.ours()
    assert told.ts == spot.placeholder
    assert "did not show it" in told.text
    assert "/history" in told.text
    assert told.blocks == []
    assert on.slack.orphans() == []
    assert len(on.slack.calls.of("files.completeUploadExternal")) == 2
    assert len(on.slack.calls.of("chat.update")) == 1


async def test_a_late_upload_is_waited_for_and_not_repeated(on: Bed) -> None:
    on.slack.share_after = 0.1
    await on.adapter.deliver(*await on.finished(await on.wrote()))
    assert len(on.slack.calls.of("files.completeUploadExternal")) == 1
    assert len(_pictures(on)) == 1


async def test_an_alternative_text_that_loses_a_file_is_left_out(tmp_path: Path) -> None:
    async with bed(tmp_path, alt_txt="dropped") as on:
        await on.start(Showing(alt_text=True))
        await on.adapter.deliver(*await on.finished(await on.wrote()))
        [picture] = _pictures(on)
        assert picture.files[0].alt_txt == ""
        asked = [call.arguments.get("alt_txt") for call in on.slack.calls.of("files.getUploadURLExternal")]
        assert asked == ["A fox, 1.", None]
        assert sum(on.clock.slept) <= 9
        assert on.slack.orphans() == []


async def test_an_alternative_text_is_sent_where_it_is_wanted(on: Bed) -> None:
    await on.start(Showing(alt_text=True))
    await on.adapter.deliver(*await on.finished(await on.wrote()))
    [picture] = _pictures(on)
    assert picture.files[0].alt_txt == "A fox, 1."


async def test_a_place_that_takes_nothing_any_more_leads_to_the_person(on: Bed) -> None:
    spot = await on.wrote()
    on.channel.members.remove(on.team.bot)
    [ref] = await on.adapter.deliver(*await on.finished(spot))
    picture = next(each for each in on.direct() if each.files)
    assert ref.message == picture.ts
    assert ref.note
    assert ref.note in picture.text
    assert len(on.slack.calls.of("files.getUploadURLExternal")) == 1  # the same upload, shown elsewhere
    assert sum(bool(each.files) for each in on.direct()) == 1


async def test_a_command_in_a_place_that_takes_nothing_any_more_says_where_to_look(on: Bed) -> None:
    spot = await on.commanded()
    on.slack.fault("files.completeUploadExternal", "posting_to_channel_denied")
    await on.adapter.deliver(*await on.finished(spot))
    assert on.ours() == []
    assert [each.text for each in on.alone()] == ["I cannot post it here: look into your direct messages with me."]
    assert sum(bool(each.files) for each in on.direct()) == 1


async def test_a_thread_that_was_deleted_leads_to_the_person(on: Bed) -> None:
    spot = replace(await on.wrote(placeholder=False), thread="1.000001")
    await on.adapter.deliver(*await on.finished(spot, pictures=2, messages=(1, 1)))
    assert _pictures(on) == []
    assert sum(bool(each.files) for each in on.direct()) == 2
    assert sum(bool(images_in(each.blocks)) for each in on.direct()) == 2


@pytest.mark.parametrize("reason", ["file_uploads_disabled", "storage_limit_reached", "file_type_not_allowed"])
async def test_what_no_place_takes_is_told_with_its_reason(on: Bed, reason: str) -> None:
    on.slack.fault("files.completeUploadExternal", reason, times=9)
    spot = await on.commanded()
    to, outcome, plan = await on.finished(spot)
    with pytest.raises(Gone) as gone:
        await on.adapter.deliver(to, outcome, plan)
    assert len(on.slack.calls.of("files.completeUploadExternal")) == 1
    await on.adapter.leave(to, outcome, gone.value)
    [told] = on.alone()
    assert gone.value.what in told.text
    assert on.ours() == on.direct() == []


async def test_what_can_be_told_nowhere_is_kept_for_later(on: Bed) -> None:
    spot = replace(await on.wrote(), placeholder="1.000009")
    to, outcome, plan = await on.finished(spot)
    for method in ("files.completeUploadExternal", "chat.update", "conversations.open", "chat.postMessage"):
        on.slack.fault(method, "restricted_action", times=99)
    with pytest.raises(Gone) as gone:
        await on.adapter.deliver(to, outcome, plan)
    for _ in range(2):
        await on.adapter.leave(to, outcome, gone.value)
    [sentence] = await on.records.take_from_inbox(on.team.id, on.member.id)
    assert f"<#{on.channel.id}>" in sentence
    await on.adapter.leave(to, outcome, gone.value)
    assert await on.records.take_from_inbox(on.team.id, on.member.id) == ()


async def test_buttons_that_slack_refuses_do_not_cost_the_picture(on: Bed) -> None:
    what = await on.finished(await on.wrote())
    on.slack.fault("chat.postMessage", "invalid_blocks")
    refs = await on.adapter.deliver(*what)
    assert [ref.message for ref in refs] == [each.ts for each in _pictures(on)]
    assert await on.adapter.deliver(*what) == refs
    assert len(on.ours()) == 1


async def test_without_the_right_to_look_back_it_is_posted_all_the_same(tmp_path: Path) -> None:
    async with bed(tmp_path, profile="minimal") as on:
        what = await on.finished(await on.wrote())
        on.slack.fault("chat.postMessage", status=500)
        await _until_posted(on, what)
        assert len(_pictures(on)) == len(_buttons(on)) == 1


async def test_a_plan_for_other_limits_is_begun_anew(on: Bed) -> None:
    to, outcome, plan = await on.finished(await on.wrote(), pictures=2)
    on.slack.fault("files.completeUploadExternal", status=503)
    with pytest.raises(Later):
        await on.adapter.deliver(to, outcome, plan)
    [files] = plan.messages
    await on.adapter.deliver(to, outcome, replace(plan, messages=(files[:1], files[1:])))
    assert [len(each.files) for each in _pictures(on)] == [1, 1]
    assert on.slack.orphans() == []


async def test_how_far_it_is_can_be_looked_up(on: Bed) -> None:
    to, outcome, plan = await on.finished(await on.wrote())
    await on.adapter.deliver(to, outcome, plan)
    [post] = (await on.records.posts.of(outcome.job)).values()
    [picture], [buttons] = _pictures(on), _buttons(on)
    assert (post.state, post.message, post.controls) == (State.DONE, picture.ts, buttons.ts)
    assert await on.records.posts.images(on.team.id, [picture.files[0].id]) == (outcome.images[0].id,)
