"""Draw meshes as a phone would see them: light, shadow, plastic.

Knows geometry and light only: which scene to draw is synthetic_photos.py's affair.
World frame: z up, ground at z = 0, millimetres. Camera frame as in OpenCV (x right, y down,
z away). Colours are linear light, float32, (H, W, 3); masks (H, W).
Method: a z-buffer, then for every pixel a sum over a few dozen directional lights, each with its
own orthographic shadow map; many weak ones make sky light and so ambient occlusion.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float32]

#: Columns of a material row: albedo r g b, gloss strength, gloss exponent, layer height in mm,
#: layer depth (slope), mottle strength, mottle size in mm, reflection strength.
MATERIAL_COLUMNS = 10

#: Texels along one side of a shadow map.
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


@njit(cache=True, nogil=True)
def smooth_corners(faces, flat, areas, around, starts, cos_crease):  # type: ignore[no-untyped-def]
    """Area-weighted mean of the neighbours' normals within the crease, per corner."""
    out = np.empty((len(faces), 3, 3), np.float32)
    for f in range(len(faces)):
        for k in range(3):
            v = faces[f, k]
            x, y, z = np.float32(0), np.float32(0), np.float32(0)
            for j in range(starts[v], starts[v + 1]):
                g = around[j]
                like = flat[f, 0] * flat[g, 0] + flat[f, 1] * flat[g, 1] + flat[f, 2] * flat[g, 2]
                if like >= cos_crease:
                    x += areas[g, 0]
                    y += areas[g, 1]
                    z += areas[g, 2]
            n = np.sqrt(x * x + y * y + z * z)
            if n < 1e-9:
                x, y, z, n = flat[f, 0], flat[f, 1], flat[f, 2], np.float32(1)
            out[f, k, 0], out[f, k, 1], out[f, k, 2] = x / n, y / n, z / n
    return out


@njit(cache=True, nogil=True, fastmath=True)
def rasterise(points, faces, width, height):  # type: ignore[no-untyped-def]
    """Nearest face per pixel; points (V, 3) are x px, y px, nearness (1/z, or minus distance)."""
    near = np.full((height, width), -1e30, np.float32)
    face_of = np.full((height, width), -1, np.int32)
    bary = np.zeros((height, width, 2), np.float32)
    for f in range(len(faces)):
        a, b, c = points[faces[f, 0]], points[faces[f, 1]], points[faces[f, 2]]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if abs(area) < 1e-9:
            continue
        x0 = max(0, int(np.ceil(min(a[0], b[0], c[0]) - 0.5)))
        x1 = min(width - 1, int(np.floor(max(a[0], b[0], c[0]) - 0.5)))
        y0 = max(0, int(np.ceil(min(a[1], b[1], c[1]) - 0.5)))
        y1 = min(height - 1, int(np.floor(max(a[1], b[1], c[1]) - 0.5)))
        for y in range(y0, y1 + 1):
            py = y + 0.5
            for x in range(x0, x1 + 1):
                px = x + 0.5
                w1 = ((px - a[0]) * (c[1] - a[1]) - (py - a[1]) * (c[0] - a[0])) / area
                w2 = ((b[0] - a[0]) * (py - a[1]) - (b[1] - a[1]) * (px - a[0])) / area
                if w1 < 0 or w2 < 0 or w1 + w2 > 1:
                    continue
                depth = a[2] * (1 - w1 - w2) + b[2] * w1 + c[2] * w2
                if depth > near[y, x]:
                    near[y, x] = depth
                    face_of[y, x] = f
                    bary[y, x, 0] = w1 * b[2] / depth
                    bary[y, x, 1] = w2 * c[2] / depth
    return near, face_of, bary


@njit(cache=True, nogil=True, fastmath=True)
def noise3(x, y, z):  # type: ignore[no-untyped-def]
    """Smooth value noise in -1..1."""
    xi, yi, zi = np.floor(x), np.floor(y), np.floor(z)
    fx, fy, fz = x - xi, y - yi, z - zi
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    total = 0.0
    for corner in range(8):
        i, j, k = corner & 1, (corner >> 1) & 1, corner >> 2
        h = np.sin((xi + i) * 127.1 + (yi + j) * 311.7 + (zi + k) * 74.7) * 43758.5453
        value = 2 * (h - np.floor(h)) - 1
        total += (
            value
            * (fx if i else 1 - fx)
            * (fy if j else 1 - fy)
            * (fz if k else 1 - fz)
        )
    return total


