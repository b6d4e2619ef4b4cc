"""Everything that can go wrong, as one tree. Each error carries the sentence for the person.

EaselError
├── Refused                 before a job existed: nothing was drawn, nothing was spent
│   ├── PromptError         the words cannot be used as they stand
│   │   ├── EmptyPrompt
│   │   ├── PromptTooLong
│   │   ├── UnknownFlag     names the flag and the nearest known one
│   │   └── BadFlagValue    names what the flag accepts
│   ├── NoSource            an edit without a picture; never becomes a generation
│   ├── WhichPicture        several pictures and none chosen
│   ├── UnusableImage       not a picture, broken, too large, or of a kind that is not read
│   ├── UnusableMask
│   ├── NotAllowed          this person may not do this here
│   ├── QuotaExceeded       names the limit, what remains, and when it resets
│   ├── QueueFull
│   ├── NotFound            no such picture or job, or not this person's to see
│   └── Conflict            one event key, two different requests
├── ProviderError           a job ran and no picture came: nothing is charged
│   ├── Cancelled           the person did not want it any more
│   │   └── Stopped         while the provider was at work: what it did may be billed
│   ├── CannotDraw          the provider says that it has no way to do this
│   ├── Moderated           the words or a picture were declined, by the provider or by the operator's own check
│   ├── ProviderUnavailable nothing was drawn for certain: asking again is safe
│   │   ├── ProviderBusy    too many requests, or overloaded: later
│   │   └── ProviderUnusable  a key, a bill, a missing right, a wrong address: the operator has to mend it
│   ├── DrawingFailed       it was asked and said that it failed, or sent no picture: it may have been billed
│   └── OutcomeUnknown      it was asked and its answer was lost; never asked again on its own
├── DeliveryError           the picture exists and is kept; only its post failed
│   ├── Gone                the place or the picture no longer exists; do not try again
│   └── Later               try again after a while
└── OperatorError           for the person who runs Easel
    ├── BadSettings
    ├── DataFolderBusy
    └── NewerSchema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from core.i18n import joined, say

if TYPE_CHECKING:
    from core.model import Allowance, ImageRef


class EaselError(Exception):
    """An error with a sentence: what happened, what it cost, and what to do now.

    `what` and `remedy` are whole sentences in plain English, safe to show to the person who caused them:
    they never hold a secret, a path of this machine or another person's words. Those for members are `core.i18n.Said`,
    and so is the `sentence` that is made of them.
    """

    code: ClassVar[str] = "error"
    cost: ClassVar[str] = ""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    @property
    def sentence(self) -> str:
        """What happened, what it cost, what to do now: one line for the person."""
        return joined((self.what, self.cost, self.remedy))

    def __str__(self) -> str:
        return self.sentence


class Refused(EaselError):
    """The request was turned down before a job existed."""

    code = "refused"
    cost: ClassVar[str] = say("Nothing was charged.")


class PromptError(Refused):
    """The words cannot be used as they stand."""

    code = "prompt"


class EmptyPrompt(PromptError):
    """Nothing was asked for."""

    code = "empty_prompt"


class PromptTooLong(PromptError):
    """More characters than a prompt may have."""

    code = "prompt_too_long"


class UnknownFlag(PromptError):
    """A flag that Easel does not know."""

    code = "unknown_flag"


class BadFlagValue(PromptError):
    """A known flag with a value that it does not accept."""

    code = "bad_flag_value"


class NoSource(Refused):
    """An edit was asked for and there is no picture to edit."""

    code = "no_source"


class WhichPicture(Refused):
    """Several pictures could be meant. `choices` holds them in the order in which they are numbered, from 1."""

    code = "which_picture"

    def __init__(self, what: str, remedy: str = "", *, choices: tuple[ImageRef, ...] = ()) -> None:
        super().__init__(what, remedy)
        self.choices = choices


class UnusableImage(Refused):
    """A file that is not a picture that Easel reads."""

    code = "unusable_image"


class UnusableMask(Refused):
    """A mask that does not fit its picture."""

    code = "unusable_mask"


class NotAllowed(Refused):
    """This person may not do this here."""

    code = "not_allowed"


class QuotaExceeded(Refused):
    """A limit has nothing left for this request. `allowances`: every limit that applies, the refusing ones first."""

    code = "quota"

    def __init__(self, what: str, remedy: str = "", *, allowances: tuple[Allowance, ...] = ()) -> None:
        super().__init__(what, remedy)
        self.allowances = allowances


class QueueFull(Refused):
    """Too many requests are waiting."""

    code = "queue_full"


class NotFound(Refused):
    """No such picture or job, or not this person's to see: the two are told apart to nobody."""

    code = "not_found"


