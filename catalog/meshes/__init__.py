"""Mesh files as they really come: read, mended, measured, recognised again.

Bytes in, arrays and findings out; no table, no queue, no picture.
"""

from catalog.meshes.fingerprints import Fingerprint, SearchRange, fingerprint
from catalog.meshes.read import PART_SUFFIXES, is_part_name, read_parts
from catalog.meshes.sameness import mirror_image, same_geometry
from catalog.meshes.shapes import (
    Finding,
    FindingKind,
    MeshArrays,
    MeshDetails,
    MeshLimits,
    PartSize,
    ReadPart,
)

__all__ = [
    "PART_SUFFIXES",
    "Finding",
    "FindingKind",
    "Fingerprint",
    "MeshArrays",
    "MeshDetails",
    "MeshLimits",
    "PartSize",
    "ReadPart",
    "SearchRange",
    "fingerprint",
    "is_part_name",
    "mirror_image",
    "read_parts",
    "same_geometry",
]
