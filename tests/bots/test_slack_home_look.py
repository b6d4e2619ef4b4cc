"""The page that shows blocks as Slack does says what the blocks say, and runs nothing that people wrote."""

from __future__ import annotations

import pytest
from support_slack_api import picture
from support_slack_blocks import JOB, LABEL, image, plan
from support_slack_look import Look, page

from bots.slack import modals
from bots.slack.details import details_blocks
from bots.slack.forms import About, Purpose
from bots.slack.home_blocks import Home, Recent, home_view
from bots.slack.result_blocks import controls, share_note, working
from core.model import Cost, Details

LOOK = Look(people={"U1": "Designer"}, channels={"C1": "design"}, files={"F1": picture()})
ABOUT = About(Purpose.EDIT, image().id, "C1")


def test_all_that_easel_shows_has_a_look():
    details = Details(image(), plan(), (image(),), Cost(1, 0))
    under = [*share_note([image()]), *controls(JOB, [image()], private=True, context=["For *Designer* in <#C1>"])]
    shown = page(
        LOOK.thread("design", [LOOK.message("Easel", files=["F1"]), LOOK.message("Easel", blocks=under)]),
        LOOK.ephemeral(working(JOB, "Drawing …")),
        *(LOOK.modal(modals.modal(About(each, image().id, "C1"), names=["a", "b"])) for each in Purpose),
        LOOK.modal(modals.shown(ABOUT, details_blocks(details, LABEL, file="F1"))),
        LOOK.home(home_view(Home((), (Recent(image(), "F1"),), 0, is_admin=True, more=True))),
    )
    for words in (
        "Only you can see this.",
        "#design",
        "<b>Designer</b>",
        "What should change?",
        "Your pictures",
        LABEL,
    ):
        assert words in shown, words
    assert shown.count("data:image/png;base64,") == 3


def test_what_people_wrote_stays_words():
    hostile = image(prompt="<script>alert(1)</script> *x*", alt="<img src=x>")
    shown = LOOK.home(home_view(Home((), (Recent(hostile, "F1"),), 0)))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    with pytest.raises(ValueError, match="no look"):
        LOOK.blocks([{"type": "carousel"}])