class Conflict(Refused):
    """One event key came with two different requests."""

    code = "conflict"


class ProviderError(EaselError):
    """The provider drew nothing. The reservation is void.

    `note` is one line for the operator's log: status, the provider's own code and the request id; never a prompt, a
    secret or a person's name.
    """

    code = "provider"
    cost: ClassVar[str] = say("Nothing was charged.")
    may_be_billed: bool = False  # the operator's ledger presumes the worst; the person pays nothing

    def __init__(self, what: str, remedy: str = "", *, note: str = "") -> None:
        super().__init__(what, remedy)
        self.note = note


class Cancelled(ProviderError):
    """The person did not want it any more, in time."""

    code = "cancelled"


class Stopped(Cancelled):
    """The person did not want it any more, and the provider was at work: what it did until then may be billed."""

    may_be_billed = True


class CannotDraw(ProviderError):
    """The provider says that it has no way to do what was asked."""

    code = "cannot_draw"


class Moderated(ProviderError):
    """A safety check declined. `stage` is `input`, `output` or `unknown`; `categories` are the check's own names."""

    code = "moderated"

    def __init__(
        self, what: str, remedy: str = "", *, note: str = "", stage: str = "unknown", categories: tuple[str, ...] = ()
    ) -> None:
        super().__init__(what, remedy, note=note)
        self.stage = stage
        self.categories = categories


class ProviderUnavailable(ProviderError):
    """Nothing was drawn for certain, because the provider was not reached or turned the request away at its door."""

    code = "provider_unavailable"


class ProviderBusy(ProviderUnavailable):
    """Too many requests, or overloaded. `after_seconds` is how long to wait, where the provider said so."""

    code = "provider_busy"

    def __init__(self, what: str, remedy: str = "", *, note: str = "", after_seconds: float | None = None) -> None:
        super().__init__(what, remedy, note=note)
        self.after_seconds = after_seconds


class ProviderUnusable(ProviderUnavailable):
    """It will not draw for anybody until the operator has mended something: the note says what."""

    code = "provider_unusable"


class DrawingFailed(ProviderError):
    """The provider was asked, and answered with a failure or with no picture. Not asked again: it may be billed."""

    code = "drawing_failed"
    may_be_billed = True


class OutcomeUnknown(ProviderError):
    """The provider was asked and its answer was lost. The reservation stays until someone looks."""

    code = "outcome_unknown"
    cost: ClassVar[str] = say("Your allowance stays reserved until it is known whether a picture was made.")


class DeliveryError(EaselError):
    """The picture is kept; only its post failed."""

    code = "delivery"
    cost: ClassVar[str] = say("The picture is kept.")


class Gone(DeliveryError):
    """The place or the picture no longer exists."""

    code = "gone"


class Later(DeliveryError):
    """Not now. `after_seconds` is how long to wait, as the platform asked or as seems fair."""

    code = "later"

    def __init__(self, what: str, remedy: str = "", *, after_seconds: float = 5.0) -> None:
        super().__init__(what, remedy)
        self.after_seconds = after_seconds


class OperatorError(EaselError):
    """Something that the person who runs Easel has to mend."""

    code = "operator"


class BadSettings(OperatorError):
    """The settings cannot be used."""

    code = "settings"


class DataFolderBusy(OperatorError):
    """Another process has the data folder."""

    code = "data_folder_busy"


class NewerSchema(OperatorError):
    """The data folder was written by a newer Easel."""

    code = "newer_schema"
