"""What stands under a message: buttons and selects, as plain payloads, and the ids that they carry. Pure.

An id holds a verb and what it is about, never a secret and never a permission: it works after a restart and for ever,
and whoever presses is asked anew whether they may. Anybody can send any id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from bots.discord import limits
from core.actions import label_of, verbs_for
from core.administration.asking import Act, Choice
from core.fitting import shorten
from core.i18n import ENGLISH, into, say
from core.model import ImageId, JobId, StoredImage, Verb
from core.wording import priced

Payload = dict[str, Any]
Prices = Sequence[tuple[Verb, int]]  # what buttons cost about, in nano-dollars

PREFIX: Final = "easel"
_PICK: Final = "pick"
_CANCEL: Final = "cancel"
_SURE: Final = "sure"
_THREAD: Final = "thread"
_ERASE: Final = "erase"
_ID: Final = re.compile(r"easel:(?P<verb>[a-z]{1,20}):(?P<subject>[A-Za-z0-9_-]{1,64})", re.ASCII)
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

# https://docs.discord.com/developers/components/reference
_ROW: Final = 1
_BUTTON: Final = 2
_STRING_SELECT: Final = 3
_PRIMARY: Final = 1
_SECONDARY: Final = 2
_DANGER: Final = 4


@dataclass(frozen=True, slots=True)
class Press:
    """A verb on a picture."""

    verb: Verb
    image: ImageId


@dataclass(frozen=True, slots=True)
class Pick:
    """The select "Which one?" of a job's message; the chosen value is an image's id (`chosen_image`)."""

    job: JobId


@dataclass(frozen=True, slots=True)
class Cancel:
    """Not wanted any more."""

    job: JobId


@dataclass(frozen=True, slots=True)
class Sure:
    """Delete this picture: pressed in answer to the question."""

    image: ImageId


@dataclass(frozen=True, slots=True)
class Continue:
    """Make a thread of the message that shows this picture."""

    image: ImageId


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of administration, answered: `subject` is what it is about."""

    act: Act
    subject: str


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete everything of this person: pressed in answer to the question."""

    person: str


CustomId = Press | Pick | Cancel | Sure | Continue | Answer | Erase


def custom_id(what: CustomId) -> str:
    """As it stands in a component."""
    match what:
        case Press(verb, image):
            return _written(verb.value, image)
        case Pick(job):
            return _written(_PICK, job)
        case Cancel(job):
            return _written(_CANCEL, job)
        case Sure(image):
            return _written(_SURE, image)
        case Continue(image):
            return _written(_THREAD, image)
        case Answer(act, subject):
            return _written(act.value, subject)
        case Erase(person):
            return _written(_ERASE, person)
        case _:
            assert_never(what)


def parse_custom_id(text: object) -> CustomId | None:
    """What a component is about; None for an id that `custom_id` never wrote."""
    found = _ID.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    verb, subject = found["verb"], found["subject"]
    match verb:
        case "pick":
            return Pick(JobId(subject))
        case "cancel":
            return Cancel(JobId(subject))
        case "sure":
            return Sure(ImageId(subject))
        case "thread":
            return Continue(ImageId(subject))
        case "erase":
            return Erase(subject)
        case _ if verb in _ACTS:
            return Answer(Act(verb), subject)
        case _:
            return Press(Verb(verb), ImageId(subject)) if verb in _VERBS else None


def chosen_image(value: object) -> ImageId | None:
    """The picture that a select's value names; None for a value that is none of ours."""
    return ImageId(value) if isinstance(value, str) and _SUBJECT.fullmatch(value) else None


def under_result(
    job: JobId,
    images: Sequence[StoredImage],
    *,
    thread: bool = False,
    prices: Prices = (),
    language: str = ENGLISH,
) -> list[Payload]:
    """One picture has its buttons; of several, one is chosen first. `thread`: one may be made of this message."""
    if len(images) == 1:
        further = [continue_in_thread(images[0].id, language)] if thread else []
        return [*buttons(images[0], prices, language), *further]
    return [which_one(job, images, language)] if images else []


def buttons(image: StoredImage, prices: Prices = (), language: str = ENGLISH) -> list[Payload]:
    """The rows of buttons of one picture: what makes another one of it, and below what concerns this one."""
    verbs, costs = verbs_for(image), dict(prices)
    rows = ([verb for verb in verbs if verb in _MAKES], [verb for verb in verbs if verb not in _MAKES])
    return [
        _row(
            [
                _button(
                    into(language, priced(label_of(verb), costs.get(verb, 0))),
                    custom_id(Press(verb, image.id)),
                    _style(verb),
                )
                for verb in row
            ]
        )
        for row in rows
    ]


