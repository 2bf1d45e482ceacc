"""Small meshes and cut-outs that can be worked out by hand."""

import numpy as np

from vision.pose import Solid
from vision.rasteriser import Perspective, render_views
from vision.shapes import CutOut, Mesh, Pose, Rotation
from vision.silhouettes import unit_sized


def box(x: float, y: float, z: float) -> Mesh:
    """A box with one corner at the origin."""
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)], float)
    quads = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    faces = [[q[0], q[i], q[i + 1]] for q in quads for i in (1, 2)]
    return Mesh(vertices_mm=corners * [x, y, z], faces=np.array(faces, np.int32))


def ball(rings: int) -> Mesh:
    """A sphere of radius 10, as exporters write it: every triangle with corners of its own."""
    up = np.linspace(0, np.pi, rings + 1)
    around = np.linspace(0, 2 * np.pi, 2 * rings + 1)
    grid = np.stack(
        [
            np.outer(np.sin(up), np.cos(around)),
            np.outer(np.sin(up), np.sin(around)),
            np.outer(np.cos(up), np.ones_like(around)),
        ],
        axis=2,
    )
    grid[:, -1] = grid[:, 0]
    a, b = grid[:-1, :-1].reshape(-1, 3), grid[1:, :-1].reshape(-1, 3)
    c, d = grid[1:, 1:].reshape(-1, 3), grid[:-1, 1:].reshape(-1, 3)
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).round(9)
    return Mesh(
        vertices_mm=10 * triangles.reshape(-1, 3),
        faces=np.arange(3 * len(triangles), dtype=np.int32).reshape(-1, 3),
    )


def joined(*meshes: Mesh) -> Mesh:
    """Several meshes as one."""
    starts = np.cumsum([0] + [len(mesh.vertices_mm) for mesh in meshes])
    return Mesh(
        vertices_mm=np.concatenate([mesh.vertices_mm for mesh in meshes]),
        faces=np.concatenate(
            [mesh.faces + s for mesh, s in zip(meshes, starts, strict=False)]
        ).astype(np.int32),
    )


def moved(mesh: Mesh, *by: float) -> Mesh:
    """The mesh somewhere else."""
    shift = np.zeros(3)
    shift[: len(by)] = by
    return Mesh(vertices_mm=mesh.vertices_mm + shift, faces=mesh.faces)


def bracket() -> Mesh:
    """An L with a foot to one side: no symmetry, no mirror symmetry."""
    return joined(box(40, 10, 6), moved(box(6, 10, 30), 0, 0, 6), moved(box(8, 14, 6), 32, 10, 0))


def outlines() -> list[Mesh]:
    """Four parts no one would take for another from above: frame, T, fork and bracket."""
    frame = joined(
        box(40, 5, 6), moved(box(40, 5, 6), 0, 35), moved(box(5, 30, 6), 0, 5),
        moved(box(5, 30, 6), 35, 5),
    )  # fmt: skip
    tee = joined(box(60, 8, 6), moved(box(8, 30, 6), 20, 8))
    prongs = [moved(box(5, 25, 9), 15.0 * i, 8) for i in range(4)]
    return [frame, tee, joined(box(50, 8, 9), *prongs), bracket()]


def mirrored(mesh: Mesh) -> Mesh:
    """The part's left-handed twin, still outward by right hand."""
    return Mesh(vertices_mm=mesh.vertices_mm * [-1, 1, 1], faces=mesh.faces[:, ::-1].copy())


def photo_of(
    mesh: Mesh, rotation: Rotation, *, distance_mm: float = 200, focal_px: float = 500
) -> CutOut:
    """A photo of 320 by 320 px under a light from above left, cut out without a fault."""
    middle = (mesh.vertices_mm.min(0) + mesh.vertices_mm.max(0)) / 2
    away = np.array([4.0, -7.0, distance_mm]) - rotation @ middle
    lens = Perspective(focal_px=focal_px, translations_mm=away[None])
    views = render_views(mesh, rotation[None], size_px=320, camera=lens)
    light = np.array([-0.4, -0.6, -0.7])
    shade = 60 + 150 * (views.normals[0] @ light).clip(0, 1)
    grey = np.where(views.mask[0], shade, 30).astype(np.uint8)
    return CutOut(
        rgb=np.repeat(grey[..., None], 3, axis=-1),
        mask=views.mask[0].astype(np.float32),
        quality=1.0,
        touches_frame=False,
    )


def solid_of(mesh: Mesh) -> Solid:
    """The mesh as the search draws it."""
    sized = unit_sized(mesh)
    return Solid(
        vertices=sized.vertices_mm.astype(np.float32), faces=np.ascontiguousarray(sized.faces)
    )


def pose_of(
    mesh: Mesh, rotation: Rotation, *, distance_mm: float = 200, focal_px: float = 500
) -> Pose:
    """The pose in which `photo_of` shows a mesh."""
    middle = (mesh.vertices_mm.min(0) + mesh.vertices_mm.max(0)) / 2
    radius = float(np.linalg.norm(mesh.vertices_mm - middle, axis=1).max())
    return Pose(
        rotation=rotation,
        shift_radii=(4.0 / radius, -7.0 / radius, distance_mm / radius),
        focal_px=focal_px,
        middle_px=(160.0, 160.0),
    )