@njit(cache=True, nogil=True, fastmath=True)
def lit(maps, bases, scale, middle, x, y, z, i, bias):  # type: ignore[no-untyped-def]
    """1 where light i reaches the point, by its shadow map, softened over four texels."""
    texels = maps.shape[1]
    b = bases[i]
    dx, dy, dz = x - middle[0], y - middle[1], z - middle[2]
    u = (b[0, 0] * dx + b[0, 1] * dy + b[0, 2] * dz) * scale + texels / 2 - 0.5
    v = (b[1, 0] * dx + b[1, 1] * dy + b[1, 2] * dz) * scale + texels / 2 - 0.5
    w = b[2, 0] * dx + b[2, 1] * dy + b[2, 2] * dz + bias
    ui, vi = int(np.floor(u)), int(np.floor(v))
    if ui < 0 or vi < 0 or ui >= texels - 1 or vi >= texels - 1:
        return 1.0
    fu, fv = u - ui, v - vi
    s = 0.0
    if maps[i, vi, ui] < w:
        s += (1 - fu) * (1 - fv)
    if maps[i, vi, ui + 1] < w:
        s += fu * (1 - fv)
    if maps[i, vi + 1, ui] < w:
        s += (1 - fu) * fv
    if maps[i, vi + 1, ui + 1] < w:
        s += fu * fv
    return s


@njit(cache=True, nogil=True, fastmath=True)
def shade(  # type: ignore[no-untyped-def]  # noqa: C901 - one pass over pixels, as kernels are
    near, face_of, bary, vertices, faces, normals, owner, materials, ups,
    rotation, eye, focal, towards, colours, maps, bases, scale, middle, bias, wave,
):  # fmt: skip
    """Light that leaves each object pixel; share of light that reaches each ground pixel."""
    height, width = face_of.shape
    colour = np.zeros((height, width, 3), np.float32)
    ground = np.ones((height, width, 3), np.float32)
    where = np.full((height, width, 2), np.nan, np.float32)
    open_sky = np.zeros(3, np.float32)
    for i in range(len(towards)):
        for k in range(3):
            open_sky[k] += max(towards[i, 2], 0.0) * colours[i, k]
    for py in range(height):
        for px in range(width):
            cx, cy = (px + 0.5 - width / 2) / focal, (py + 0.5 - height / 2) / focal
            rx = rotation[0, 0] * cx + rotation[1, 0] * cy + rotation[2, 0]
            ry = rotation[0, 1] * cx + rotation[1, 1] * cy + rotation[2, 1]
            rz = rotation[0, 2] * cx + rotation[1, 2] * cy + rotation[2, 2]
            if rz < -1e-4:
                reach = -eye[2] / rz
                x, y = eye[0] + reach * rx, eye[1] + reach * ry
                where[py, px, 0], where[py, px, 1] = x, y
            f = face_of[py, px]
            if f < 0:
                if rz >= -1e-4:
                    continue
                for k in range(3):
                    ground[py, px, k] = 0.0
                for i in range(len(towards)):
                    if towards[i, 2] > 0:
                        s = lit(maps, bases, scale, middle, x, y, 0.0, i, bias) * towards[i, 2]
                        for k in range(3):
                            ground[py, px, k] += s * colours[i, k] / open_sky[k]
                continue
            depth = 1.0 / near[py, px]
            x, y, z = eye[0] + depth * rx, eye[1] + depth * ry, eye[2] + depth * rz
            w1, w2 = bary[py, px, 0], bary[py, px, 1]
            w0 = 1 - w1 - w2
            nx = normals[f, 0, 0] * w0 + normals[f, 1, 0] * w1 + normals[f, 2, 0] * w2
            ny = normals[f, 0, 1] * w0 + normals[f, 1, 1] * w1 + normals[f, 2, 1] * w2
            nz = normals[f, 0, 2] * w0 + normals[f, 1, 2] * w1 + normals[f, 2, 2] * w2
            m = materials[owner[f]]
            up = ups[owner[f]]
            slope = nx * up[0] + ny * up[1] + nz * up[2]
            if m[6] > 0:
                if abs(slope) < 0.96:
                    h = (x * up[0] + y * up[1] + z * up[2]) / m[5]
                    h += 0.15 * noise3(x * 0.3, y * 0.3, z * 0.3)
                    t = m[6] * np.sin(6.2832 * h)
                    nx, ny, nz = nx + t * up[0], ny + t * up[1], nz + t * up[2]
                else:
                    t = 0.5 * m[6] * np.sin(6.2832 * (x * 0.7 + y * 0.7 + z * 0.1) / (2 * m[5]))
                    nx, ny = nx + t * 0.7, ny + t * 0.7
            n = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9
            nx, ny, nz = nx / n, ny / n, nz / n
            r = np.sqrt(rx * rx + ry * ry + rz * rz)
            vx, vy, vz = -rx / r, -ry / r, -rz / r
            facing = nx * vx + ny * vy + nz * vz
            if facing < 0:
                nx, ny, nz, facing = -nx, -ny, -nz, -facing
            mottle = 1.0
            if m[7] > 0:
                mottle += m[7] * noise3(x / m[8], y / m[8], z / m[8])
            ox, oy, oz = x + nx * bias * 0.7, y + ny * bias * 0.7, z + nz * bias * 0.7
            for i in range(len(towards)):
                lx, ly, lz = towards[i, 0], towards[i, 1], towards[i, 2]
                lambert = nx * lx + ny * ly + nz * lz
                if lambert <= 0:
                    continue
                s = lit(maps, bases, scale, middle, ox, oy, oz, i, bias * 0.5)
                if s <= 0:
                    continue
                hx, hy, hz = lx + vx, ly + vy, lz + vz
                hn = np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
                half = max(0.0, (nx * hx + ny * hy + nz * hz) / hn)
                gloss = m[3] * half ** m[4] * (m[4] + 8) / 25
                for k in range(3):
                    colour[py, px, k] += s * colours[i, k] * lambert * (m[k] * mottle + gloss)
            # What rises from a lit table, and a hint of a room in the gloss.
            below = 0.5 - 0.5 * nz
            fx, fy, fz = 2 * facing * nx - vx, 2 * facing * ny - vy, 2 * facing * nz - vz
            room = 0.5 + 0.5 * np.sin(wave[0] * fx + wave[1] * fy + wave[2] * fz + wave[3])
            fresnel = 0.04 + 0.96 * (1 - facing) ** 5
            for k in range(3):
                colour[py, px, k] += open_sky[k] * below * 0.22 * m[k] * mottle
                colour[py, px, k] += open_sky[k] * m[9] * fresnel * room * room
    return colour, ground, where


