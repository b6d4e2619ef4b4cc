"""How the playground's values look on the wire: one place for every JSON shape that the page reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from bots.web.family import Known
from bots.web.live import Live
from bots.web.messages import Attachment, Button, Message, Picture
from bots.web.people import EASEL, Person, Roster
from bots.web.uploads import Upload
from core import wording
from core.actions import label_of
from core.administration.asking import more_offer
from core.administration.front import Told
from core.administration.policy import OwnStyle
from core.commands import COMMANDS, Command
from core.errors import EaselError, QuotaExceeded, WhichPicture
from core.i18n import ENGLISH, Said, into, joined, say
from core.model import Allowance, Cost, ImageRef, JobId, StageName, StoredImage, Verb

Json = dict[str, Any]

PREVIEWED_CHARACTERS = 120


def tables(roster: Roster, flags: Sequence[Json], own: Sequence[OwnStyle] = ()) -> Json:
    """What the page is made from: people, channels, commands, flags and verbs, each from its one table.

    `own`: the playground's own styles, which stand before the others. `flags`: with their values, as completed.
    """
    return {
        "people": [
            {"id": each.id, "name": each.name, "roles": list(each.roles), "is_admin": each.is_admin}
            for each in roster.people
        ],
        "channels": [{"id": each.id, "name": each.name, "topic": each.topic} for each in roster.channels],
        "commands": [_command(each, own) for each in COMMANDS],
        "flags": flags,
        "verbs": [{"verb": each.value, "label": verb_label(each), "help": verb_help(each)} for each in Verb],
    }


def _command(command: Command, own: Sequence[OwnStyle]) -> Json:
    return {
        "name": command.name,
        "summary": command.summary,
        "does": command.does.value,
        "options": [
            {
                "name": option.name,
                "kind": option.kind.value,
                "summary": option.summary,
                "required": option.required,
                "choices": [
                    *({"value": each.name, "label": each.name} for each in own if option.name == "style"),
                    *({"value": choice.value, "label": choice.label} for choice in option.choices),
                ],
                "minimum": option.minimum,
                "maximum": option.maximum,
            }
            for option in command.options
        ],
    }


def verb_label(verb: Verb) -> str:
    """A button's word."""
    return label_of(verb)


def verb_help(verb: Verb) -> str:
    """A button's explanation."""
    match verb:
        case Verb.EDIT:
            return "Change this picture: say what, or paint where."
        case Verb.REDO:
            return "Draw the same wish once more."
        case Verb.VARY:
            return "Draw a variation of this picture."
        case Verb.FINALISE:
            return "Draw this picture again, larger and with more care."
        case Verb.UNDO:
            return "Bring back the picture before this edit."
        case Verb.DETAILS:
            return "How this picture was made, and what it cost."
        case Verb.DELETE:
            return "Delete this picture for everyone."
        case Verb.SHARE:
            return "Show this private picture to the channel."
        case _:
            assert_never(verb)


def message(
    message: Message, person: str, roster: Roster, replied: Mapping[str, Message], live: Live, language: str = ENGLISH
) -> Json:
    """A message as this person sees it, with its buttons in their language.

    `replied`: messages that it may answer, if they may see them.
    """
    body = message.body
    return {
        "id": message.id,
        "seq": message.seq,
        "channel": message.channel,
        "thread": message.thread,
        "author": {
            "id": message.author,
            "name": roster.name_of(message.author),
            "kind": "easel" if message.author == EASEL else "person",
        },
        "kind": message.kind.value,
        "text": body.text,
        "reply_to": message.reply_to,
        "reply_preview": _reply_preview(message, person, roster, replied),
        "attachments": [_attachment(each, person) for each in body.attachments],
        "images": [_picture(each, person) for each in body.pictures],
        "remarks": list(body.remarks),
        "footer": body.footer,
        "buttons": [_button(each, language) for each in body.buttons],
        "choices": [{"label": each.label, "act": each.act.value, "subject": each.subject} for each in body.choices],
        "own_data": body.own_data.value,
        "job": message.job,
        "stage": _stage(message, live),
        "created_at_us": message.created_at_us,
        "edited": message.edited,
        "deleted": message.deleted,
        "only_for": message.only_for,
        "replies": message.replies,
    }


def _button(button: Button, language: str) -> Json:
    label = into(language, wording.priced(label_of(button.verb), button.nanodollars))
    return {"verb": button.verb.value, "label": label, "image": button.image}


def _stage(message: Message, live: Live) -> str | None:
    if message.kind != "working" or message.job is None:
        return None
    news = live.news(JobId(message.job))
    return (news.stage if news else StageName.QUEUED).value


def _reply_preview(message: Message, person: str, roster: Roster, replied: Mapping[str, Message]) -> Json | None:
    original = replied.get(message.reply_to or "")
    if original is None:
        return None
    pictures = original.pictures_left
    thumb = image_url(pictures[0].image, person, thumb=True) if pictures else None
    if thumb is None and original.body.attachments:
        thumb = upload_url(original.body.attachments[0].upload, person)
    text = original.body.text[:PREVIEWED_CHARACTERS]
    veiled = bool(pictures) and pictures[0].veiled
    return {"author": roster.name_of(original.author), "text": text, "thumb": thumb, "veiled": veiled}


def _attachment(attachment: Attachment, person: str) -> Json:
    url = upload_url(attachment.upload, person)
    return {
        "url": url,
        "thumb": url,
        "name": attachment.name,
        "width": attachment.width,
        "height": attachment.height,
        "alt": attachment.alt or f"Attached picture: {attachment.name}",
    }


