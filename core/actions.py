"""What the buttons under a picture mean: a click becomes the request that a person could have typed.

Pure: the picture's stored request and plan in, a new request out. Who may do it and what it costs is decided by
admission, for the person who clicks and at the moment of the click.

Who sees what comes of a click follows the picture that is pressed, not the wish that once made it: a picture that was
asked for privately and shared since is everybody's, and so are its words, which Details shows. Two things are not
shared with it. What it was drawn from: pictures of Easel's have an owner and a privacy of their own, which admission
asks of; a file that its author showed to Easel alone has not, so nobody else draws from it again, and what its author
draws from it again stays private. And the place: what is pressed where nobody else looks is private.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from core import prompt
from core.errors import NoSource, NotAllowed, Refused
from core.i18n import Said, say
from core.model import (
    Click,
    ImageId,
    ImageRef,
    ImageRequest,
    Mode,
    Operation,
    Options,
    Plan,
    Quality,
    Resolution,
    StoredImage,
    Verb,
)

VARIATION = "a variation"  # the words of a varying edit, the same for every provider
REDRAWN = "Redraw this very picture with more care and finer detail. Change nothing else."


def request_of(click: Click, image: StoredImage, made_by: ImageRequest, plan: Plan) -> ImageRequest:
    """The request that this click stands for.

    `made_by` and `plan` are those of the job that made `image`. Raises `NoSource` for an undo of a first picture, and
    `NotAllowed` for a redo of what somebody else had drawn from a file that only they showed.
    """
    base = ImageRequest(
        event_key=click.event_key,
        actor=click.actor,
        place=click.place,
        destination=click.destination,
        operation=Operation.EDIT,
        prompt=click.instruction,
        options=Options(private=image.private or click.private or None),  # what comes of a private picture is private
        chosen=ImageRef(click.place.platform, image=image.id, name="this picture"),
        parent_job=image.job,
    )
    match click.verb:
        case Verb.EDIT:
            return base
        case Verb.REDO:
            return _again(base, image, made_by, plan)
        case Verb.VARY:
            return replace(base, prompt=VARIATION)
        case Verb.FINALISE:
            return _final(base, image, made_by, plan)
        case Verb.UNDO:
            if image.parent is None:
                raise NoSource(say("This is the first picture of its line: there is no step before it."))
            return _shown(base, image.parent, private=image.private or click.private)
        case Verb.SHARE:
            return _shown(base, image.id, private=False)
        case Verb.DETAILS | Verb.DELETE:
            raise Refused(f"{click.verb.value.capitalize()} draws nothing.")
        case _:
            assert_never(click.verb)


def label_of(verb: Verb) -> Said:
    """A button's word."""
    match verb:
        case Verb.EDIT:
            return say("Edit")
        case Verb.REDO:
            return say("Redo")
        case Verb.VARY:
            return say("Vary")
        case Verb.FINALISE:
            return say("Finalise")
        case Verb.UNDO:
            return say("Undo")
        case Verb.SHARE:
            return say("Share")
        case Verb.DETAILS:
            return say("Details")
        case Verb.DELETE:
            return say("Delete")
        case _:
            assert_never(verb)


def verbs_for(image: StoredImage) -> tuple[Verb, ...]:
    """The buttons that make sense under a picture, in their order."""
    undo = (Verb.UNDO,) if image.parent is not None else ()
    share = (Verb.SHARE,) if image.private else ()
    return (Verb.EDIT, Verb.REDO, Verb.VARY, Verb.FINALISE, *undo, *share, Verb.DETAILS, Verb.DELETE)


def _again(base: ImageRequest, image: StoredImage, made_by: ImageRequest, plan: Plan) -> ImageRequest:
    """The same wish once more, with the sources that were chosen then, and a seed of its own."""
    said = prompt.parse(made_by.prompt, made_by.options, allow_empty=True)
    pictures = tuple(source.ref for source in plan.sources if not source.shows)
    # Whose a character is, and whether it is private, admission asks anew: of the person who clicks.
    characters = tuple(source.shows for source in plan.sources if source.shows)
    one_edit = plan.operation is Operation.EDIT and len(pictures) == 1
    alone = plan.private and any(ref is not None and ref.image is None for ref in (*pictures, plan.mask, plan.markup))
    if alone and base.actor.user != image.author:
        raise NotAllowed(
            say("This was drawn from a file that was given to me alone."),
            say("Press Vary or Edit: they start from the picture."),
        )
    return replace(
        base,
        operation=plan.operation,
        prompt=said.text,
        options=replace(said.options, seed=None, private=base.options.private or alone or None, characters=characters),
        style_words=plan.style_words,
        chosen=pictures[0] if one_edit else None,
        attachments=() if one_edit else pictures,
        mask=plan.mask,
        markup=plan.markup,
    )


def _final(base: ImageRequest, image: StoredImage, made_by: ImageRequest, plan: Plan) -> ImageRequest:
    """This one picture again, larger and with more care; its draft becomes its parent.

    From its own seed where the model has seeds; otherwise only the picture itself says what is to be drawn again.
    """
    if plan.seed is None:
        said = prompt.parse(made_by.prompt, made_by.options, allow_empty=True)
        options = replace(said.options, seed=None, private=base.options.private, mode=Mode.INSTANT, characters=())
        return replace(base, prompt=REDRAWN, options=_larger(options), style_words=plan.style_words)
    again = _again(base, image, made_by, plan)
    seeded = replace(_larger(again.options), seed=plan.seed + image.position - 1)
    return replace(again, options=seeded, chosen=again.chosen or base.chosen)


def _larger(options: Options) -> Options:
    return replace(options, quality=Quality.HIGH, resolution=Resolution.TWO_K, count=1)


def _shown(base: ImageRequest, image: ImageId, *, private: bool) -> ImageRequest:
    return replace(
        base,
        operation=Operation.SHOW,
        prompt="",
        options=Options(private=private),
        chosen=ImageRef(base.place.platform, image=image),
    )


def remark_of(verb: Verb) -> str:
    """The sentence said with a picture that a button brings back."""
    match verb:
        case Verb.UNDO:
            return say("Back to the step before. Nothing was charged.")
        case Verb.SHARE:
            return say("Shared with the channel.")
        case Verb.EDIT | Verb.REDO | Verb.VARY | Verb.FINALISE | Verb.DETAILS | Verb.DELETE:
            return ""
        case _:
            assert_never(verb)
