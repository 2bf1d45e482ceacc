"""Arrays in, arrays out: cut out, render, describe, retrieve, decide.

Knows no database, no queue, no Telegram.
"""

from vision.errors import (
    Complaint,
    Fault,
    NothingFound,
    Reason,
    SignatureUnreadable,
    WeightsDamaged,
)
from vision.shapes import (
    CutOut,
    Decision,
    Describer,
    Index,
    Mask,
    Match,
    Mesh,
    Outcome,
    Pose,
    RgbImage,
    Rotation,
    Signature,
)

__all__ = [
    "Complaint",
    "CutOut",
    "Decision",
    "Describer",
    "Fault",
    "Index",
    "Mask",
    "Match",
    "Mesh",
    "NothingFound",
    "Outcome",
    "Pose",
    "Reason",
    "RgbImage",
    "Rotation",
    "Signature",
    "SignatureUnreadable",
    "WeightsDamaged",
]
