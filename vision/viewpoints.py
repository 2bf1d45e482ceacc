"""Where to look at a part from.

Knows directions only: no mesh, no picture.
Camera frame as in OpenCV (x right, y down, z away from the viewer); a direction points from the
part to the viewer. Views come in two halves: view i + N / 2 looks from the opposite side of view
i, turned so that under parallel rays its silhouette is view i's, mirrored left to right.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

#: Turns a view to the opposite side: x and z change sign, y (down) stays.
FACE_ABOUT = np.diag([-1.0, 1.0, -1.0])


def icosphere_directions(level: int) -> NDArray[np.float64]:
    """Unit directions (10 * 4**level + 2, 3): 42 at level 1, 162 at 2, 642 at 3."""
    if level < 0:
        raise ValueError(f"level {level} is below zero")
    points, faces = _icosahedron()
    for _ in range(level):
        points, faces = _split(points, faces)
    return points


def viewpoints(level: int) -> NDArray[np.float64]:
    """Rotations (N, 3, 3) that look from every direction of the icosphere, in two halves."""
    directions = icosphere_directions(level)
    near = directions[_upper_half(directions)]
    front = np.stack([look_from(direction) for direction in near])
    return np.concatenate([front, FACE_ABOUT @ front])


def look_from(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotation (3, 3) that looks from a direction with the part's z upwards in the picture."""
    forward = -np.asarray(direction, float) / np.linalg.norm(direction)
    upright = abs(forward[2]) < 1 - 1e-9  # else straight from above or below: y upwards
    right = np.cross(forward, [0.0, 0.0, 1.0] if upright else [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward])


def rolled(rotation: NDArray[np.float64], angle_deg: float) -> NDArray[np.float64]:
    """The same view with the camera's picture turned clockwise by an angle."""
    return roll(angle_deg) @ rotation


def roll(angle_deg: float) -> NDArray[np.float64]:
    """Rotation about the viewing axis: clockwise on the screen, where y points down."""
    cosine, sine = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def axis_views() -> NDArray[np.float64]:
    """The six rotations (6, 3, 3) that look along the part's axes: front, back, sides, ends."""
    ways = np.array([[0, -1, 0], [0, 1, 0], [-1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, -1]], float)
    return np.stack([look_from(way) for way in ways])


def _upper_half(directions: NDArray[np.float64]) -> NDArray[np.bool_]:
    z, y, x = directions[:, 2].round(9), directions[:, 1].round(9), directions[:, 0].round(9)
    upper: NDArray[np.bool_] = (z > 0) | ((z == 0) & ((y > 0) | ((y == 0) & (x > 0))))
    return upper


@cache
def _icosahedron() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    golden = (1 + 5**0.5) / 2
    points = np.array([(0, i, j * golden) for i in (-1, 1) for j in (-1, 1)], dtype=float)
    points = np.concatenate([points, points[:, [1, 2, 0]], points[:, [2, 0, 1]]])
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    cosines = points @ points.T
    near = np.isclose(cosines, 1 / 5**0.5)
    faces = [
        (a, b, c)
        for a in range(12)
        for b in range(a + 1, 12)
        for c in range(b + 1, 12)
        if near[a, b] and near[b, c] and near[a, c]
    ]
    return points, np.array(faces)


def _split(
    points: NDArray[np.float64], faces: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Cut each triangle into four and push the new points out to the sphere."""
    edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    unique, which = np.unique(edges, axis=0, return_inverse=True)
    middles = points[unique].sum(1)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    ab, bc, ca = (len(points) + which.reshape(-1, 3)).T
    a, b, c = faces.T
    corners = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.concatenate([points, middles]), np.concatenate([np.stack(t, 1) for t in corners])
