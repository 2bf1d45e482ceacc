"""The things that travel through this room: meshes, cut-outs, matches, decisions.

Arrays in, arrays out: no database, no queue, no Telegram.
Images are (H, W, 3) uint8 RGB, masks (H, W) float32 in 0..1, origin top left.
Camera frame as in OpenCV: x right, y down, z away from the viewer, millimetres, right-handed.
A pose's rotation (3, 3) maps part coordinates into the camera frame: y = rotation @ x + t.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NewType, Protocol

import numpy as np
from numpy.typing import NDArray

from vision.answer_set import AnswerSet
from vision.errors import Reason

RgbImage = NDArray[np.uint8]
Mask = NDArray[np.float32]
Rotation = NDArray[np.float64]

#: What a describer remembers of one part: self-contained bytes, meaning known to its slug alone.
Signature = NewType("Signature", bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """A triangle mesh: vertices_mm (V, 3) float64, faces (F, 3) int32, outward by right hand."""

    vertices_mm: NDArray[np.float64]
    faces: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOut:
    """One print lifted out of one photo.

    Attributes:
        rgb: (H, W, 3) uint8, the whole photo, upright.
        mask: (H, W) float32 in 0..1, how much of each pixel is the print.
        quality: 0..1, how much the mask can be trusted.
        touches_frame: the print reaches the edge of the photo, part of it may be missing.
    """

    rgb: RgbImage
    mask: Mask
    quality: float
    touches_frame: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a part lies before the camera that took a photo.

    The part is meant with its box's middle at the origin and its farthest corner at distance one.
    Such a point v is seen at focal_px * x / z + middle_px, where (x, y, z) = rotation @ v + shift.

    Attributes:
        rotation: (3, 3) float64.
        shift_radii: aside, down, away.
        focal_px, middle_px: in the photo's pixels from the outer corner at top left.
    """

    rotation: Rotation
    shift_radii: tuple[float, float, float]
    focal_px: float
    middle_px: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One plausible cut-out among several of one photo.

    Attributes:
        probability: that this is what the photo was taken of, well cut; of one photo's proposals
            they sum to at most 1.
    """

    cut_out: CutOut
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One part that the photo may show.

    Attributes:
        row: position of the part's signature in the sequence the index was opened with.
        score: comparable within one slug only, larger is likelier.
        rotation: (3, 3) float64, the pose in which the part looks most like the photo.
        pose: the whole pose in the first photo, where the describer finds one.
        cues: what the score was made of, by name, where the describer tells.
        further: (3, 3) each, how the part lies in the photos after the first.
    """

    row: int
    score: float
    rotation: Rotation
    pose: Pose | None = None
    cues: Mapping[str, float] = field(default_factory=dict)
    further: tuple[Rotation, ...] = ()


class Index(Protocol):
    """Signatures made ready for searching."""

    def search(self, cut_outs: Sequence[CutOut], k: int) -> list[Match]:
        """The k likeliest parts, best first, each part at most once.

        Several cut-outs show the same print from several sides.
        """
        ...

    def extended(self, signatures: Sequence[Signature]) -> "Index":
        """An index with more rows behind the ones of this, which stays as it is."""
        ...


class Describer(Protocol):
    """A way to compare photos with parts."""

    @property
    def slug(self) -> str:
        """Names the method and, where it has any, its weights' digest."""
        ...

    def describe_part(self, mesh: Mesh) -> Signature:
        """Everything the search must remember of one part."""
        ...

    def open_index(self, signatures: Sequence[Signature]) -> Index:
        """Make signatures of this slug searchable, rows in the order given."""
        ...


class Outcome(Enum):
    """How far an answer may go."""

    ACCEPTED = "accepted"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What may be said about a photo.

    Attributes:
        outcome: accepted names a customer, unsure names candidates, unknown names nobody.
        reason: why, in a word the chat has a sentence for.
        probabilities: one per match handed in, calibrated, same order, falling, sum at most 1.
        answer_set: what it may be, "none of these" included.
    """

    outcome: Outcome
    reason: Reason
    probabilities: tuple[float, ...]
    answer_set: AnswerSet = field(default_factory=AnswerSet)
