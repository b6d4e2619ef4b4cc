"""Every known failure of an image API as a row: what it means, what a person is told, and how it is recognised.

Of the rows that fit, the first counts; the last one fits everything. Sources: openai-openapi (`Error`, the responses of
/images), openai-python 3.54 (`ImageGenerationCallError`), the projects named at a row, and developers.cloudflare.com
("Cloudflare 5xx errors") for the statuses from 520 on.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from core.providers.openai.failure_body import Form, Told


class Meaning(Enum):
    """What a failure is: which error it becomes."""

    MODERATED = auto()
    CANNOT = auto()
    REFUSED_VALUE = auto()
    UNKNOWN_PARAMETER = auto()
    UNUSABLE = auto()
    NOT_THERE = auto()
    BUSY = auto()
    UNAVAILABLE = auto()
    FAILED = auto()
    UNKNOWN = auto()


class _Anything:
    """Contains everything."""

    def __contains__(self, _value: object) -> bool:
        return True


_ANY: Final = _Anything()
_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """How a failure is recognised: all that is given has to fit. A status of 0: inside an answer that had begun."""

    statuses: Container[int] = _ANY
    forms: Container[Form] = _ANY
    names: frozenset[str] = _NONE  # one of them is the envelope's `type` or `code`
    parameters: frozenset[str] = _NONE  # what it is about, before any "[0]" or ".name"
    says: str = ""  # a pattern in the server's message
    moderated: bool = False  # it lists a safety check's findings

    def fits(self, told: Told) -> bool:
        """Whether this is what the server tells of."""
        return (
            told.status in self.statuses
            and told.form in self.forms
            and (not self.names or bool(self.names & told.names))
            and (not self.parameters or re.split(r"[.\[]", told.parameter)[0] in self.parameters)
            and (not self.moderated or told.moderated)
            and (not self.says or re.search(self.says, told.message, re.IGNORECASE) is not None)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One failure. The sentences may hold `{label}`, what people call the provider."""

    meaning: Meaning
    what: str
    remedy: str
    whens: tuple[When, ...]


def row_of(told: Told) -> Row:
    """The first row that fits."""
    return next(row for row in ROWS if any(when.fits(told) for when in row.whens))


def _row(meaning: Meaning, what: str, remedy: str, *whens: When) -> Row:
    return Row(meaning, what, remedy, whens or (When(),))


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _value(parameters: str, says: str = "") -> When:
    """A parameter's value is refused."""
    names = _names("invalid_value invalid_size unsupported_value invalid_image_size invalid_request_error")
    return When(names=names, parameters=_names(parameters), says=says)


_OK: Final = range(200, 300)
_MOVED: Final = range(300, 400)
_REFUSED: Final = range(400, 500)
_BROKEN: Final = range(500, 600)
_AT_THE_DOOR: Final = (0, 400, 403, 422)  # where requests are looked at
_HANDED_IN: Final = (0, 400, 415, 422)  # where pictures are
_JSON: Final = (Form.JSON,)
_HTML: Final = (Form.HTML,)
_TELL: Final = "Tell an administrator."
_ADDRESS: Final = f"{_TELL} The address has to be looked at."
_LATER: Final = "Ask again in a few minutes."
_SIZE: Final = "Choose another size."
_LOOK_UP: Final = "A moderator can look this job up."
_WORDS_OF_A_FILTER: Final = (
    r"safety system|safety_violations|content[ _]policy|content moderation|content management policy"
)

# "upstream connect error or disconnect/reset before headers. reset reason: connection termination". For the reasons
# that are left out no connection came about (Envoy, source/common/http/utility.cc, `resetReasonToString`).
_BROKE_BEHIND_THE_DOOR: Final = (
    r"disconnect/reset before headers"
    r"(?!.{0,40}reset reason: (?:(?:local|remote) )?(?:connection (?:failure|timeout)|overflow))"
)

