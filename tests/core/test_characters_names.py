"""What is a character's name, who is named in a prompt, and what a model is told of it."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.characters import NAME_CHARACTERS_MAX, folded, introduction, mentioned, spelled
from core.commands import options_from
from core.errors import BadFlagValue
from core.model import Options
from core.prompt import parse

QUIET = settings(derandomize=True, max_examples=300, deadline=None)
NAMES = st.from_regex(r"[\w-]{0,12}[^\W_][\w-]{0,12}", fullmatch=True).filter(lambda name: spelled(name) is not None)
SCRIPTS = [
    "hero",
    "Zoë",
    "герой",
    "英雄",
    "ヒーロー",
    "영웅",
    "हीरो",
    "বীর",
    "بطل",
    "ฮีโร่",
    "hero_2",
    "dark-elf",
    "２号",
]


@pytest.mark.parametrize("name", SCRIPTS)
def test_names_of_many_scripts_are_found_behind_a_flag_and_behind_a_sign(name: str) -> None:
    assert spelled(name) is not None
    for words in (f"a boat --character {name}", f"a boat --char=@{name}", f"a boat --character “{name}”"):
        said = parse(words)
        assert (said.text, [folded(each) for each in said.options.characters]) == ("a boat", [folded(name)])
    for words in (f"a boat with @{name}", f"@{name} in a boat", f"a boat (@{name}), red", f"with ＠{name}."):
        said = parse(words)
        assert said.text == words, "the words stay as they were typed"
        assert [names[0] for names in said.mentions] == [folded(name)]
        assert said.options == Options()


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a.b", "h!ro", "-", "__", "x" * 41, "🦊", "a/b", "½", "a\u200bb", "@", "@@a"]
)
def test_what_is_no_name(name: str) -> None:
    assert spelled(name) is None
    if name.strip():
        with pytest.raises(BadFlagValue, match="character cannot be"):
            options_from({"character": name})


def test_two_spellings_are_one_name() -> None:
    assert len({folded(name) for name in ("Hero", "HERO", "ｈｅｒｏ", "hero")}) == 1
    assert folded("Straße") == folded("STRASSE")
    assert folded("e\u0301lan") == folded("Élan")
    assert spelled(" @Hero ") == "Hero"


def test_folding_twice_changes_nothing_more_for_any_sign() -> None:
    for sign in map(chr, range(sys.maxunicode + 1)):
        assert folded(folded(sign)) == folded(sign)
        if sign.isalnum() and (shown := spelled(sign)) is not None:
            assert spelled(folded(shown)) is not None, "what a name is found by is a name"


@QUIET
@given(st.lists(NAMES, min_size=1, max_size=5))
def test_several_names_are_each_kept_once(names: list[str]) -> None:
    once = list(dict.fromkeys(map(folded, names)))
    for words in (f"a boat --character {','.join(names)}", " ".join(f"--char {name}" for name in names) + " a boat"):
        said = parse(words)
        assert [folded(name) for name in said.options.characters] == once
        assert said.text == "a boat"
    form = options_from({"character": ", ".join(names)})
    assert [folded(name) for name in form.characters] == once
    again = parse("a boat --char last", form)
    assert [folded(name) for name in again.options.characters] == list(dict.fromkeys([*once, "last"]))


@QUIET
@given(st.lists(st.one_of(NAMES.map(lambda name: "@" + name), st.sampled_from(["cat", "@", "a@b", "<@1>", "in,"]))))
def test_every_sign_is_found_in_its_order_and_no_word_is_lost(parts: list[str]) -> None:
    said = parse(" ".join(parts), allow_empty=True)
    assert said.text.split() == parts
    wanted = [folded(part[1:]) for part in parts if part.startswith("@") and len(part) > 1]
    assert [names[0] for names in said.mentions] == list(dict.fromkeys(wanted))


@pytest.mark.parametrize(
    "words",
    [
        "write to a@hero",
        "see x.com/@hero",
        "<@hero>",
        "\\@hero",
        "the sign says “@hero”",
        "das Schild „@hero“",
        "a boat --no @hero",
        "@ hero",
        "@!hero",
    ],
)
def test_a_sign_that_names_nobody(words: str) -> None:
    assert parse(words).mentions == ()


def test_where_words_are_not_set_apart_a_name_may_end_inside_of_them() -> None:
    [names] = mentioned("画@英雄在船上")
    assert names == ("英雄在船上", "英雄在船", "英雄在", "英雄", "英")
    [names] = mentioned("@영웅이 배에")
    assert "영웅" in names
    assert list(mentioned("@heroes @hero's @hero- @" + "x" * 50)) == [("heroes",), ("hero",), ("hero-", "hero")]
    [names] = mentioned("@ฮีโร่บนเรือ")
    assert "ฮีโร่" in names
    assert "ฮีโร" not in names, "a mark belongs to its letter"


@QUIET
@given(st.text(alphabet=st.sampled_from(list("@＠ab英ー-_ “”.\u0301\u0e31\U0001f98a")), max_size=80))
def test_whatever_is_found_is_a_name(text: str) -> None:
    for names in mentioned(text):
        assert names
        assert all(spelled(name) is not None and folded(name) == name for name in names)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("shard", ["@", "@英", "@x", "英", "@a-", "@@ "])
def test_the_work_grows_with_the_length(shard: str) -> None:
    began = time.thread_time()
    list(mentioned((shard * 32_000)[:32_000]))
    assert time.thread_time() - began < 2


def test_the_sentence_that_says_which_picture_is_who() -> None:
    assert introduction(["Hero"]) == "Picture 1 shows the character Hero: keep their looks."
    assert introduction(["", "Hero", "", "Zoë"]) == (
        "Picture 2 shows the character Hero and picture 4 shows the character Zoë: keep their looks."
    )
    assert introduction(["A", "B", "C"]) == (
        "Picture 1 shows the character A, picture 2 shows the character B and picture 3 shows the character C: "
        "keep their looks."
    )
    assert introduction([]) == introduction(["", ""]) == ""
    assert NAME_CHARACTERS_MAX == 40
