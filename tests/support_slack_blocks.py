"""Pictures and outcomes as Slack's pure builders take them, and whether Slack would take what they build."""

from __future__ import annotations

from typing import Any

from emulators.slack_api.blocks import HOME, MESSAGE, MODAL, check

from core.model import Actor, Cost, Destination, ImageId, ImageRequest, JobId, Operation, Place, Plan, Size, StoredImage
from core.model import Finished as Done

JOB = JobId("0" * 31 + "9")
CHANNEL = Place("slack", "T1", "C1")
LABEL = "A steady hand"


def image(number: int = 1, **said: Any) -> StoredImage:
    """A picture that was drawn in C1."""
    usual: dict[str, Any] = {
        "id": ImageId(f"{number:032x}"),
        "job": JOB,
        "position": number,
        "parent": None,
        "blob": "b",
        "media_type": "image/png",
        "size": Size(1024, 1024),
        "size_bytes": 1_400_000,
        "alt": "A lighthouse at dusk",
        "prompt": "a lighthouse at dusk",
        "operation": Operation.GENERATE,
        "provider": "hand",
        "model": "hand",
        "place": CHANNEL,
        "author": "U1",
        "private": False,
        "created_at_us": 1_760_000_000_000_000,
    }
    return StoredImage(**usual | said)


def plan(**said: Any) -> Plan:
    """What was admitted."""
    usual: dict[str, Any] = {
        "provider": "hand",
        "model": "hand",
        "operation": Operation.GENERATE,
        "text": "a lighthouse at dusk",
        "size": Size(1024, 1024),
    }
    return Plan(**usual | said)


def finished(*images: StoredImage, **said: Any) -> Done:
    """An outcome with these pictures."""
    actor = Actor("slack", "T1", "U1", "Member")
    asked = ImageRequest("e", actor, CHANNEL, Destination("slack", "s1:{}"), Operation.GENERATE, "a lighthouse")
    usual: dict[str, Any] = {
        "job": JOB,
        "request": asked,
        "plan": plan(),
        "images": images,
        "remarks": (),
        "charged": Cost(len(images), 40_000_000),
    }
    return Done(**usual | said)


def taken_by_slack(blocks: list[dict[str, Any]], surface: str = MESSAGE) -> None:
    """Whether Slack would take these blocks; what it says otherwise."""
    most = 50 if surface == MESSAGE else 100
    assert check(blocks, surface, at_most=most) == []


def view_taken_by_slack(view: dict[str, Any]) -> None:
    """The same for a modal or a Home tab, whose own fields are checked, too."""
    if view["type"] == "home":
        assert set(view) <= {"type", "blocks", "callback_id", "private_metadata"}
        taken_by_slack(view["blocks"], HOME)
        return
    assert set(view) <= {"type", "callback_id", "title", "blocks", "private_metadata", "submit", "close"}
    for name in ("title", "submit", "close"):
        text = view.get(name)
        assert text is None or (text["type"] == "plain_text" and 1 <= len(text["text"]) <= 24), name
    assert len(view["private_metadata"]) <= 3000
    assert len(view["callback_id"]) <= 255
    inputs = any(block["type"] == "input" for block in view["blocks"])
    assert not inputs or "submit" in view, "a view with fields has to be sent in"
    taken_by_slack(view["blocks"], MODAL)


def words_of(blocks: list[dict[str, Any]]) -> str:
    """Everything that can be read in blocks, for tests that look for words."""
    said: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("type") in ("plain_text", "mrkdwn"):
                said.append(value["text"])
            for each in value.values():
                look(each)
        elif isinstance(value, list):
            for each in value:
                look(each)

    look(blocks)
    return "\n".join(said)
