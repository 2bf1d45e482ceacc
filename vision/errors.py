"""What can go wrong with pixels.

VisionError
├── Complaint          the person can mend it
│   └── NothingFound   no print can be lifted out of the photo, with a Reason
└── Fault              we must mend it
    ├── WeightsDamaged a shipped network is not the file that was measured
    └── SignatureUnreadable what was stored of a part is not what its describer wrote
"""

from enum import Enum


class Reason(Enum):
    """Why a photo has no sure answer; the chat owns the sentence for each."""

    NO_OBJECT = "no_object"
    CUT_OFF = "cut_off"
    TOO_DARK = "too_dark"
    BLURRED = "blurred"
    NOTHING_ALIKE = "nothing_alike"
    EMPTY_CATALOGUE = "empty_catalogue"
    LOOK_ALIKES = "look_alikes"
    NOT_SURE = "not_sure"
    SURE = "sure"


class VisionError(Exception):
    """Anything this room may raise on purpose."""


class Complaint(VisionError):
    """The person can mend it."""


class Fault(VisionError):
    """We must mend it."""


class NothingFound(Complaint):
    """No print can be lifted out of the photo."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"nothing found in the photo: {self.reason.value}"


class WeightsDamaged(Fault):
    """A shipped network is not the file that was measured."""

    def __init__(self, name: str, expected_sha256: str, actual_sha256: str) -> None:
        super().__init__(name, expected_sha256, actual_sha256)
        self.name, self.expected_sha256, self.actual_sha256 = name, expected_sha256, actual_sha256

    def __str__(self) -> str:
        return f"{self.name} has SHA-256 {self.actual_sha256}, expected {self.expected_sha256}"


class SignatureUnreadable(Fault):
    """What was stored of a part is not what its describer wrote."""

    def __init__(self, slug: str, detail: str) -> None:
        super().__init__(slug, detail)
        self.slug, self.detail = slug, detail

    def __str__(self) -> str:
        return f"not a signature of {self.slug}: {self.detail}"