# What a server says in words is looked at only where a person's own words, repeated by it, could do no harm: nobody may
# make Easel believe by a prompt that its key is bad.
_MODERATION: Final = (
    _row(
        Meaning.MODERATED,
        "{label}'s safety check declined this request.",  # what and why is said instead, where they are known
        "Say it differently and ask again.",
        When(names=_names("moderation_blocked content_policy_violation content_policy safety_violation")),
        When(names=_names("contentfilter content_filter responsibleaipolicyviolation")),  # Azure
        When(statuses=_AT_THE_DOOR, moderated=True),  # OpenRouter: 403 with reasons
        # LiteLLM passes on the words and loses the code; xAI: "Generated image rejected by content moderation."
        When(statuses=_AT_THE_DOOR, forms=_JSON, says=_WORDS_OF_A_FILTER),
    ),
)

_OPERATOR: Final = (
    _row(
        Meaning.UNUSABLE,
        "{label} draws nothing more because the spending limit there is reached.",
        _TELL,
        When(names=_names("billing_hard_limit_reached billing_not_active billing_error")),
    ),
    _row(
        Meaning.UNUSABLE,
        "{label} draws nothing more because the account there has no credit left.",
        _TELL,
        When(names=_names("insufficient_quota insufficient_credits")),  # with 429, but waiting does not help
        When(statuses=(402,)),  # OpenRouter
    ),
    _row(
        Meaning.UNUSABLE,
        "{label} does not let Easel in.",
        f"{_TELL} The key has to be looked at.",
        When(names=_names("invalid_api_key invalid_authentication authentication_error account_deactivated")),
        When(statuses=(401,)),
    ),
    _row(
        Meaning.UNUSABLE,
        "{label} wants to know the organization behind Easel before it draws.",
        f"{_TELL} The organization has to be verified there.",
        When(statuses=(403,), forms=_JSON, says=r"must be verified"),
    ),
    _row(
        Meaning.NOT_THERE,
        "{label} does not have the model that Easel is set to.",
        _TELL,
        When(names=_names("model_not_found deploymentnotfound deployment_not_found model_not_available")),
        When(  # vLLM-Omni answers 400 or 404 and "The model `x` does not exist."
            statuses=(400, 404),
            forms=_JSON,
            says=r"^(?:the )?(?:requested )?(?:model|api deployment)\b.{0,120}(?:does not exist|not found)",
        ),
        When(statuses=(400,), forms=_JSON, says=r"^\S{1,200} is not a valid model id"),  # OpenRouter
    ),
    _row(
        Meaning.NOT_THERE,
        "{label} no longer has what Easel asks for; it was retired.",
        _TELL,
        When(statuses=(410,)),
    ),
    _row(
        Meaning.NOT_THERE,
        "{label} was not found where Easel is told to look.",
        f"{_TELL} The address or the model has to be looked at.",
        When(statuses=(404, 405)),
    ),
    _row(
        Meaning.UNUSABLE,
        "{label} is somewhere else than where Easel is told to look.",
        _ADDRESS,
        When(statuses=_MOVED),
    ),
    _row(  # a hotel's login page, or somebody's start page
        Meaning.UNUSABLE,
        "A web page came back where {label} was to answer.",
        _ADDRESS,
        When(statuses=_OK, forms=_HTML),
    ),
    _row(
        Meaning.UNUSABLE,
        "The way to {label} is closed.",
        f"{_TELL} The proxy wants a name and a password.",
        When(statuses=(407,)),
    ),
)

