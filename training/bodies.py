"""Meshes made ready for scenes, and the ways they stand in the world.

Knows geometry only. World frame: z up, ground at z = 0, millimetres; rotations (3, 3) float32 map
body coordinates into the world.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import trimesh
from manifold3d import Manifold
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from training.photo_renderer import Array, Scene, corner_normals


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A mesh made ready for scenes: centred, with corner normals and faces it may rest on.

    Attributes:
        vertices_mm: (V, 3) float32 around the origin.
        faces: (F, 3) int32.
        normals: (F, 3, 3) float32.
        rests: (R, 3) outward directions of flat sides of its hull, the widest first.
        rest_weights: (R,) their areas, summing to 1.
        openness: 0 for a block, towards 1 for frames and lattices: the share of its hull's volume
            that is air.
        name: of the part, empty where nobody asks for it.
        middle_mm: (3,) where the body's origin was in the mesh's own coordinates.
        scale: how much larger than the mesh the body is.
    """

    vertices_mm: Array
    faces: NDArray[np.int32]
    normals: Array
    rests: Array
    rest_weights: Array
    openness: float = 0.0
    name: str = ""
    middle_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A body somewhere in the world, of some material."""

    body: Body
    rotation: Array
    offset_mm: Array
    material: Array


def body_of(mesh: trimesh.Trimesh, *, name: str = "") -> Body:
    """Prepare a mesh; a part too thin for a hull rests on its own widest faces."""
    vertices = np.asarray(mesh.vertices, dtype=np.float64)
    middle = (vertices.min(0) + vertices.max(0)) / 2
    vertices = vertices - middle
    faces = np.asarray(mesh.faces, dtype=np.int32)
    rests, weights = resting_sides(vertices)
    hull_mm3 = float(mesh.convex_hull.volume) if len(rests) > 1 else 0.0
    filled = abs(float(mesh.volume)) / hull_mm3 if hull_mm3 > 0 else 1.0
    return Body(
        vertices_mm=vertices.astype(np.float32),
        faces=faces,
        normals=corner_normals(vertices, faces),
        rests=rests,
        rest_weights=weights,
        openness=float(np.clip(1 - filled, 0, 1)),
        name=name,
        middle_mm=(float(middle[0]), float(middle[1]), float(middle[2])),
    )


def as_body(solid: Manifold) -> Body:
    """A solid that keeps its own place (not centred): no resting sides."""
    skin = solid.to_mesh()
    vertices = np.asarray(skin.vert_properties, np.float64)[:, :3]
    faces = np.asarray(skin.tri_verts, np.int32)
    return Body(
        vertices_mm=vertices.astype(np.float32), faces=faces,
        normals=corner_normals(vertices, faces, crease_deg=50),
        rests=np.array([[0, 0, -1]], np.float32), rest_weights=np.ones(1, np.float32),
    )  # fmt: skip


def resting_sides(vertices: NDArray[np.float64]) -> tuple[Array, Array]:
    """Directions of the hull's flat sides and the share of area of each, eight at most."""
    try:
        hull = ConvexHull(vertices)
    except QhullError:
        return np.array([[0, 0, -1]], np.float32), np.ones(1, np.float32)
    corners = vertices[hull.simplices]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    normals = hull.equations[:, :3]
    keys, inverse = np.unique(np.round(normals * 20), axis=0, return_inverse=True)
    total = np.bincount(inverse.ravel(), area, minlength=len(keys))
    best = np.argsort(-total)[:8]
    directions = keys[best] / np.linalg.norm(keys[best], axis=1, keepdims=True)
    return directions.astype(np.float32), (total[best] / total[best].sum()).astype(np.float32)


def gather(placed: Sequence[Placed]) -> Scene:
    """All placed bodies as one scene."""
    vertices, faces, normals, owner, first = [], [], [], [], 0
    for i, item in enumerate(placed):
        vertices.append(item.body.vertices_mm @ item.rotation.T + item.offset_mm)
        faces.append(item.body.faces + first)
        normals.append(item.body.normals @ item.rotation.T)
        owner.append(np.full(len(item.body.faces), i, np.int32))
        first += len(item.body.vertices_mm)
    return Scene(
        vertices_mm=np.concatenate(vertices).astype(np.float32),
        faces=np.concatenate(faces).astype(np.int32),
        normals=np.ascontiguousarray(np.concatenate(normals), np.float32),
        owner=np.concatenate(owner),
        materials=np.stack([item.material for item in placed]),
        up=np.stack([item.rotation[:, 2] for item in placed]).astype(np.float32),
    )


def reach_of(body: Body) -> float:
    """Radius of the ball around the body's middle."""
    return float(np.linalg.norm(body.vertices_mm, axis=1).max())


def stand(body: Body, pose: Array, x_mm: float, y_mm: float) -> Array:
    """The offset that puts the turned body on the ground at this place."""
    lowest = float((body.vertices_mm @ pose.T)[:, 2].min())
    return np.array([x_mm, y_mm, -lowest], np.float32)


def resting_pose(rng: np.random.Generator, body: Body) -> Array:
    """On one of its flat sides, as printed, or just anyhow."""
    kind = rng.random()
    if kind < 0.2:
        pose = any_rotation(rng)
    elif kind < 0.35:
        pose = np.eye(3, dtype=np.float32)
    else:
        side = body.rests[rng.choice(len(body.rests), p=body.rest_weights)]
        pose = turn_to(side, np.array([0, 0, -1], np.float32))
    return about_z(rng.uniform(0, 2 * np.pi)) @ pose


def turn_to(source: Array, target: Array) -> Array:
    """The smallest rotation that maps one unit vector onto another."""
    axis = np.cross(source, target)
    sine, cosine = float(np.linalg.norm(axis)), float(source @ target)
    if sine < 1e-6:
        return np.eye(3, dtype=np.float32) if cosine > 0 else np.diag([1, -1, -1]).astype("f4")
    x, y, z = axis / sine
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return (np.eye(3) + sine * cross + (1 - cosine) * cross @ cross).astype(np.float32)


def about_z(angle: float) -> Array:
    """A turn around the vertical, angle in radians."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)


def any_rotation(rng: np.random.Generator) -> Array:
    """A rotation with all directions equally likely."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return (q if np.linalg.det(q) > 0 else -q).astype(np.float32)


def unit(vector: NDArray[np.float64]) -> Array:
    """The same direction, of length 1."""
    return (vector / np.linalg.norm(vector)).astype(np.float32)
