"""What a person typed reaches the prompt as they typed it, through everything that Slack does to a message's text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.slack.plainwords import emoji_in, links_in, spoken

ME = "U0EASEL"
NAMES = {"U1": "Member", "U2": "--no <!channel> “x”"}


def words(text: str) -> str:
    return spoken(text, ME, NAMES).words


def as_slack_sends(text: str) -> str:
    """Slack: "Escaping text"; the client does it with everything that is typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Without colons, which may be an emoji's name.
TYPED = st.text(st.characters(exclude_categories=("Cs",), exclude_characters=":"), max_size=80)


@settings(derandomize=True)
@given(TYPED)
def test_nothing_that_was_typed_is_lost(text):
    said = spoken(as_slack_sends(text), ME, NAMES)
    assert said.words == text.strip()
    assert not said.mentioned
    assert not said.to_others


@settings(derandomize=True)
@given(TYPED, TYPED)
def test_a_mention_takes_only_itself_and_its_comma_away(before, after):
    said = spoken(f"{as_slack_sends(before)} <@{ME}>, {as_slack_sends(after)}", ME, NAMES)
    assert said.mentioned
    assert said.words == f"{before.rstrip(BLANKS)} {after.lstrip(BLANKS)}".strip()


BLANKS = " \t\u00a0"


@settings(derandomize=True)
@given(st.text(st.sampled_from("<>@!#|&;:USC01alt^ "), max_size=40))
def test_anything_at_all_is_read(text):
    said = spoken(text, ME, NAMES)
    assert "\ufdd0" not in said.words
    links_in(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a cat &amp; a dog &lt;3", "a cat & a dog <3"),
        ("&amp;lt; stays one step", "&lt; stays one step"),
        ("a poster “SALE” — half price…", "a poster “SALE” — half price…"),
        ("see <http://example.com|example.com>", "see example.com"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("see <https://example.com/|example.com>", "see example.com"),
        ("the sign <https://example.com/long|our shop>", "the sign our shop (https://example.com/long)"),
        ("write <mailto:a@example.com|a@example.com>", "write a@example.com"),
        ("call <tel:+4930123|+4930123>", "call +4930123"),
        ("at <!date^1700000000^{date}|14 November>", "at 14 November"),
        ("for <#C012|general> and <#C013>", "for general and that channel"),
        ("&lt;@U1&gt; is typed by hand", "<@U1> is typed by hand"),
        ("a <b> c", "a <b> c"),
        ("left &lt; right &gt; left", "left < right > left"),
        ("two\nlines\n\nand a third", "two\nlines\n\nand a third"),
        ("--ar 16:9 a clock at 10:30:45", "--ar 16:9 a clock at 10:30:45"),
    ],
)
def test_what_slack_writes_is_read_as_people_see_it(text, read):
    assert words(text) == read


@pytest.mark.parametrize(
    "text",
    ["<@U0EASEL> a boat", "<@U0EASEL>: a boat", "<@U0EASEL|easel>, a boat", "a boat <@U0EASEL>", "a <@U0EASEL> boat"],
)
def test_easel_is_not_in_the_picture(text):
    said = spoken(text, ME, NAMES)
    assert said.words == "a boat"
    assert said.mentioned


def test_two_mentions_are_two():
    assert words("<@U0EASEL> <@U0EASEL>, a boat") == "a boat"


def test_an_emoji_behind_the_mention_keeps_its_colon():
    assert words("<@U0EASEL>:ocean: a boat") == "🌊 a boat"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (":ocean:", "🌊"),
        (":wave::skin-tone-4:", "👋🏽"),
        (":flag-de:", "🇩🇪"),
        (":our-own-parrot:", ":our-own-parrot:"),
        (":heart::ocean:", "❤️🌊"),
        (":oce&amp;an:", ":oce&an:"),
    ],
)
def test_emoji_are_what_was_typed(text, read):
    assert words(text) == read


def test_slack_says_which_sign_an_emoji_is():
    rich = [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "an "},
                        {"type": "emoji", "name": "female-astronaut", "unicode": "1f469-200d-1f680"},
                        {"type": "emoji", "name": "fake", "unicode": "2d-2d"},
                        {"type": "emoji", "name": "broken", "unicode": "zz"},
                    ],
                }
            ],
        }
    ]
    signs = emoji_in(rich)
    assert signs == {"female-astronaut": "👩‍🚀"}
    assert spoken("an :female-astronaut:", ME, NAMES, signs).words == "an 👩‍🚀"
    assert emoji_in({"elements": 3}) == emoji_in([3, {"elements": "x"}]) == {}


def test_people_are_called_by_name_and_no_name_is_a_flag():
    said = spoken("<@U0EASEL> <@U1> as a pirate, with <@U2> and <@U3|Guest> and <@U4>", ME, NAMES)
    assert said.words == "Member as a pirate, with no channel x and Guest and somebody"
    assert said.people == ("U1", "U2", "U3", "U4")
    assert said.mentioned
    assert not said.to_others


@pytest.mark.parametrize(
    "text", ["<@U1> nice", "<!here> look", "<!channel|channel> look", "<!subteam^S01|@design> look"]
)
def test_who_is_called_instead_of_easel(text):
    assert spoken(text, ME, NAMES).to_others
    assert not spoken(f"<@{ME}> {text}", ME, NAMES).to_others


def test_who_everybody_is_stays_readable():
    assert words("for <!here> and <!subteam^S01|@design>") == "for @here and design"


def test_links_are_found():
    text = "edit <https://a.slack.com/files/U1/F1/x.png|x.png> and <https://b.example/?a=1&amp;b=2>"
    assert links_in(text) == ("https://a.slack.com/files/U1/F1/x.png", "https://b.example/?a=1&b=2")
