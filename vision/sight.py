"""What a camera sees of a part through a window of its photo: which face where, no light.

Knows triangles and a pose only. A window is left, top, right, bottom in the photo's pixels and may
reach beyond the photo.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.drawing import draw, place
from vision.pose import Solid
from vision.shapes import Pose

Window = tuple[float, float, float, float]

#: Twice the area, in square radii, below which a triangle has no direction.
NO_AREA = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A part as it lies in the window.

    Attributes:
        nearness: (H, W) float32, one by the depth in radii; 0 where there is no part.
        owner: (H, W) int32, the face that is seen; meaningless where there is none.
        triangles: (F, 3, 3) float32, the faces' corners in the camera's frame, in radii.
        planes: (F, 4) float32, each face's unit normal towards the camera, and its product with
            the face's points.
        pinhole: (3,) float32, focal length and middle x, y in this picture's pixels.
    """

    nearness: NDArray[np.float32]
    owner: NDArray[np.int32]
    triangles: NDArray[np.float32]
    planes: NDArray[np.float32]
    pinhole: NDArray[np.float32]


def sight(solid: Solid, pose: Pose, *, window: Window, size: tuple[int, int]) -> Sight:
    """Draw the part in its pose through a window at (width, height) pixels.

    The window's sides and the size have the same proportions, to a pixel.
    """
    width, height = size
    zoom = width / (window[2] - window[0])
    middle = ((pose.middle_px[0] - window[0]) * zoom, (pose.middle_px[1] - window[1]) * zoom)
    placement = np.array([pose.focal_px * zoom, *middle, 0], np.float32)
    camera, screen = np.empty_like(solid.vertices), np.empty_like(solid.vertices)
    nearness = np.zeros((height, width), np.float32)
    owner = np.zeros((height, width), np.int32)
    turn, shift = pose.rotation.astype(np.float32), np.array(pose.shift_radii, np.float32)
    place(solid.vertices, turn, shift, placement, camera, screen)
    draw(screen, solid.faces, nearness, owner)
    triangles = camera[solid.faces]
    return Sight(
        nearness=nearness,
        owner=owner,
        triangles=triangles,
        planes=_planes(triangles),
        pinhole=placement[:3],
    )


def window_around(solid: Solid, pose: Pose, *, margin: float) -> Window:
    """The square window that holds the whole part, and a share of its side around it."""
    turn, shift = pose.rotation.astype(np.float32), np.array(pose.shift_radii, np.float32)
    points = solid.vertices @ turn.T + shift
    before = points[points[:, 2] > 0]
    if not len(before):
        return (0.0, 0.0, 1.0, 1.0)
    seen = before[:, :2] / before[:, 2:] * pose.focal_px + np.array(pose.middle_px)
    low, high = seen.min(0), seen.max(0)
    half = float((high - low).max()) / 2 * (1 + margin) or 1.0
    x, y = (low + high) / 2
    return (float(x) - half, float(y) - half, float(x) + half, float(y) + half)


def _planes(triangles: NDArray[np.float32]) -> NDArray[np.float32]:
    first = triangles[:, 0]
    normals = np.cross(triangles[:, 1] - first, triangles[:, 2] - first)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    normals /= np.maximum(lengths, NO_AREA)
    offsets = np.einsum("fi,fi->f", normals, first)[:, None]
    # an eye at the origin is on the side that a normal with a negative offset looks to
    planes: NDArray[np.float32] = np.hstack([normals, offsets]) * np.where(offsets > 0, -1, 1)
    return planes.astype(np.float32)
