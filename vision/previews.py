"""Draw what people look at: a part's portrait and a sheet of its sides.

Knows triangles and a material's name only: no part, no customer.
OpenGL through pyrender and EGL. A context belongs to the thread that made it and does not survive
a fork: call these functions in a spawned subprocess, and not under `python -O` (the EGL calls of
PyOpenGL 3.1 stand inside `assert`). Pictures are (H, W, 4) uint8 RGBA, transparent where there is
no part. Every part is drawn at the size that fills its picture: a preview shows shape, not size.
"""

import os
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vision.shapes import Mesh, Rotation
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
#: Drawn larger and averaged, because EGL's own smoothing leaves steps.
FINER = 2
#: Lights: towards the lamp in (right, up, viewer), and strength.
LIGHTS = (((-0.5, 0.8, 1.0), 2.6), ((1.0, 0.1, 0.6), 1.1), ((0.0, -1.0, 0.3), 0.5))
AMBIENT = 0.28
#: How much darker a line is drawn where depth or direction breaks.
LINE = 0.45
#: Beyond this angle between neighbours' normals an edge is drawn.
CREASE_COSINE = 0.82
FIELD_DEG = 24.0
MARGIN = 1.04


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
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")  # read by PyOpenGL's first import
    import pyrender  # noqa: PLC0415  opens OpenGL

    middle = (mesh.vertices_mm.min(0) + mesh.vertices_mm.max(0)) / 2
    radius = float(np.sqrt(((mesh.vertices_mm - middle) ** 2).sum(1).max())) or 1.0
    triangles = ((mesh.vertices_mm - middle) / radius)[mesh.faces]
    renderer = pyrender.OffscreenRenderer(size_px * FINER, size_px * FINER)
    try:
        return [_portrait(pyrender, renderer, triangles @ pose.T, colour) for pose in poses]
    finally:
        renderer.delete()


def _portrait(
    pyrender: Any,  # noqa: ANN401  a module, imported late
    renderer: Any,  # noqa: ANN401  pyrender has no types
    triangles: NDArray[np.float64],
    colour: tuple[int, int, int],
) -> RgbaImage:
    """One picture of triangles (F, 3, 3) in the camera frame, the part's box around the origin."""
    upright = triangles * [1.0, -1.0, -1.0]  # OpenGL: y up, z towards the viewer
    scene = pyrender.Scene(bg_color=(0, 0, 0, 0), ambient_light=(AMBIENT,) * 3)
    scene.add(_plastic(pyrender, upright, colour))
    for way, strength in LIGHTS:
        # whole numbers as colour reach the shader as black, without an error
        scene.add(pyrender.DirectionalLight(color=np.ones(3), intensity=strength), pose=_lamp(way))
    distance, shift = _stand(upright)
    camera = np.eye(4)
    camera[:3, 3] = [*shift, distance]
    lens = pyrender.PerspectiveCamera(np.deg2rad(FIELD_DEG), znear=0.05, zfar=distance + 2)
    scene.add(lens, pose=camera)
    picture, depth = renderer.render(scene, flags=pyrender.RenderFlags.RGBA)
    return _finished(picture, depth)


def _plastic(pyrender: Any, triangles: NDArray[np.float64], colour: tuple[int, int, int]) -> Any:  # noqa: ANN401  pyrender has no types
    corners = triangles.reshape(-1, 3)
    flat = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)
    linear = (np.array(colour) / 255) ** 2.2
    material = pyrender.MetallicRoughnessMaterial(
        baseColorFactor=(*linear, 1.0), metallicFactor=0.0, roughnessFactor=0.7, doubleSided=True
    )
    primitive = pyrender.Primitive(
        positions=corners, normals=np.repeat(flat, 3, axis=0), material=material
    )
    return pyrender.Mesh([primitive])


def _lamp(way: tuple[float, float, float]) -> NDArray[np.float64]:
    """A pose whose z axis points to the lamp: a directional light shines along -z."""
    towards = np.array(way) / np.linalg.norm(way)
    right = np.cross([0.31, 0.72, 0.62], towards)  # any direction that no lamp has
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(towards, right), towards], axis=1)
    return pose


def _stand(triangles: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """How far to stand, and how far to step aside, for the part to fill the picture."""
    points = triangles.reshape(-1, 3)
    shift = (points[:, :2].min(0) + points[:, :2].max(0)) / 2
    half_field = np.tan(np.deg2rad(FIELD_DEG) / 2)
    reach = np.abs(points[:, :2] - shift).max(1) * MARGIN / half_field + points[:, 2]
    return float(reach.max()), shift


def _finished(picture: RgbaImage, depth: NDArray[np.float32]) -> RgbaImage:
    """Edges drawn in, alpha from depth, averaged down to the size asked for."""
    inside = depth > 0
    rgb = picture[..., :3] * (1 - LINE * _edges(depth))[..., None] * inside[..., None]
    alpha = inside[..., None] * 255.0
    side = picture.shape[0] // FINER
    blocks = np.concatenate([rgb, alpha], axis=2).reshape(side, FINER, side, FINER, 4)
    mean = blocks.mean((1, 3))
    cover = np.maximum(mean[..., 3:], 1) / 255  # colours are averaged over the part alone
    mean[..., :3] /= cover
    finished: RgbaImage = mean.clip(0, 255).round().astype(np.uint8)
    return finished


def _edges(depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 where neighbouring surfaces break apart in depth or direction, 0 elsewhere (H, W)."""
    filled = np.where(depth > 0, depth, 99.0).astype(np.float32)
    half_field = np.tan(np.deg2rad(FIELD_DEG) / 2)
    step = filled * (2 * half_field / len(depth))  # a pixel's width there
    slope_x = np.gradient(filled, axis=1) / step
    slope_y = np.gradient(filled, axis=0) / step
    normal = np.stack([slope_x, slope_y, np.ones_like(filled)])
    normal /= np.linalg.norm(normal, axis=0)
    edge = np.zeros_like(filled)
    right = (normal[:, :, 2:] * normal[:, :, :-2]).sum(0)
    below = (normal[:, 2:] * normal[:, :-2]).sum(0)
    edge[:, 1:-1] = right < CREASE_COSINE
    edge[1:-1] = np.maximum(edge[1:-1], below < CREASE_COSINE)
    return edge


def as_png(picture: RgbaImage, path: os.PathLike[str]) -> None:
    """Write a picture to a file."""
    Image.fromarray(picture).save(path, format="PNG")