def _picture(picture: Picture, person: str) -> Json:
    return {
        "id": picture.image,
        "number": picture.number,
        "url": image_url(picture.image, person),
        "thumb": image_url(picture.image, person, thumb=True),
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
        "media_type": picture.media_type,
        "deleted": picture.deleted,
        "parent": picture.parent,
        "veiled": picture.veiled,
    }


def kept(image: StoredImage, *, veiled: bool = False) -> Picture:
    """A kept picture as a message shows it."""
    return Picture(
        image=image.id,
        number=image.position,
        width=image.size.width,
        height=image.size.height,
        alt=image.alt,
        media_type=image.media_type,
        parent=image.parent,
        deleted=image.deleted,
        veiled=veiled,
    )


def stored(image: StoredImage, person: str, *, veiled: bool) -> Json:
    """A kept picture as history, lineage and details show it."""
    return _picture(kept(image, veiled=veiled), person)


def found(image: StoredImage, person: str, *, veiled: bool) -> Json:
    """A picture in the history, with when it was made: the next page begins before that."""
    return {**stored(image, person, veiled=veiled), "created_at_us": image.created_at_us, "prompt": image.prompt}


def image_url(image: str, person: str, *, thumb: bool = False) -> str:
    """Where this person's browser gets one of Easel's pictures."""
    return f"/api/images/{image}?person={person}" + ("&size=thumb" if thumb else "")


def upload_url(upload: str, person: str) -> str:
    """Where this person's browser gets an attachment."""
    return f"/api/uploads/{upload}?person={person}"


def preview_url(job: str, number: int, person: str) -> str:
    """Where this person's browser gets an unfinished picture, for a short while."""
    return f"/api/previews/{job}/{number}?person={person}"


def upload(upload: Upload, remark: str, person: str) -> Json:
    """What a page learns about the file that it sent."""
    return {
        "upload": upload.id,
        "name": upload.name,
        "url": upload_url(upload.id, person),
        "width": upload.width,
        "height": upload.height,
        "remark": remark,
    }


def details(known: Known, person: Person, roster: Roster, label_of: Callable[[str, str], str]) -> Json:
    """All about one picture."""
    details = known.details
    image, plan = details.image, details.plan
    veiled = plan.veiled
    return {
        "image": stored(image, person.id, veiled=veiled),
        "prompt": image.prompt,
        "operation": image.operation.value,
        "provider_label": label_of(image.provider, image.model),
        "size": str(image.size),
        "quality": plan.quality.value,
        "style": plan.style,
        "seed": plan.seed,
        "created_at_us": image.created_at_us,
        "by": roster.name_of(image.author),
        "charged": charged(details.charged),
        "lineage": [stored(each, person.id, veiled=veiled) for each in details.lineage],
        "family": [stored(each, person.id, veiled=veiled) for each in known.family],
        "facts": dict(details.facts),
        "remarks": list(plan.remarks),
    }


def charged(cost: Cost) -> Json:
    """What a request cost."""
    return {
        "images": cost.images,
        "money": wording.format_money(cost.nanodollars),
        "measured": cost.measured,
    }


def allowance(allowance: Allowance, now_us: int, language: str = ENGLISH) -> Json:
    """One limit as the meter shows it."""
    resets_at_us = allowance.resets_at_us
    return {
        "label": into(language, allowance.label),
        "unit": allowance.unit,
        "cap": allowance.cap,
        "used": allowance.used,
        "remaining": allowance.remaining,
        "resets_at_us": resets_at_us,
        "resets": "" if resets_at_us is None else into(language, wording.duration(max(0, resets_at_us - now_us))),
        "refused": allowance.refused,
    }


def told_text(told: Told) -> str:
    """What an administrator is told, with what stands in its file, unless that is to be looked at."""
    return told.text if told.sheet is None or told.sheet.is_picture else f"{told.text}\n{told.sheet.data.decode()}"


def allowances_text(allowances: Sequence[Allowance], now_us: int) -> Said:
    """The answer to /quota."""
    if not allowances:
        return say("No limit applies to you here.")
    lines = []
    for each in allowances:
        left = wording.amount(each.unit, each.remaining, round_up=False)
        line = say("{amount} left of {limit}.", amount=left, limit=each.label)
        if each.resets_at_us is not None:
            duration = wording.duration(max(0, each.resets_at_us - now_us))
            line = joined((line, say("It resets {duration}.", duration=duration)))
        lines.append(line)
    return joined(lines, "\n")


def error(error: EaselError, person: str, now_us: int, *, veiled: bool = False, language: str = ENGLISH) -> Json:
    """A refusal: its sentence is shown as it stands. `veiled`: the pictures to choose from are."""
    shown: Json = {"code": error.code, "sentence": into(language, error.sentence)}
    if isinstance(error, QuotaExceeded):
        shown["allowances"] = [allowance(each, now_us, language) for each in error.allowances]
        offer = more_offer(error)
        shown["offer"] = offer and {
            "label": into(language, offer.label),
            "act": offer.act.value,
            "subject": offer.subject,
        }
    if isinstance(error, WhichPicture):
        numbered = enumerate(error.choices, start=1)
        shown["choices"] = [_choice(number, ref, person, veiled=veiled) for number, ref in numbered]
    return {"error": shown}


def _choice(number: int, ref: ImageRef, person: str, *, veiled: bool) -> Json:
    if ref.image is not None:
        thumb = image_url(ref.image, person, thumb=True)
        return {"number": number, "image": ref.image, "thumb": thumb, "veiled": veiled}
    return {"number": number, "image": None, "thumb": upload_url(ref.token.removeprefix("upload:"), person)}
