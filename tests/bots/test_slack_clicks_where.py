"""Where a click or a form happened, as its payload tells it."""

from __future__ import annotations

from typing import Any

import pytest

from bots.slack.event import Event
from bots.slack.forms import About, Purpose
from bots.slack.interactions import about_here, action_of
from bots.slack.result_blocks import block_id

ROOT, OWN = "1700000000.000100", "1700000000.000200"
ID = "0" * 32
EDIT = {"action_id": "easel:edit", "value": ID, "block_id": "b1"}


def event(**body: Any) -> Event:
    return Event("T1", "", "U0", {"user": {"id": "U1"}, **body})


def clicked(container: dict[str, Any], action: dict[str, Any] | None = None, **body: Any) -> Event:
    return event(channel={"id": "C1"}, container=container, actions=[action or EDIT], **body)


@pytest.mark.parametrize(
    ("happened", "thread"),
    [
        (clicked({"channel_id": "C1", "thread_ts": ROOT}, message={"ts": OWN}), ROOT),
        (clicked({"channel_id": "C1"}, message={"ts": OWN, "thread_ts": ROOT}), ROOT),
        (clicked({"channel_id": "C1"}, message={"ts": OWN}), OWN),  # a thread begins under it
        # An ephemeral message: no `message`, and whether the container has the thread nobody says.
        (clicked({"channel_id": "C1", "is_ephemeral": True}, EDIT | {"block_id": block_id(ID, ROOT)}), ROOT),
        (clicked({"channel_id": "C1", "is_ephemeral": True}), ""),
        (event(channel={"id": "C1"}, message_ts=OWN, message={"ts": OWN, "thread_ts": ROOT}), ROOT),  # a shortcut
        (event(channel={"id": "C1"}, message_ts=OWN), OWN),
    ],
)
def test_a_click_on_a_message(happened: Event, thread: str):
    assert about_here(happened, Purpose.EDIT, ID) == About(Purpose.EDIT, ID, "C1", thread)


def test_a_click_in_a_view_belongs_where_the_view_was_opened():
    before = About(Purpose.DETAILS, ID, "C1", ROOT, direct=True)
    happened = event(view={"type": "modal", "private_metadata": before.metadata}, container={"type": "view"})
    assert about_here(happened, Purpose.EDIT, "1" * 32) == About(Purpose.EDIT, "1" * 32, "C1", ROOT, direct=True)


def test_a_click_in_the_home_tab_has_no_channel():
    happened = event(view={"type": "home", "private_metadata": ""}, container={"type": "view"}, actions=[EDIT])
    assert about_here(happened, Purpose.EDIT, ID) == About(Purpose.EDIT, ID)


def test_the_action_is_ours():
    other = {"action_id": "other:edit"}
    assert action_of(clicked({}, EDIT)) == EDIT
    assert action_of(event(actions=[other, None, EDIT])) == EDIT
    for actions in (None, "x", [], [None], [other], [{"action_id": 3}]):
        assert action_of(event(actions=actions)) == {}
