"""Reads a prompt's phrases from left to right: who is there, how many, of which colour and size, and who is where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from core.providers.illustrator.figures import figures
from core.providers.illustrator.relating import Related, related
from core.providers.illustrator.scene import Cast
from core.providers.illustrator.vocabulary import Kind, Sense
from core.providers.illustrator.words import Token

MOST_OF_ONE = 12
MOST_COUNTED = 99  # larger numbers are years and prices
PLURAL_COUNT = 3
WORDS_FOR_TEXT = frozenset({"text", "texts", "title", "titles", "words", "letters", "lettering", "writing", "caption"})
# Languages that put colour and size behind the thing, and those that say "table-on" instead of "on the table".
DESCRIBED_AFTER = frozenset({"es", "fr", "pt", "it", "id"})
SCRIPTS_DESCRIBED_AFTER = frozenset({"Arab", "Thai"})
SCRIPTS_PLACED_AFTER = frozenset({"Hani", "Hira", "Kana", "Hang", "Deva", "Beng"})
PLACED_AFTER = frozenset({"tr"})
COUNTED_AFTER = frozenset({"Hani", "Hira", "Kana", "Hang"})
GENITIVES = ("の", "的", "의")
FRUIT = {"orange": "🍊"}  # a colour that is also a thing, where nothing of that colour follows


@dataclass(slots=True)
class Wishes:
    """What belongs to the next thing that is named."""

    number: int = 0
    colour: str = ""
    size: str = ""
    spent: bool = False  # an unknown thing came between: they are not for the thing before it


@dataclass(slots=True)
class Reader:
    """The state of reading. `latin` is the language of the words in Latin letters."""

    latin: str
    casts: list[Cast] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)
    features: dict[str, None] = field(default_factory=dict)
    excluded: dict[str, None] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    remarks: dict[str, None] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)
    negated: bool = False
    kana: bool = False  # Japanese: its verbs come last, Chinese ones do not
    no_text: bool = False
    relation: str = ""  # "holding", "riding" or a relation, waiting for its second thing
    opened: tuple[str, str] | None = None  # "on the table" was said first: relation and target wait for who is there
    group: list[int] = field(default_factory=list)  # the things of "a cat and a dog", which share what follows
    target: int = -1  # what the last relation led to
    held: tuple[int, str] | None = None  # the last thing that was named, when somebody holds or rides it
    earlier: list[int] = field(default_factory=list)  # the group before that one, of the same clause
    joined: bool = False  # an "and" came last
    before: Kind | None = None  # the last phrase with a meaning, small words aside
    adjacent: bool = False  # the token before was a thing: "teddy" in "teddy bear"

    def read(self, found: Sequence[Token]) -> None:
        """Read all phrases."""
        self.kana = any("\u3041" <= character <= "\u30ff" for token in found for character in token.text)
        for at, token in enumerate(found):
            self.take(token, found[at + 1 :])
        self._end_of_clause()

    def take(self, token: Token, after: Sequence[Token] = ()) -> None:
        """Read one phrase; `after` are those that follow."""
        sense = token.sense
        adjacent, self.adjacent = self.adjacent, False
        if sense is None:
            self._unknown(token, after)
            return
        match sense.kind:
            case Kind.SUBJECT:
                self._subject(token, sense, adjacent)
            case Kind.SETTING | Kind.LIGHT | Kind.WEATHER | Kind.STYLE | Kind.LAYOUT | Kind.SEASON:
                self._choose(sense)
            case Kind.FEATURE:
                self.wishes = Wishes()
                (self.excluded if self.negated else self.features)[sense.value] = None
            case Kind.NUMBER:
                self._number(int(sense.value), token, after)
            case Kind.COLOUR | Kind.SIZE:
                self._describe(token, sense)
            case Kind.NEGATION:
                self.negated = True
            case Kind.HOLDING | Kind.RIDING:
                self._having(token, sense)
            case Kind.RELATION:
                self._relation(token, sense)
            case Kind.AND | Kind.STOP:
                self._small_word(token, sense, after)
                return
            case _:
                assert_never(sense.kind)
        self.before, self.joined = sense.kind, False

    def _unknown(self, token: Token, after: Sequence[Token]) -> None:
        if token.is_mark:
            self._end_of_clause()
        elif token.text.isdecimal() and 0 < int(token.text) <= MOST_COUNTED:
            self._number(int(token.text), token, after)
            self.before = Kind.NUMBER
        else:
            self.before, self.joined, self.wishes.spent = None, False, True

    def _end_of_clause(self) -> None:
        self._unclaimed()
        self.negated, self.relation, self.opened, self.joined = False, "", None, False
        self.wishes, self.group, self.earlier, self.before = Wishes(), [], [], None

    def _unclaimed(self) -> None:
        """A colour or size that nothing followed: "an orange", or "a car in red"."""
        fruit = "" if self.wishes.spent else FRUIT.get(self.wishes.colour)
        if fruit and self.latin == "en":
            self.wishes.colour = ""
            self._subject(Token("orange", None, "Latn"), Sense(Kind.SUBJECT, fruit), False)
        elif self.held is not None and not self.wishes.spent:
            self._tint_held(self.wishes.colour)
        elif self.casts and not self.wishes.spent and (self.wishes.colour or self.wishes.size):
            last = self.casts[-1]
            self.casts[-1] = replace(last, colour=last.colour or self.wishes.colour, size=last.size or self.wishes.size)
        self.wishes.colour = self.wishes.size = ""

    def _tint_held(self, colour: str) -> None:
        if self.held is not None and colour:
            at, drawing = self.held
            self.casts[at] = replace(self.casts[at], tints=(*self.casts[at].tints, f"{drawing}={colour}"))

    def _small_word(self, token: Token, sense: Sense, after: Sequence[Token]) -> None:
        if self.negated and token.text.lower() in WORDS_FOR_TEXT:
            self.no_text = True
        if token.text.lower() == "but":
            self.negated = False
        if sense.kind is Kind.AND:
            follows = after[0].sense if after else None
            if follows is None or follows.kind is not Kind.COLOUR:  # "black and white" is one wish
                if self.wishes.colour in FRUIT:
                    self._unclaimed()
                self.joined = True

    def _choose(self, sense: Sense) -> None:
        self.wishes = Wishes()  # "a blue lake" is no blue fox
        key = f"{'no ' if self.negated else ''}{sense.kind}"
        self.chosen.setdefault(key, sense.value)
        if sense.kind is Kind.SETTING:
            self.relation = ""  # "in the forest" says where everything is

    def _number(self, number: int, token: Token, after: Sequence[Token]) -> None:
        """How many of the next thing; in East Asian scripts also of the last one: "猫3匹"."""
        if token.script in COUNTED_AFTER | {"Zyyy"} and self.before is Kind.SUBJECT and self.casts:
            script = next((t.script for t in (token, *after) if t.script != "Zyyy"), "Zyyy")
            if script in COUNTED_AFTER and not _counts_the_next(after):
                self.casts[-1] = replace(self.casts[-1], count=self._most(number))
                return
        self.wishes.number = number

    def _most(self, number: int) -> int:
        if number > MOST_OF_ONE:
            self.remarks[f"I draw at most {MOST_OF_ONE} of a thing, not {number}."] = None
        return max(1, min(MOST_OF_ONE, number))

    def _describe(self, token: Token, sense: Sense) -> None:
        behind = token.script in SCRIPTS_DESCRIBED_AFTER or (token.script == "Latn" and self.latin in DESCRIBED_AFTER)
        if behind and self.before is Kind.SUBJECT and self.casts:
            if self.held is not None:  # "une fille avec un parapluie jaune"
                self._tint_held(sense.value if sense.kind is Kind.COLOUR else "")
                return
            last = self.casts[-1]
            if sense.kind is Kind.COLOUR:
                self.casts[-1] = replace(last, colour=last.colour or sense.value)
            else:
                self.casts[-1] = replace(last, size=last.size or sense.value)
            return
        if sense.kind is Kind.COLOUR:
            self.wishes.colour = self.wishes.colour or sense.value
        else:
            self.wishes.size = sense.value

    def _having(self, token: Token, sense: Sense) -> None:
        """ "Reading a book"; or "book-reading", as Japanese, Korean, Hindi, Bengali and Turkish have it."""
        if not self._follows(token) or (token.script == "Hani" and not self.kana):
            clause_first = token.script == "Hani" and not self.group  # "骑马的人": what they do comes before them
            self.relation = str(sense.kind) if self.casts or clause_first else ""
            return
        thing = self.casts[-1] if self.casts and self.before is Kind.SUBJECT else None
        if thing is None or sense.kind is Kind.RIDING or not figures().can_be_held(thing.drawing):
            return
        holder = next((at for at in self.earlier if figures().is_creature(self.casts[at].drawing)), None)
        if holder is None:
            self.opened = ("holding", thing.drawing)
        elif self._joined_to("holding", thing, holder):
            self.casts.remove(thing)
            self.group, self.earlier, self.held = [holder], [], None

    def _follows(self, token: Token) -> bool:
        """Whether this language puts such words behind the things."""
        return token.script in SCRIPTS_PLACED_AFTER or (token.script == "Latn" and self.latin in PLACED_AFTER)

    def _relation(self, token: Token, sense: Sense) -> None:
        if self.wishes.colour in FRUIT:
            self._unclaimed()
        if not self._follows(token):
            self.relation = sense.value
            return
        if self.before is not Kind.SUBJECT or not self.casts:
            return  # "on the sea": the setting says it
        target = self.casts[-1]
        if self.earlier:
            self._relate(self.earlier, target, sense.value)
            self.group, self.earlier = [], []
        else:
            self.opened = (sense.value, target.drawing)

    def _subject(self, token: Token, sense: Sense, adjacent: bool) -> None:
        drawing, name = sense.value, token.text.lower()
        wishes, self.wishes = self.wishes, Wishes()
        count = self._most(wishes.number) if wishes.number else (PLURAL_COUNT if sense.plural else 1)
        relation, self.relation, self.adjacent = self.relation, "", token.script == "Latn"
        if self.negated:
            self.excluded[drawing] = None
            return
        if adjacent and self.latin == "en" and self.casts and not self.casts[-1].holds and not self.casts[-1].mount:
            self.casts.pop()  # "teddy bear": the last word of a compound is the thing
            self.group = [at for at in self.group if at < len(self.casts)]
        new, self.held = Cast(drawing, name, count, colour=wishes.colour, size=wishes.size), None
        if self._joined_to(relation, new):
            return
        at = self._add(new)
        if relation in ("holding", "riding") and token.script == "Hani" and not self.group and not self.opened:
            self.opened = (relation, drawing)
        elif relation and relation not in ("holding", "riding"):
            sources = [source for source in self.group if source != at]
            if sources:
                self._relate(sources, self.casts[at], relation)
            else:
                self.opened = (relation, drawing)
            self.group, self.target = [], at
        elif self.opened and self.opened[1] != drawing:
            at = self._led_back(at, *self.opened)
        if self.joined:  # "a cat on a table and a dog": the dog is not with the table
            self.group = [at] if self.group == [self.target] else [*self.group, at]
        else:
            self.earlier, self.group = self.group, [at]

    def _led_back(self, at: int, relation: str, drawing: str) -> int:
        """What was said of a thing before it was known of whom: "on the table, a cat". Returns where they are now."""
        target = next((cast for cast in self.casts if cast.drawing == drawing), None)
        if target is None:
            return at
        if relation not in ("holding", "riding"):
            self._relate([at], target, relation)
        elif self._joined_to(relation, target, at):
            if target.relation and not self.casts[at].relation:  # "under a tree a-book-reading girl"
                self.casts[at] = replace(self.casts[at], relation=target.relation, to=target.to)
            self.casts.remove(target)
            self.opened = self.held = None
            return at - 1
        return at

    def _joined_to(self, relation: str, new: Cast, holder: int | None = None) -> bool:
        """Whether the thing is held by, worn by, or carries, somebody who was named before."""
        at = holder if holder is not None else (self.group[-1] if self.group else len(self.casts) - 1)
        kinds = figures()
        if not self.casts or not kinds.is_creature(self.casts[at].drawing):
            return False
        last = self.casts[at]
        if relation in ("holding", "in", "at") and new.drawing in kinds.hats:
            worn = replace(new, relation="on", to=last.drawing, count=1)
            if holder is None:
                self.casts.append(worn)
            else:
                self.casts[self.casts.index(new)] = worn
            self.before = Kind.SUBJECT
            return holder is None
        tints = (*last.tints, f"{new.drawing}={new.colour}") if new.colour else last.tints
        if relation == "holding" and kinds.can_be_held(new.drawing) and new.count == 1 and len(last.holds) < 2:
            self.casts[at] = replace(last, holds=(*last.holds, new.drawing), tints=tints)
        elif relation in ("riding", "on", "in", "at") and new.drawing in kinds.mounts and not last.mount:
            for source in [at] if holder is not None or not self.group else self.group:
                self.casts[source] = replace(self.casts[source], mount=new.drawing, tints=tints)
        else:
            return False
        self.names[f"{new.drawing}={new.name}"] = None
        self.before, self.held = Kind.SUBJECT, (at, new.drawing)
        return True

    def _relate(self, sources: Sequence[int], target: Cast, relation: str) -> None:
        for at in sources:
            source = self.casts[at]
            done: Related = related(relation, source, target)
            if done.relation and source.drawing != target.drawing and target.to != source.drawing:
                self.casts[at] = replace(source, relation=done.relation, to=target.drawing)
            if done.remark:
                self.remarks[done.remark] = None

    def _add(self, cast: Cast) -> int:
        """A thing that is named again is the same thing, unless it looks different or more of it are wanted."""
        for at, known in enumerate(self.casts):
            same = cast.colour in ("", known.colour) and cast.size in ("", known.size)
            if known.drawing == cast.drawing and same:
                self.casts[at] = replace(known, count=max(known.count, cast.count))
                return at
        self.casts.append(cast)
        return len(self.casts) - 1


def _counts_the_next(after: Sequence[Token]) -> bool:
    """Whether a number belongs to what follows it: "三只狗", "3匹の犬", "세 마리의 개"."""
    genitive = False
    for token in after:
        if token.is_mark or token.sense is None:
            return False
        if token.sense.kind is Kind.SUBJECT:
            return genitive or token is after[0]
        if token.sense.kind is not Kind.STOP:
            return token.sense.kind in (Kind.COLOUR, Kind.SIZE)
        genitive = genitive or token.text.endswith(GENITIVES)
    return False
