"""Draw meshes as a phone would see them: light, shadow, plastic.

Knows geometry and light only: which scene to draw is synthetic_photos.py's affair.
World frame: z up, ground at z = 0, millimetres. Camera frame as in OpenCV (x right, y down,
z away). Colours are linear light, float32, (H, W, 3); masks (H, W).
Method: a z-buffer, then for every pixel a sum over a few dozen directional lights, each with its
own orthographic shadow map; many weak ones make sky light and so ambient occlusion.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.photo_kernels import rasterise, shade, smooth_corners

Array = NDArray[np.float32]

#: Columns of a material row: albedo r g b, gloss strength, gloss exponent, layer height in mm,
#: layer depth (slope), mottle strength, mottle size in mm, reflection strength.
MATERIAL_COLUMNS = 10

#: Texels along one side of a shadow map: enough for photos of a few hundred pixels.
SHADOW_TEXELS = 192


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A pinhole camera: rotation (3, 3) and offset (3,) map world to camera, focal in pixels."""

    rotation: Array
    offset_mm: Array
    focal_px: float
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lights:
    """Directional lights: towards (L, 3) unit vectors to the light, colour (L, 3)."""

    towards: Array
    colour: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All objects in one bag of triangles.

    Attributes:
        vertices_mm: (V, 3) float32 in the world.
        faces: (F, 3) int32.
        normals: (F, 3, 3) float32, one unit normal for each corner.
        owner: (F,) int32, the object each face belongs to.
        materials: (objects, MATERIAL_COLUMNS) float32.
        up: (objects, 3) float32, each object's printing direction in the world.
    """

    vertices_mm: Array
    faces: NDArray[np.int32]
    normals: Array
    owner: NDArray[np.int32]
    materials: Array
    up: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the camera got.

    Attributes:
        colour: (H, W, 3) float32, light from objects, 0 where there is none.
        ground: (H, W, 3) float32, what part of the light reaches the ground, 1 = all.
        ground_mm: (H, W, 2) float32, where each pixel's ray meets the ground, NaN for never.
        owner: (H, W) int32, object per pixel, -1 for none.
        depth_mm: (H, W) float32, 0 for none.
    """

    colour: Array
    ground: Array
    ground_mm: Array
    owner: NDArray[np.int32]
    depth_mm: Array


def corner_normals(
    vertices: NDArray[np.float64], faces: NDArray[np.int32], crease_deg: float = 32.0
) -> Array:
    """(F, 3, 3) normals, smoothed across edges that are less sharp than the crease."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    areas = np.cross(b - a, c - a)
    lengths = np.linalg.norm(areas, axis=1, keepdims=True)
    flat = (areas / np.maximum(lengths, 1e-12)).astype(np.float32)
    order = np.argsort(faces.ravel(), kind="stable")
    starts = np.searchsorted(faces.ravel()[order], np.arange(len(vertices) + 1))
    return smooth_corners(
        faces.astype(np.int32), flat, areas.astype(np.float32), order // 3, starts,
        np.float32(np.cos(np.radians(crease_deg))),
    )  # fmt: skip


def shadow_maps(scene: Scene, lights: Lights, texels: int) -> tuple[Array, Array, float, Array]:
    """Per light the distance to its first surface, the light's frame, texels a mm, the middle."""
    low, high = scene.vertices_mm.min(0), scene.vertices_mm.max(0)
    middle = ((low + high) / 2).astype(np.float32)
    scale = float(texels * 0.97 / max(1e-3, np.linalg.norm(high - low)))
    frames = np.stack([light_frame(direction) for direction in lights.towards])
    maps = np.empty((len(frames), texels, texels), np.float32)
    for i, frame in enumerate(frames):
        points = (scene.vertices_mm - middle) @ frame.T
        points[:, :2] = points[:, :2] * scale + texels / 2
        maps[i] = rasterise(points, scene.faces, texels, texels)[0]
    return maps, frames, scale, middle


def light_frame(towards: Array) -> Array:
    """Two axes across the light and one along it, as rows."""
    helper = np.array([1, 0, 0] if abs(towards[0]) < 0.8 else [0, 1, 0], np.float32)
    across = np.cross(helper, towards)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(towards, across), towards]).astype(np.float32)


def draw(
    scene: Scene, camera: Camera, lights: Lights, *, room_wave: Array,
    shadow_texels: int = SHADOW_TEXELS,
) -> Picture:  # fmt: skip
    """One picture in linear light; faces that reach behind the camera are left out."""
    points = scene.vertices_mm @ camera.rotation.T + camera.offset_mm
    safe = (points[scene.faces, 2] > 1.0).all(1)
    nearness = 1 / np.maximum(points[:, 2:], 1.0)
    centre = np.array([camera.width_px, camera.height_px], np.float32) / 2
    flat = np.hstack([points[:, :2] * nearness * camera.focal_px + centre, nearness])
    faces = scene.faces.copy()
    faces[~safe] = 0  # three times the same corner: no area, not drawn
    near, face_of, bary = rasterise(
        flat.astype(np.float32), faces, camera.width_px, camera.height_px
    )
    maps, frames, scale, middle = shadow_maps(scene, lights, shadow_texels)
    eye = (-camera.rotation.T @ camera.offset_mm).astype(np.float32)
    colour, ground, where = shade(
        near, face_of, bary, scene.normals, scene.owner, scene.materials, scene.up,
        camera.rotation, eye, np.float32(camera.focal_px), (lights.towards, lights.colour),
        (maps, frames, np.float32(scale), middle), np.float32(1.6 / scale), room_wave,
    )  # fmt: skip
    seen = face_of >= 0
    owner = np.where(seen, scene.owner[np.maximum(face_of, 0)], -1).astype(np.int32)
    depth = np.where(seen, 1 / np.maximum(near, 1e-9), 0).astype(np.float32)
    return Picture(colour=colour, ground=ground, ground_mm=where, owner=owner, depth_mm=depth)
