"""Draw what people look at: a part's portrait and a sheet of its sides.

Knows triangles and a material's name only: no part, no customer.
OpenGL through pyrender and EGL (vision/studio.py): call these functions in a spawned subprocess,
and not under `python -O` (the EGL calls of PyOpenGL 3.1 stand inside `assert`). Pictures are
(H, W, 4) uint8 RGBA, transparent where there is no part. Every part is drawn at the size that
fills its picture: a preview shows shape, not size.
"""

import os
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.finishing import FINER, finished
from vision.lamplight import lit
from vision.shapes import Mesh, Rotation
from vision.simplify import simplified
from vision.studio import Stand, photographed
from vision.viewpoints import look_from

RgbaImage = NDArray[np.uint8]

#: From front right above, as catalogues show parts.
PORTRAIT_FROM = (0.55, -0.9, 0.6)
#: The sides of a contact sheet, two rows of four: corners above, then the plain sides, then below.
SHEET_FROM = (
    (0.55, -0.9, 0.6), (-0.9, -0.55, 0.6), (-0.55, 0.9, 0.6), (0.0, 0.0, 1.0),
    (0.0, -1.0, 0.0), (1.0, 0.0, 0.0), (0.6, -0.8, -0.6), (0.0, 0.0, -1.0),
)  # fmt: skip
SHEET_COLUMNS = 4
#: Plastics by the word in a material's name, as sRGB; black and white keep room for shading.
COLOURS = {
    "black": (62, 64, 68), "white": (236, 236, 232), "grey": (150, 154, 158),
    "gray": (150, 154, 158), "silver": (176, 180, 184), "red": (206, 50, 44),
    "orange": (240, 124, 32), "yellow": (242, 200, 48), "green": (60, 152, 76),
    "blue": (44, 104, 190), "purple": (120, 72, 160), "violet": (120, 72, 160),
    "pink": (232, 120, 160), "brown": (126, 84, 58), "beige": (216, 196, 164),
    "natural": (226, 216, 190), "clear": (206, 216, 220), "transparent": (206, 216, 220),
    "gold": (200, 156, 60), "copper": (190, 112, 72),
}  # fmt: skip
NO_COLOUR = (128, 156, 184)
#: A finer mesh looks no different at these sizes: it is made coarser once for all its sides.
TRIANGLES = 24_000
FIELD_DEG = 24.0
MARGIN = 1.04
#: From our camera frame to OpenGL's: y up, z towards the viewer.
UPRIGHT = np.diag([1.0, -1.0, -1.0])


def draw_preview(
    mesh: Mesh, *, rotation: Rotation | None = None, material: str = "", size_px: int = 512
) -> RgbaImage:
    """The part alone, from front right above or in the pose (3, 3) asked for.

    Raises:
        ValueError: the mesh is empty.
    """
    pose = look_from(np.array(PORTRAIT_FROM)) if rotation is None else rotation
    return _drawn(mesh, [pose], colour=colour_of(material), size_px=size_px)[0]


def contact_sheet(mesh: Mesh, *, material: str = "", tile_px: int = 256) -> RgbaImage:
    """The part from eight sides, two rows of four.

    Raises:
        ValueError: the mesh is empty.
    """
    poses = [look_from(np.array(way)) for way in SHEET_FROM]
    tiles = _drawn(mesh, poses, colour=colour_of(material), size_px=tile_px)
    rows = [
        np.concatenate(tiles[i : i + SHEET_COLUMNS], axis=1)
        for i in range(0, len(tiles), SHEET_COLUMNS)
    ]
    return np.concatenate(rows)


def colour_of(material: str) -> tuple[int, int, int]:
    """The plastic's colour as sRGB; the last colour word counts, as in "dark grey blue PLA"."""
    words = [word for word in re.findall(r"[a-z]+", material.lower()) if word in COLOURS]
    return COLOURS[words[-1]] if words else NO_COLOUR


def _drawn(
    mesh: Mesh, poses: Sequence[Rotation], *, colour: tuple[int, int, int], size_px: int
) -> list[RgbaImage]:
    if len(mesh.faces) == 0 or len(mesh.vertices_mm) == 0:
        raise ValueError("an empty mesh has no preview")
    if len(mesh.faces) > TRIANGLES:
        mesh = simplified(mesh, triangles=TRIANGLES)
    middle = (mesh.vertices_mm.min(0) + mesh.vertices_mm.max(0)) / 2
    radius = float(np.sqrt(((mesh.vertices_mm - middle) ** 2).sum(1).max())) or 1.0
    points = (mesh.vertices_mm - middle) / radius
    return [
        _side(points @ (UPRIGHT @ pose).T, mesh.faces, colour=colour, size_px=size_px)
        for pose in poses
    ]


def _side(
    points: NDArray[np.float64],
    faces: NDArray[np.int32],
    *,
    colour: tuple[int, int, int],
    size_px: int,
) -> RgbaImage:
    """One picture of points (V, 3) in OpenGL's frame, the part's box around the origin."""
    stand = _stand(points)
    triangles = points.astype(np.float32)[faces]
    shades = lit(triangles, stand.place, colour=colour)
    shot = photographed(triangles, shades, stand=stand, size_px=size_px * FINER)
    return finished(shot.colour, shot.depth, field_rad=stand.field_rad)


def _stand(points: NDArray[np.float64]) -> Stand:
    """Where the camera stands for the part to fill the picture."""
    aside = (points[:, :2].min(0) + points[:, :2].max(0)) / 2
    half_field = np.tan(np.deg2rad(FIELD_DEG) / 2)
    reach = np.abs(points[:, :2] - aside).max(1) * MARGIN / half_field + points[:, 2]
    distance = float(reach.max())
    return Stand(
        place=np.array([*aside, distance]), field_rad=float(np.deg2rad(FIELD_DEG)), far=distance + 2
    )


def as_png(picture: RgbaImage, path: os.PathLike[str]) -> None:
    """Write a picture to a file."""
    Image.fromarray(picture).save(path, format="PNG")
