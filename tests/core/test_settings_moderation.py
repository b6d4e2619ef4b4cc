"""What the operator does not want drawn, said in the settings."""

from pathlib import Path

import pytest

from core.errors import BadSettings
from core.moderation import Check, ModerationRules, OnTrouble
from core.moderation_words import WordList
from core.settings import describe, load
from core.settings_moderation import moderation_of

WITH_KEY = {"EASEL_OPENAI__API_KEY": "sk-1"}


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        (tmp_path / "easel.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_nothing_is_checked_unless_somebody_says_so(tmp_path):
    assert moderation_of(load({}, tmp_path)) == ModerationRules()


def test_all_of_it_can_be_said(write):
    folder = write(
        '[moderation]\ncheck = "all"\non_trouble = "refuse"\nwords = ["cudgel", "big stick"]\n'
        "cool_down_refusals = 5\ncool_down_minutes = 10\n"
        '[moderation.thresholds]\nviolence = 0.6\n"violence/graphic" = 1\n'
        '[[moderation.rules]]\nworkspace = "discord:1"\ncategory = "violence"\nscore = 0.9\n'
        '[[moderation.rules]]\nworkspace = "discord:1"\ncategory = "sexual"\nscore = 0\n'
        '[[workspaces]]\nworkspace = "slack:T1"\nblocked_words = ["pike"]\n'
    )
    read = load(WITH_KEY, folder)
    assert moderation_of(read) == ModerationRules(
        check=Check.ALL,
        on_trouble=OnTrouble.REFUSE,
        words=WordList(["cudgel", "big stick"]),
        words_in={"slack:T1": WordList(["pike"])},
        thresholds={"violence": 0.6, "violence/graphic": 1.0},
        thresholds_in={"discord:1": {"violence": 0.9, "sexual": 0.0}},
        cool_down_refusals=5,
        cool_down_us=600_000_000,
    )
    shown = {name: value for name, value, _ in describe(read)}
    assert shown["moderation.thresholds"] == "violence 0.6, violence/graphic 1.0"
    assert (shown["moderation.rules"], shown["workspaces"]) == ("2 rows", "1 rows")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[moderation]\ncheck = "some"', 'easel.toml: moderation.check is "some", but must be off, text or all.'),
        (
            "[moderation.thresholds]\nviolense = 0.5",
            "easel.toml: moderation.thresholds cannot be used: there is no category 'violense'. Did you mean violence?",
        ),
        (
            "[moderation.thresholds]\nviolence = 1.5",
            "easel.toml: moderation.thresholds must be a table of categories and scores from 0 to 1, but ",
        ),
        ("[moderation.thresholds]\nviolence = nan", "easel.toml: moderation.thresholds must be "),
        ("[moderation]\nthresholds = 3", 'easel.toml: moderation.thresholds is "3", but must be a table of categories'),
        (
            '[[moderation.rules]]\nworkspace = "discord:1"\ncategory = "violense"\nscore = 0.5',
            "easel.toml: moderation.rules, row 1 (line 1): there is no category 'violense'. Did you mean violence?",
        ),
        (
            '[[moderation.rules]]\nworkspace = "1"\ncategory = "violence"\nscore = 0.5',
            "easel.toml: moderation.rules, row 1 (line 1): workspace is '1', but must be like discord:123, or *",
        ),
        (
            '[[moderation.rules]]\nworkspace = "*"\ncategory = "violence"\nscroe = 0.5',
            "easel.toml: moderation.rules, row 1 (line 1): score is missing.",
        ),
        ('[moderation]\nwords = ["ok", " \\u200b"]', "easel.toml: moderation.words is "),
        (
            '[[workspaces]]\nworkspace = "discord:1"\nmode = "slow"',
            'easel.toml: workspaces, row 1 (line 1): mode is "slow", but must be instant or thinking.',
        ),
        (
            '[[workspaces]]\nworkspace = "discord:1"\nblocked_words = [""]',
            "easel.toml: workspaces, row 1 (line 1): they must be words or phrases of at most 100 characters.",
        ),
        (
            '[[workspaces]]\nworkspace = "discord:1"\n[[workspaces]]\nworkspace = "discord:1"',
            "[[workspaces]] has 2 rows for discord:1: keep one.",
        ),
        (
            '[moderation]\ncheck = "text"',
            "EASEL_MODERATION__CHECK is text, and the illustrator has no safety check: set it to off, or set up O",
        ),
        (
            '[openai]\nbase_url = "http://box:1234/v1"\nserver = "sd-server"\n[moderation]\ncheck = "text"',
            "EASEL_MODERATION__CHECK is text, and stable-diffusion.cpp has no safety check: set it to off.",
        ),
        (
            '[openai]\nbase_url = "http://box:1234/v1"\nserver = "localai"\n[moderation]\ncheck = "all"',
            "EASEL_MODERATION__CHECK is all, and LocalAI checks words only: set it to text.",
        ),
    ],
)
def test_what_cannot_be_meant_is_said(write, text, said):
    with pytest.raises(BadSettings) as refused:
        load({}, write(text))
    lines = [line.removeprefix("- ") for line in refused.value.sentence.splitlines() if line.startswith("- ")]
    assert lines[0].startswith(said)
    assert len(lines) == 1 or "scroe" in lines[1]


def test_in_a_variable_tables_are_json(tmp_path):
    said = {**WITH_KEY, "EASEL_MODERATION__CHECK": "text", "EASEL_MODERATION__THRESHOLDS": '{"violence": 0.25}'}
    assert moderation_of(load(said, tmp_path)).thresholds == {"violence": 0.25}
    with pytest.raises(
        BadSettings, match=r"EASEL_MODERATION__THRESHOLDS must be a JSON object; easel\.toml is the easier"
    ):
        load({"EASEL_MODERATION__THRESHOLDS": "violence=1"}, tmp_path)


def test_the_readmes_example_of_tables_can_be_used(write):
    readme = (Path(__file__).parent.parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    example = (
        readme.partition("Tables and rows, as `easel.toml` has them:")[2].partition("```toml")[2].partition("```")[0]
    )
    read = load(WITH_KEY, write(example))
    assert moderation_of(read).check is Check.TEXT
    assert len(read.prices) == len(read.workspaces) == len(read.moderation.rules) == 1
