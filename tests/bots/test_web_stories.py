"""A person says, a person sees: the playground over real HTTP, with a real store and worker behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_web import House, hole, house, png

from core.model import Verb
from core.ports import EditOrder


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def test_imagine_posts_a_picture_in_reply_to_the_words(easel: House) -> None:
    async with easel.browser() as member:
        result = await member.drawn("/imagine a red fox")
        said = (await member.messages())[0]
        assert (said["kind"], said["text"], said["author"]["id"]) == ("said", "/imagine a red fox", "member")
        assert result["kind"] == "result"
        assert result["author"]["kind"] == "easel"
        assert result["reply_to"] == said["id"]
        assert result["reply_preview"]["text"] == "/imagine a red fox"
        [image] = result["images"]
        assert image["number"] == 1
        assert image["alt"].startswith("A field of")
        shown = await member.send("GET", image["url"])
        assert shown.status == 200
        assert shown.body.startswith(b"\x89PNG")
        assert [button["verb"] for button in result["buttons"]][:2] == ["edit", "redo"]


async def test_words_in_reply_to_a_picture_edit_it(easel: House) -> None:
    async with easel.browser() as member:
        first = await member.drawn("@easel a red fox")
        edited = await member.drawn("make it night", reply_to=first["id"])
        assert edited["images"][0]["parent"] == first["images"][0]["id"]
        assert any("you replied to" in remark for remark in edited["remarks"])
        assert (await member.get(f"/api/images/{edited['images'][0]['id']}/details")).json["lineage"][0]["id"] == (
            first["images"][0]["id"]
        )


async def test_a_reply_to_several_pictures_names_one_or_is_asked_which(easel: House) -> None:
    async with easel.browser() as member:
        four = await member.drawn("/imagine boats --n 4")
        assert [image["number"] for image in four["images"]] == [1, 2, 3, 4]
        asked = await member.say("make it night", reply_to=four["id"])
        assert asked.status == 422
        choices = asked.json["error"]["choices"]
        assert [choice["image"] for choice in choices] == [image["id"] for image in four["images"]]
        assert (await member.send("GET", choices[2]["thumb"])).status == 200
        second = await member.drawn("2 make it night", reply_to=four["id"])
        assert second["images"][0]["parent"] == four["images"][1]["id"]
        third = await member.drawn("make it night", reply_to=four["id"], pick=3)
        assert third["images"][0]["parent"] == four["images"][2]["id"]


async def test_numbers_do_not_move_up_when_a_picture_is_deleted(easel: House) -> None:
    async with easel.browser() as member:
        three = await member.drawn("/imagine boats --n 3")
        assert (await member.press("delete", three["images"][0]["id"])).status == 204
        edited = await member.drawn("2 make it night", reply_to=three["id"])
        assert edited["images"][0]["parent"] == three["images"][1]["id"]
        gone = await member.say("1 make it night", reply_to=three["id"])
        assert gone.status == 422
        assert gone.sentence.startswith("Picture 1 of that message is no longer there.")


async def test_talk_is_posted_and_only_the_first_time_answered_with_a_hint(easel: House) -> None:
    async with easel.browser("guest") as guest, easel.browser("member") as member:
        assert (await guest.say("good morning")).json["job"] is None
        await guest.say("nobody here?")
        kinds = [(message["kind"], message["only_for"]) for message in await guest.messages()]
        assert kinds == [("said", None), ("answer", "guest"), ("said", None)]
        assert [message["text"] for message in await member.messages()] == ["good morning", "nobody here?"]


async def test_the_same_message_sent_twice_is_one_message_and_one_job(easel: House) -> None:
    async with easel.browser() as member:
        key = "3f2b8a52-7c55-4c6e-9c6a-0d6f4f0e6a11"
        first = await member.say("/imagine a fox", client_key=key)
        second = await member.say("/imagine a fox", client_key=key)
        assert first.json == second.json
        root = await member.outcome(first.json["job"])
        turn = await member.say("make it night", thread=root["id"], client_key=key.replace("3f", "4f"))
        await member.outcome(turn.json["job"], root["id"])
        before = await member.messages(thread=root["id"])
        await member.say("/imagine a fox", client_key=key)
        await member.say("make it night", thread=root["id"], client_key=key.replace("3f", "4f"))
        assert await member.messages(thread=root["id"]) == before
        assert len(await member.messages()) == 2
        assert len(easel.painter.orders) == 2
        other = await member.say("/imagine a wolf", client_key=key)
        assert other.status == 409


async def test_a_refusal_leaves_no_message_and_says_what_remains(easel: House) -> None:
    async with easel.browser("guest") as guest:
        refused = await guest.say("/imagine boats --n 4")
        assert refused.status == 429
        assert "Nothing was charged." in refused.sentence
        [allowance] = refused.json["error"]["allowances"]
        assert (allowance["cap"], allowance["used"], allowance["refused"]) == (3, 0, True)
        assert allowance["resets"].startswith("in ")
        assert await guest.messages() == []
        await guest.drawn("/imagine boats --n 3")
        [left] = (await guest.get("/api/quota", channel="studio")).json["allowances"]
        assert (left["used"], left["remaining"]) == (3, 0)


async def test_an_unknown_command_or_flag_is_not_posted_as_talk(easel: House) -> None:
    async with easel.browser() as member:
        command = await member.say("/imagin a fox")
        flag = await member.say("/imagine a fox --sty poster")
        assert (command.status, command.json["error"]["code"]) == (422, "unknown_command")
        assert (flag.status, flag.json["error"]["code"]) == (422, "unknown_flag")
        assert await member.messages() == []


async def test_a_form_gives_command_and_options(easel: House) -> None:
    async with easel.browser() as member:
        result = await member.drawn("boats", command="imagine", options={"count": 2, "style": "", "private": False})
        assert len(result["images"]) == 2
        assert (await member.messages())[0]["text"] == "/imagine boats"


async def test_every_message_of_a_thread_with_a_picture_is_a_turn(easel: House) -> None:
    async with easel.browser() as member:
        root = await member.drawn("/imagine a fox")
        first = await member.drawn("make it night", thread=root["id"])
        second = await member.drawn("now add snow", thread=root["id"])
        assert first["images"][0]["parent"] == root["images"][0]["id"]
        assert second["images"][0]["parent"] == first["images"][0]["id"]
        assert [message["id"] for message in await member.messages()][-1] == root["id"]
        in_thread = await member.messages(thread=root["id"])
        assert [message["thread"] for message in in_thread] == [None, *[root["id"]] * 4]
        assert in_thread[0]["replies"] == 4


async def test_a_turn_after_several_pictures_names_one_or_is_asked_which(easel: House) -> None:
    async with easel.browser() as member:
        root = await member.drawn("/imagine boats --n 3")
        asked = await member.say("make it night", thread=root["id"])
        assert (asked.status, asked.json["error"]["code"]) == (422, "which_picture")
        second = await member.drawn("2: make it night", thread=root["id"])
        assert second["images"][0]["parent"] == root["images"][1]["id"]


async def test_a_thread_under_a_private_picture_stays_private(easel: House) -> None:
    async with easel.browser("member") as member, easel.browser("designer") as designer:
        root = await member.drawn("/imagine a fox --private")
        turn = await member.drawn("make it night", thread=root["id"])
        assert turn["only_for"] == "member"
        assert turn["images"][0]["parent"] == root["images"][0]["id"]
        await member.say("@easel", thread=root["id"])
        sent = await member.upload(png())
        await member.say("", thread=root["id"], attachments=[sent.json["upload"]])
        assert (await member.messages(thread=root["id"]))[-1]["only_for"] == "member"
        assert await designer.messages() == []
        assert (await designer.say("hello", thread=root["id"])).status == 404


async def test_an_attached_photo_is_edited_and_can_be_replied_to(easel: House) -> None:
    async with easel.browser() as member:
        sent = await member.upload(png(80, 60, "navy"), "..%2F..%2Fetc%2Fpass%E2%80%AEwd.png")
        assert sent.status == 201
        assert (sent.json["name"], sent.json["width"], sent.json["height"]) == ("passwd.png", 80, 60)
        posted = await member.say("my holiday", attachments=[sent.json["upload"]])
        assert posted.json["job"] is None
        edited = await member.drawn("make it night", reply_to=posted.json["message"])
        assert (edited["images"][0]["width"], edited["images"][0]["height"]) == (80, 60)
        again = await member.drawn("@easel make it warm", attachments=[sent.json["upload"]])
        assert (again["images"][0]["width"], again["images"][0]["height"]) == (80, 60)
        [attachment] = (await member.messages())[0]["attachments"]
        assert (await member.send("GET", attachment["url"])).headers["Content-Type"].startswith("image/")


async def test_what_is_no_picture_is_refused_in_one_sentence(easel: House) -> None:
    async with easel.browser() as member:
        for data in (b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", png()[:60]):
            refused = await member.upload(data)
            assert (refused.status, refused.json["error"]["code"]) == (422, "unusable_image")
        large = await member.upload(b"\x89PNG\r\n\x1a\n" + bytes(20_000_001))
        assert (large.status, large.sentence.split(".")[0]) == (422, "This file is larger than 20 MB")


async def test_a_painted_mask_reaches_the_provider_as_it_was_painted(easel: House) -> None:
    async with easel.browser() as member:
        drawn = await member.drawn("/imagine a fox")
        mask = await member.upload(hole(64, 48), "mask.png", purpose="mask")
        assert (mask.status, mask.json["width"]) == (201, 64)
        assert (await member.send("GET", mask.json["url"])).status == 404
        image = drawn["images"][0]["id"]
        edited = await member.drawn("make it red", image=image, mask=mask.json["upload"])
        assert edited["images"][0]["parent"] == image
        order = easel.painter.orders[-1]
        assert isinstance(order, EditOrder)
        assert order.mask is not None


async def test_a_private_picture_is_its_authors_alone(easel: House) -> None:
    async with easel.browser("member") as member, easel.browser("designer") as designer:
        sent = await member.upload(png(80, 60))
        result = await member.drawn("/edit make it night --private", attachments=[sent.json["upload"]])
        assert result["only_for"] == "member"
        assert await designer.messages() == []
        image = result["images"][0]["id"]
        for path in (f"/api/images/{image}", f"/api/images/{image}/details", f"/api/uploads/{sent.json['upload']}"):
            assert (await member.get(path)).status == 200
            assert (await designer.get(path)).status == 404
        for verb in ("edit", "redo", "delete", "details", "share"):
            assert (await designer.press(verb, image, instruction="x")).status == 404, verb
        assert (await designer.say("make it day", reply_to=result["id"])).status == 404
        follow = await member.drawn("make it day", reply_to=result["id"])
        assert follow["only_for"] == "member"


async def test_what_a_mask_cannot_be(easel: House) -> None:
    async with easel.browser() as member:
        huge = bytearray(hole(8, 8))
        huge[16:24] = (100_000).to_bytes(4, "big") * 2
        for data in (b"", b"\x89PNG\r\n\x1a\n", png()[1:], bytes(huge)):
            refused = await member.upload(data, "mask.png", purpose="mask")
            assert (refused.status, refused.json["error"]["code"]) == (422, "unusable_mask")


async def test_words_that_only_one_person_sees_are_quoted_to_nobody_else(easel: House) -> None:
    async with easel.browser("member") as member, easel.browser("designer") as designer:
        await member.say("/quota")
        answer = (await member.messages())[-1]
        await member.say("that is little", reply_to=answer["id"])
        [mine] = [message for message in await member.messages() if message["text"] == "that is little"]
        [theirs] = [message for message in await designer.messages() if message["text"] == "that is little"]
        assert "29" in mine["reply_preview"]["text"] or "30" in mine["reply_preview"]["text"]
        assert theirs["reply_preview"] is None


async def test_delete_takes_the_picture_out_of_the_message(easel: House) -> None:
    async with easel.browser("member") as member, easel.browser("designer") as designer:
        two = await member.drawn("/imagine boats --n 2")
        first, second = (image["id"] for image in two["images"])
        assert (await designer.press("delete", first)).status == 403
        assert (await member.press("delete", first)).status == 204
        message = (await member.messages())[-1]
        assert [image["deleted"] for image in message["images"]] == [True, False]
        assert {button["image"] for button in message["buttons"]} == {second}
        assert not message["deleted"]
        assert message["seq"] > two["seq"]
        assert (await member.get(f"/api/images/{first}")).status == 404
        async with easel.browser("moderator") as moderator:
            assert (await moderator.press("delete", second)).status == 204
        assert (await member.messages())[-1]["deleted"]


async def test_buttons_draw_again_and_go_back(easel: House) -> None:
    async with easel.browser() as member:
        drawn = await member.drawn("/imagine a fox")
        image = drawn["images"][0]["id"]
        redone = await member.outcome((await member.press("redo", image)).json["job"])
        assert redone["reply_to"] == drawn["id"]
        edited = await member.outcome((await member.press("edit", image, instruction="make it night")).json["job"])
        assert edited["images"][0]["parent"] == image
        back = await member.outcome((await member.press("undo", edited["images"][0]["id"])).json["job"])
        assert [each["id"] for each in back["images"]] == [image]
        details = await member.press("details", image)
        assert (details.status, details.json["details"]["prompt"]) == (200, "a fox")


async def test_what_cannot_be_drawn_is_said_where_the_result_would_be(easel: House) -> None:
    async with easel.browser() as member:
        failed = await member.drawn("/imagine the impossible")
        assert failed["kind"] == "failed"
        assert failed["text"] == "I cannot draw the impossible. Nothing was charged. Ask for something else."
        [left, *_] = (await member.get("/api/quota", channel="studio")).json["allowances"]
        assert left["used"] == 0


async def test_questions_are_answered_to_the_asker_alone(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        drawn = await member.drawn("/imagine a fox")
        for command, words in (("/quota", "29 images left"), ("/help", "/imagine"), ("/history", "newest pictures")):
            assert (await member.say(command)).status == 202
            answer = (await member.messages())[-1]
            assert (answer["kind"], answer["only_for"]) == ("answer", "member")
            assert words in answer["text"]
        assert [image["id"] for image in answer["images"]] == [drawn["images"][0]["id"]]
        assert len(await guest.messages()) == 2
        shown = await member.drawn(f"/image {drawn['images'][0]['id']}")
        assert shown["images"][0]["id"] == drawn["images"][0]["id"]


async def test_history_and_thumbnails(easel: House) -> None:
    async with easel.browser() as member:
        await member.drawn("/imagine a fox")
        await member.drawn("/imagine a boat")
        everything = await member.get("/api/history", channel="studio", q="")
        assert [image["prompt"] for image in everything.json["images"]] == ["a boat", "a fox"]
        found = await member.get("/api/history", channel="studio", q="fox")
        assert len(found.json["images"]) == 1
        thumb = await member.send("GET", found.json["images"][0]["thumb"])
        assert (thumb.status, thumb.headers["Content-Type"], thumb.body[8:12]) == (200, "image/webp", b"WEBP")
        elsewhere = await member.get("/api/history", channel="posters", q="")
        assert elsewhere.json == {"images": [], "more": False}


async def test_older_messages_are_reached_page_by_page(easel: House) -> None:
    async with easel.browser() as member:
        for number in range(7):
            await member.say(f"message {number}")
        page = await member.get("/api/messages", channel="studio", limit=3)
        texts = [message["text"] for message in page.json["messages"]]
        assert (texts, page.json["more"]) == (["message 4", "message 5", "message 6"], True)
        older = await member.get("/api/messages", channel="studio", limit=10, before=page.json["messages"][0]["seq"])
        texts = [message["text"] for message in older.json["messages"] if message["kind"] == "said"]
        assert (texts, older.json["more"]) == (["message 0", "message 1", "message 2", "message 3"], False)


async def test_after_a_restart_everything_is_there_and_old_buttons_work(tmp_path: Path) -> None:
    async with house(tmp_path) as before, before.browser() as member:
        drawn = await member.drawn("/imagine a fox")
        cookies = {cookie.key: cookie.value for cookie in member.session.cookie_jar}
    async with house(tmp_path) as after, after.browser() as member:
        assert {cookie.key: cookie.value for cookie in member.session.cookie_jar} == cookies
        assert (await member.messages())[-1] == drawn
        pressed = await member.press("vary", drawn["images"][0]["id"])
        varied = await member.outcome(pressed.json["job"])
        assert varied["images"][0]["parent"] == drawn["images"][0]["id"]


async def test_a_job_that_was_at_work_when_the_process_ended_is_delivered_by_the_next(tmp_path: Path) -> None:
    async with house(tmp_path) as before, before.browser() as member:
        answer = await member.say("/imagine slowly a fox")
        async with member.listening(0) as stream:
            await stream.until("progress", stage="drawing")
    async with house(tmp_path) as after, after.browser() as member:
        after.painter.go.set()
        result = await member.outcome(answer.json["job"])
        assert [message["kind"] for message in await member.messages()] == ["said", "result"]
        assert result["reply_to"] == answer.json["message"]


async def test_hello_tells_the_page_everything_it_is_made_of(easel: House) -> None:
    async with easel.browser() as member:
        hello = (await member.get("/api/hello")).json
        assert [person["name"] for person in hello["people"]] == ["Guest", "Member", "Designer", "Moderator"]
        assert [channel["id"] for channel in hello["channels"]] == ["studio", "sketches", "posters"]
        imagine = next(command for command in hello["commands"] if command["name"] == "imagine")
        assert {"ratio", "count", "style"} <= {option["name"] for option in imagine["options"]}
        assert {verb["verb"] for verb in hello["verbs"]} == {verb.value for verb in Verb}
        assert hello["limits"] == {"file_bytes": 20_000_000, "text_characters": 32_000}


async def test_a_private_picture_that_is_shared_can_be_seen_by_the_channel(easel: House) -> None:
    async with easel.browser("member") as member, easel.browser("designer") as designer:
        private = await member.drawn("/imagine a fox --private")
        image = private["images"][0]["id"]
        assert "share" in {button["verb"] for button in private["buttons"]}
        shared = await member.outcome((await member.press("share", image)).json["job"])
        assert shared["only_for"] is None
        [seen] = await designer.messages()
        assert seen["id"] == shared["id"]
        assert (await designer.send("GET", seen["images"][0]["url"])).status == 200


async def test_what_a_button_makes_of_a_private_picture_stays_private(easel: House) -> None:
    async with easel.browser("member") as member, easel.browser("designer") as designer:
        image = (await member.drawn("/imagine a fox --private"))["images"][0]["id"]
        for verb in ("edit", "redo", "vary", "finalise"):
            pressed = await member.press(verb, image, instruction="make it night" if verb == "edit" else "")
            assert pressed.status == 202, (verb, pressed.body)
            assert (await member.outcome(pressed.json["job"]))["only_for"] == "member", verb
        assert await designer.messages() == []