def shadow_maps(scene: Scene, lights: Lights) -> tuple[Array, Array, float, Array]:
    """Per light the distance to its first surface, the light's frame, texels a mm, the middle."""
    low, high = scene.vertices_mm.min(0), scene.vertices_mm.max(0)
    middle = ((low + high) / 2).astype(np.float32)
    scale = float(SHADOW_TEXELS * 0.97 / max(1e-3, np.linalg.norm(high - low)))
    frames = np.stack([light_frame(direction) for direction in lights.towards])
    maps = np.empty((len(frames), SHADOW_TEXELS, SHADOW_TEXELS), np.float32)
    for i, frame in enumerate(frames):
        points = (scene.vertices_mm - middle) @ frame.T
        points[:, :2] = points[:, :2] * scale + SHADOW_TEXELS / 2
        maps[i] = rasterise(points, scene.faces, SHADOW_TEXELS, SHADOW_TEXELS)[0]
    return maps, frames, scale, middle


def light_frame(towards: Array) -> Array:
    """Two axes across the light and one along it, as rows."""
    helper = np.array([1, 0, 0] if abs(towards[0]) < 0.8 else [0, 1, 0], np.float32)
    across = np.cross(helper, towards)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(towards, across), towards]).astype(np.float32)


def draw(scene: Scene, camera: Camera, lights: Lights, *, room_wave: Array) -> Picture:
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
    maps, frames, scale, middle = shadow_maps(scene, lights)
    eye = (-camera.rotation.T @ camera.offset_mm).astype(np.float32)
    colour, ground, where = shade(
        near, face_of, bary, scene.vertices_mm, faces, scene.normals, scene.owner,
        scene.materials, scene.up, camera.rotation, eye, np.float32(camera.focal_px),
        lights.towards, lights.colour, maps, frames, np.float32(scale), middle,
        np.float32(1.6 / scale), room_wave,
    )  # fmt: skip
    seen = face_of >= 0
    owner = np.where(seen, scene.owner[np.maximum(face_of, 0)], -1).astype(np.int32)
    depth = np.where(seen, 1 / np.maximum(near, 1e-9), 0).astype(np.float32)
    return Picture(colour=colour, ground=ground, ground_mm=where, owner=owner, depth_mm=depth)
