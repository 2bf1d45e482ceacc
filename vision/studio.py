"""Photograph coloured triangles with pyrender.

Knows OpenGL: no mesh, no light (vision/lamplight.py), no line (vision/finishing.py).
A context belongs to the thread that made it and does not survive a fork, and making one costs more
than a picture: each thread keeps one renderer, for all sizes. Frame as in OpenGL: x right, y up, z
towards the viewer. A picture's first row is its bottom one, as OpenGL reads it.
"""

import os
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_kept = threading.local()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where the camera stands: its place, looking along -z, and its field of view."""

    place: NDArray[np.float64]
    field_rad: float
    far: float
    near: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What the camera saw: colour (S, S, 4) uint8, depth (S, S) float32 with 0 = nothing there."""

    colour: NDArray[np.uint8]
    depth: NDArray[np.float32]


def photographed(
    triangles: NDArray[np.float32], shades: NDArray[np.float32], *, stand: Stand, size_px: int
) -> Shot:
    """A square picture of (F, 3, 3) triangles, each in its own sRGB shade (F, 3) in 0..1."""
    pyrender, renderer = _pyrender(), _renderer(size_px)
    scene = pyrender.Scene(bg_color=(0, 0, 0, 0))
    scene.add(_painted(triangles, shades))
    pose = np.eye(4)
    pose[:3, 3] = stand.place
    lens = pyrender.PerspectiveCamera(stand.field_rad, znear=stand.near, zfar=stand.far)
    scene.add(lens, pose=pose)
    flags = pyrender.RenderFlags.RGBA | pyrender.RenderFlags.FLAT  # the light is in the shades
    colour, depth = renderer.render(scene, flags=flags)
    return Shot(colour=colour, depth=depth)


def _painted(triangles: NDArray[np.float32], shades: NDArray[np.float32]) -> Any:  # noqa: ANN401  pyrender has no types
    pyrender = _pyrender()
    colours = np.ones((len(shades), 3, 4), np.float32)
    colours[..., :3] = shades[:, None]
    material = pyrender.MetallicRoughnessMaterial(
        baseColorFactor=(1.0, 1.0, 1.0, 1.0), doubleSided=True
    )
    primitive = pyrender.Primitive(
        positions=triangles.reshape(-1, 3), color_0=colours.reshape(-1, 4), material=material
    )
    return pyrender.Mesh([primitive])


def _renderer(size_px: int) -> Any:  # noqa: ANN401  pyrender has no types
    """This thread's renderer, at a size."""
    if not hasattr(_kept, "renderer"):
        _kept.renderer = _pyrender().OffscreenRenderer(size_px, size_px)
    _kept.renderer.viewport_width = _kept.renderer.viewport_height = size_px
    return _kept.renderer


def _pyrender() -> Any:  # noqa: ANN401  a module, imported late
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")  # read by PyOpenGL's first import
    import pyrender  # noqa: PLC0415  opens OpenGL

    return pyrender
