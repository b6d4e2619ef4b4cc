"""Reading lists out of words: entries, sections, prices, shares, boxes and arrows, parts of a screen; and layering."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.providers.illustrator.layouts.arrows import graph
from core.providers.illustrator.layouts.depicting import depicted
from core.providers.illustrator.layouts.heading import heading
from core.providers.illustrator.layouts.interfaces import interface
from core.providers.illustrator.layouts.layering import layered, spread
from core.providers.illustrator.layouts.listing import items, lead_and_body, marked, priced, sections, shared

PROPERTY = settings(derandomize=True, deadline=None, max_examples=80)
WORDS = (
    "tea",
    "Kaffee",
    "pain au chocolat",
    "咖啡",
    "紅茶",
    "떡볶이",
    "चाय",
    "কফি",
    "قهوة",
    "ชาเย็น",
    "⟦3⟧",
    "soup no 5",
)
SEPARATORS = (", ", "; ", "、", "，", "；", "\n", "\n- ", "\n• ", " • ", "، ", "؛ ")
ENDINGS = (", and ", " and ", " und ", " et ", " y ", " और ", " এবং ", " и ", " e ")
PRICES = (
    "2.50",
    "€2.50",
    "2,50 €",
    "$4",
    "1,250 円",
    "25元",
    "₹৩৫",
    "৳ ৫০",
    "3.50 CHF",
    "£3",
    "12 zł",
    "4,-",
    "2.50/3.20",
    "٣٫٥٠",
)


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=9), st.sampled_from(SEPARATORS))
@PROPERTY
def test_a_list_is_cut_at_every_separator_and_loses_nothing(words: list[str], separator: str) -> None:
    text = separator.join(words)
    assert items(f"- {text}" if separator == "\n- " else text) == tuple(words)


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=9), st.sampled_from(ENDINGS))
@PROPERTY
def test_the_last_entry_may_follow_an_and(words: list[str], ending: str) -> None:
    assert items(", ".join(words[:-1]) + ending + words[-1]) == tuple(words)


@given(
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=9), st.sampled_from(("{}. ", "{}) ", "({}) ")), st.booleans()
)
@PROPERTY
def test_numbers_introduce_entries(words: list[str], number: str, lines: bool) -> None:
    text = ("\n" if lines else " ").join(number.format(at + 1) + word for at, word in enumerate(words))
    assert items(text) == tuple(words)


@given(st.sampled_from(WORDS), st.sampled_from(PRICES), st.sampled_from((" ", " - ", ": ", " .... ", " – ", " for ")))
@PROPERTY
def test_a_price_is_kept_as_it_was_written(name: str, price: str, between: str) -> None:
    assert priced(f"{name}{between}{price}") == (name, price)


@given(st.text(max_size=60))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_no_words_break_the_reading(text: str) -> None:
    lead, body = lead_and_body(text)
    for part in sections(body):
        for item in part.items:
            assert item.strip()
            name, price = priced(item)
            assert not price or (name and price.replace(" ", "") in item.replace(" ", "").replace("\xa0", ""))
            shared(item)
    found = graph(text, ())
    assert all(0 <= arrow.start < len(found.boxes) and 0 <= arrow.end < len(found.boxes) for arrow in found.arrows)
    interface(text, ())
    heading(lead, ())


def test_sections_have_headings_and_a_price_after_a_colon_is_none() -> None:
    _, body = lead_and_body("menu: Drinks: espresso: €2.50, tea 2,00 €. Food: croissant 2.80, “soup, hot” 4")
    assert [(part.heading, part.items) for part in sections(body)] == [
        ("Drinks", ("espresso: €2.50", "tea 2,00 €")),
        ("Food", ("croissant 2.80", "“soup", "hot” 4")),
    ]
    kept = marked("menu: “soup, hot” 4, “tea” 2", ("soup, hot", "tea"))
    assert sections(lead_and_body(kept)[1])[0].items == ("⟦0⟧ 4", "⟦1⟧ 2")


LEADS = {
    "a menu for a café: tea 2, cake 3": ("a menu for a café", "tea 2, cake 3"),
    "Café menu. Drinks: tea 2": ("Café menu. ", "Drinks: tea 2"),
    "Menu\nDrinks:\ntea 2": ("Menu", "Drinks:\ntea 2"),
    "menu with tea: 2.50, cake: 3": ("menu", "tea: 2.50, cake: 3"),
    "信息图：1. 喝水 2. 睡觉": ("信息图", "1. 喝水 2. 睡觉"),
    "open at 12:30": ("", "open at 12:30"),
}


@pytest.mark.parametrize("text", LEADS)
def test_what_introduces_a_list_is_told_from_it(text: str) -> None:
    lead, body = lead_and_body(text)
    assert (lead, body.strip()) == LEADS[text]


HEADINGS = {
    "a vintage menu for a café with a cat": ("Café", "Menu", "cat"),
    "infographic about recycling": ("Recycling", "Infographic", ""),
    "Speisekarte für ein Bistro": ("Bistro", "Speisekarte", ""),
    "咖啡馆菜单": ("咖啡馆菜单", "菜单", ""),
    "please draw me a nice menu": ("Menu", "Menu", ""),
}


@pytest.mark.parametrize("lead", HEADINGS)
def test_a_sheet_is_headed_with_what_it_is_for(lead: str) -> None:
    found = heading(lead, ())
    title, kind, wished = HEADINGS[lead]
    assert (found.title, found.kind) == (title, kind)
    assert wished in found.rest


SHARES = {
    "60% walk": ("walk", 60.0),
    "walk: 60 %": ("walk", 60.0),
    "30 percent of people": ("people", 30.0),
    "12,5 Prozent Tee": ("Tee", 12.5),
    "百分之60 步行": ("步行", 60.0),
    "৬০% হাঁটা": ("হাঁটা", 60.0),
    "six of ten": ("six of ten", None),
}


@pytest.mark.parametrize("item", SHARES)
def test_percentages_are_read(item: str) -> None:
    assert shared(item) == SHARES[item]


CHAINS = {
    "Idea -> Sketch -> Print": (("Idea", "Sketch", "Print"), [(0, 1, ""), (1, 2, "")]),
    "A → B, A → C, B → D": (("A", "B", "C", "D"), [(0, 1, ""), (0, 2, ""), (1, 3, "")]),
    "login then cart then payment": (("Login", "Cart", "Payment"), [(0, 1, ""), (1, 2, "")]),
    "A -yes-> B; A --no--> C": (("A", "B", "C"), [(0, 1, "yes"), (0, 2, "no")]),
    "A -[ok]-> B -> a": (("A", "B"), [(0, 1, "ok"), (1, 0, "")]),
    "A -->|yes| B": (("A", "B"), [(0, 1, "yes")]),
    "A <-> B": (("A", "B"), [(0, 1, ""), (1, 0, "")]),
    "B <- A": (("B", "A"), [(1, 0, "")]),
    "A -> B & C": (("A", "B", "C"), [(0, 1, ""), (0, 2, "")]),
    "登录，然后购物车，然后付款": (("登录", "购物车", "付款"), [(0, 1, ""), (1, 2, "")]),
    "rain leads to rivers": (("Rain", "Rivers"), [(0, 1, "")]),
    "first boil, then pour, then wait": (("Boil", "Pour", "Wait"), [(0, 1, ""), (1, 2, "")]),
    "⟦0⟧ -> B": (("Well, yes", "B"), [(0, 1, "")]),
    "no arrows here": ((), []),
}


@pytest.mark.parametrize("text", CHAINS)
def test_boxes_and_arrows_are_read(text: str) -> None:
    found = graph(text, ("Well, yes",))
    assert (found.boxes, [(a.start, a.end, a.label) for a in found.arrows]) == CHAINS[text]


ARROWS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20, unique=True)


@given(ARROWS)
@PROPERTY
def test_layers_hold_every_box_once_and_arrows_lead_on_or_go_round(arrows: list[tuple[int, int]]) -> None:
    found = layered(9, arrows)
    placed = [place for layer in found.layers for place in layer]
    assert sorted(place for place in placed if place >= 0) == list(range(9))
    assert len(placed) == len(set(placed))
    level = {place: at for at, layer in enumerate(found.layers) for place in layer}
    assert sorted((*found.forward, *found.back)) == list(range(len(arrows)))
    for at, way in found.forward.items():
        assert (way[0], way[-1]) == arrows[at]
        assert all(level[two] == level[one] + 1 for one, two in itertools.pairwise(way))
    for at in found.back:  # each closes a circle: its end leads to its start
        start, end = arrows[at]
        reached = {end}
        for _ in range(9):
            reached |= {b for k, (a, b) in enumerate(arrows) if a in reached and k not in found.back}
        assert start in reached


@given(ARROWS)
@PROPERTY
def test_places_of_a_layer_keep_their_order_and_their_distance(arrows: list[tuple[int, int]]) -> None:
    found = layered(9, arrows)
    widths = {place: 3.0 if place >= 0 else 1.0 for layer in found.layers for place in layer}
    where = spread(found.layers, list(found.forward.values()), widths, 0.5)
    for layer in found.layers:
        for one, two in itertools.pairwise(layer):
            assert where[two] - where[one] >= (widths[one] + widths[two]) / 2 + 0.5 - 1e-6


DRAWN = {
    ("chocolate cake", "tea with lemon", "red wine"): ("🎂", "🍵", "🍷"),
    ("Kuchen", "Kaffee"): ("🎂", "☕"),
    ("idea", "review", "print"): ("💡", "🔎", "🖨️"),
    ("walk", "bike", "sun", "quux"): ("🚶", "🚲", "☀️", ""),
    ("喝水", "吃苹果", "睡觉"): ("🥤", "🍎", "🛏️"),
}


@pytest.mark.parametrize("names", DRAWN)
def test_entries_find_their_drawings(names: tuple[str, ...]) -> None:
    assert depicted(names, "Kuchen und Kaffee" if "Kuchen" in names else "") == DRAWN[names]


SCREENS = {
    "phone mockup with a header ⟦0⟧, a search bar and a button ⟦1⟧": [
        ("phone", ""), ("header", "A"), ("search", ""), ("button", "B"),
    ],
    "ui: ⟦0⟧ button and ⟦1⟧ field": [("button", "A"), ("field", "B")],
    "browser with tabs ⟦0⟧, ⟦1⟧ and ⟦2⟧, two cards": [
        ("browser", ""), ("tabs", "A"), ("tabs", "B"), ("tabs", "C"), ("card", ""), ("card", ""),
    ],
    "login screen in dark mode": [("dark", ""), ("avatar", ""), ("field", ""), ("field", ""), ("button", "")],
    "手机：标题栏⟦0⟧，按钮⟦1⟧": [("phone", ""), ("header", "A"), ("button", "B")],
    "a fox": [],
}  # fmt: skip


@pytest.mark.parametrize("words", SCREENS)
def test_the_parts_of_a_screen_are_read_with_their_labels(words: str) -> None:
    found = interface(words, ("A", "B", "C"))
    assert [(entry.kind, entry.text) for entry in found.entries] == SCREENS[words]