def which_one(job: JobId, images: Sequence[StoredImage], language: str = ENGLISH) -> Payload:
    """A select of pictures, numbered as they stand in the message."""
    options = [
        {"label": into(language, say("Picture {number}", number=number)), "value": image.id, **_described(image.alt)}
        for number, image in enumerate(images[: limits.CHOICES], start=1)
    ]
    return _row(
        [
            {
                "type": _STRING_SELECT,
                "custom_id": custom_id(Pick(job)),
                "placeholder": into(language, say("Which one?")),
                "options": options,
            }
        ]
    )


def under_progress(job: JobId, language: str = ENGLISH) -> list[Payload]:
    """While it is being drawn: a way out."""
    return [_row([_button(into(language, say("Cancel")), custom_id(Cancel(job)), _SECONDARY)])]


def delete_for_good(image: ImageId, language: str = ENGLISH) -> list[Payload]:
    """The answer to "Really delete?"."""
    return [_row([_button(into(language, say("Delete for good")), custom_id(Sure(image)), _DANGER)])]


def erase_for_good(person: str, label: str) -> list[Payload]:
    """Under the question whether all of a person's data is to go."""
    return [_row([_button(label, custom_id(Erase(person)), _DANGER)])]


def continue_in_thread(image: ImageId, language: str = ENGLISH) -> Payload:
    """In a row of its own, so that nobody presses it for another one."""
    return _row([_button(into(language, say("Continue in a thread")), custom_id(Continue(image)), _SECONDARY)])


def question(choices: Sequence[Choice], language: str = ENGLISH) -> list[Payload]:
    """A row to decide by; the first button is what most people come for."""
    styles = (_PRIMARY, *(_SECONDARY for _ in choices[1:]))
    buttons = zip(choices, styles, strict=True)
    return [
        _row(
            [
                _button(into(language, each.label), custom_id(Answer(each.act, each.subject)), style)
                for each, style in buttons
            ]
        )
    ]


def images_under(components: object) -> tuple[ImageId, ...]:
    """The pictures of a message of ours, read back from its own buttons. Whatever else it is given: nothing."""
    found = [image for each in _flat(components) for image in _images_of(each)]
    return tuple(dict.fromkeys(found))


def cancels(components: object, job: JobId) -> bool:
    """Whether a message has this job's Cancel: it still says that we are at work."""
    return any(parse_custom_id(each.get("custom_id")) == Cancel(job) for each in _flat(components))


def _flat(components: object) -> Iterator[Payload]:
    for row in components if isinstance(components, list) else ():
        inside = row.get("components") if isinstance(row, dict) else None
        yield from (each for each in inside if isinstance(each, dict)) if isinstance(inside, list) else ()


def _images_of(component: Payload) -> list[ImageId]:
    match parse_custom_id(component.get("custom_id")):
        case Press(_, image):
            return [image]
        case Pick():
            options = component.get("options")
            values = (
                [each.get("value") for each in options if isinstance(each, dict)] if isinstance(options, list) else []
            )
            return [image for image in map(chosen_image, values) if image is not None]
        case Cancel() | Sure() | Continue() | Answer() | Erase() | None:
            return []


def _written(verb: str, subject: str) -> str:
    if not _SUBJECT.fullmatch(subject):
        raise ValueError("no id that fits into a component")
    return f"{PREFIX}:{verb}:{subject}"


def _row(components: list[Payload]) -> Payload:
    return {"type": _ROW, "components": components}


def _button(label: str, identity: str, style: int) -> Payload:
    return {"type": _BUTTON, "style": style, "label": label, "custom_id": identity}


def _described(alt: str) -> Payload:
    words = shorten(" ".join(alt.split()), limits.DESCRIPTION_CHARACTERS)
    return {"description": words} if words else {}


def _style(verb: Verb) -> int:
    match verb:
        case Verb.EDIT:
            return _PRIMARY
        case Verb.REDO | Verb.VARY | Verb.FINALISE | Verb.UNDO | Verb.SHARE | Verb.DETAILS | Verb.DELETE:
            return _SECONDARY  # Delete, too: it asks first, and should not be what stands out under every picture
        case _:
            assert_never(verb)


_MAKES: Final = frozenset({Verb.EDIT, Verb.REDO, Verb.VARY, Verb.FINALISE, Verb.UNDO})  # a row's five at most
_VERBS: Final = frozenset(verb.value for verb in Verb)
_ACTS: Final = frozenset(act.value for act in Act)