_WISH: Final = (
    _row(
        Meaning.UNKNOWN_PARAMETER,
        "{label} does not know one of the options of this request.",
        "Ask again with fewer options.",
        When(names=_names("unknown_parameter unsupported_parameter invalid_input_fidelity_model")),
    ),
    _row(
        Meaning.REFUSED_VALUE,
        "{label} draws no such size; both edges have to be multiples of 16.",
        _SIZE,
        _value("size", r"divisible"),
    ),
    _row(
        Meaning.REFUSED_VALUE,
        "This size has too long an edge for {label}.",
        "Choose a smaller size.",
        _value("size", r"longest edge"),
    ),
    _row(
        Meaning.REFUSED_VALUE,
        "This size is too small for {label}.",
        "Choose a larger size.",
        _value("size", r"below the (?:current )?minimum"),
    ),
    _row(
        Meaning.REFUSED_VALUE,
        "This size is too large for {label}.",
        "Choose a smaller size.",
        _value("size", r"exceeds"),
    ),
    _row(Meaning.REFUSED_VALUE, "{label} does not draw this size.", _SIZE, _value("size aspect_ratio resolution")),
    _row(Meaning.REFUSED_VALUE, "{label} does not know this quality.", "Choose another quality.", _value("quality")),
    _row(
        Meaning.REFUSED_VALUE,
        "{label} cannot draw this background.",
        "Choose another background.",
        _value("background"),
        When(statuses=_AT_THE_DOOR, says=r"transparent background is not supported"),
    ),
    _row(
        Meaning.REFUSED_VALUE,
        "{label} cannot make this kind of file.",
        "Choose another format.",
        _value("output_format output_compression"),
    ),
    _row(
        Meaning.REFUSED_VALUE,
        "{label} does not draw so many pictures at once.",
        "Ask for fewer pictures.",
        _value("n"),
    ),
    _row(
        Meaning.CANNOT,
        "These are too many words for {label}.",
        "Say it more briefly.",
        When(names=_names("string_above_max_length context_length_exceeded")),
    ),
    _row(
        Meaning.CANNOT,
        "{label} cannot use the picture that was handed in.",
        "Try another picture.",
        When(statuses=_HANDED_IN, parameters=_names("image images image_url mask markup file files input_references")),
        When(statuses=_HANDED_IN, names=_names("invalid_image invalid_image_file invalid_image_format")),
    ),
    _row(
        Meaning.CANNOT,
        "The pictures that were handed in are too large for {label}.",
        "Try smaller or fewer ones.",
        When(statuses=(413,)),
    ),
)

_TROUBLE: Final = (
    _row(  # Envoy, in front of many servers, says 503 of a connection that broke after the request had gone over it
        Meaning.UNKNOWN,
        "{label} was asked, and its answer was lost on the way.",
        _LOOK_UP,
        When(statuses=(503,), says=_BROKE_BEHIND_THE_DOOR),
    ),
    _row(
        Meaning.BUSY,
        "{label} is asked for more pictures than it allows at the moment.",
        _LATER,
        When(statuses=(429,)),
        When(names=_names("rate_limit_exceeded rate_limit_error slow_down too_many_requests")),
    ),
    _row(
        Meaning.BUSY,
        "{label} has too much to do at the moment.",
        _LATER,
        When(statuses=(503, 529)),
        When(names=_names("server_is_overloaded overloaded_error service_unavailable_error")),
    ),
    _row(  # Cloudflare: the server refused the connection, is unreachable, or has no valid certificate
        Meaning.UNAVAILABLE,
        "{label} cannot be reached at the moment.",
        _LATER,
        When(statuses=(521, 523, 525, 526, 530)),
    ),
    _row(  # given up by whoever stands in between: what came of it on the other side, nobody knows
        Meaning.UNKNOWN,
        "{label} was asked, and its answer was lost on the way.",
        _LOOK_UP,
        When(statuses=(408, 499, 502, 504, 520, 522, 524, 598, 599)),
        When(statuses=_BROKEN, forms=_HTML),
    ),
    _row(  # a firewall's page: perhaps because of the words, so it is no reason to think that the key is bad
        Meaning.UNAVAILABLE,
        "Something on the way to {label} turned this request away.",
        "Say it differently; if that does not help, tell an administrator.",
        When(statuses=_REFUSED, forms=_HTML),
    ),
    _row(Meaning.UNUSABLE, "{label} does not allow Easel to draw.", _TELL, When(statuses=(403,))),
    _row(
        Meaning.CANNOT,
        "{label} did not accept this request.",
        "Say it differently, or with fewer options.",
        When(statuses=_REFUSED),
        When(statuses=(0,), names=_names("image_generation_user_error")),
    ),
    _row(Meaning.FAILED, "{label} sent an answer that holds no picture.", "Ask again.", When(statuses=_OK)),
    _row(Meaning.FAILED, "{label} had a fault of its own and drew nothing.", "Ask again in a while."),
)

ROWS: Final = (*_MODERATION, *_OPERATOR, *_WISH, *_TROUBLE)
