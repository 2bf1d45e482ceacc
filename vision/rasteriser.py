"""Draw what the matcher compares: depth, normals and mask of a mesh in given poses.

Knows triangles only: no photo, no part, no light, and no GL (pyrender draws what people see).
Camera frame as in OpenCV: x right, y down, z away from the viewer, millimetres; a pixel's centre
is at its index plus one half. Both sides of a triangle are drawn and a normal always looks at the
viewer, so inside-out and open meshes look like sound ones. No anti-aliasing; a triangle that
reaches behind the camera is left out.
Method: z-buffer over screen-space bounding boxes with edge functions; Pineda, A Parallel
Algorithm for Polygon Rasterization, SIGGRAPH 1988.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.drawing import draw_all
from vision.shapes import Mesh


@dataclass(frozen=True, slots=True, kw_only=True)
class Orthographic:
    """Parallel rays: the part's box centre in the middle of the picture.

    Attributes:
        px_per_mm: scale; None fits the part's bounding sphere, the same for all its views.
        margin: room around the sphere when fitted, 1.0 touches the edges.
    """

    px_per_mm: float | None = None
    margin: float = 1.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Perspective:
    """A pinhole: u = focal_px * x / z + principal_px.

    Attributes:
        focal_px: focal length.
        translations_mm: (N, 3), one per rotation: camera point = rotation @ vertex + translation.
        principal_px: where the axis meets the picture; None is the middle.
    """

    focal_px: float
    translations_mm: NDArray[np.float64]
    principal_px: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Pictures of one mesh in N poses, S by S pixels.

    Attributes:
        depth_mm: (N, S, S) float32, distance along the axis from the camera, 0 = background; for
            parallel rays the camera stands two bounding radii before the part's box centre.
        normals: (N, S, S, 3) float32, unit, camera frame, z <= 0 wherever the mask is set but for
            slanted rays near the rim of a wide perspective; 0 = background.
        mask: (N, S, S) bool.
    """

    depth_mm: NDArray[np.float32]
    normals: NDArray[np.float32]
    mask: NDArray[np.bool_]


def render_views(
    mesh: Mesh,
    rotations: NDArray[np.float64],
    *,
    size_px: int,
    camera: Orthographic | Perspective | None = None,
) -> Views:
    """Depth, normals and mask of the mesh turned by each of (N, 3, 3) rotations.

    Raises:
        ValueError: the mesh is empty or not finite, or the arrays do not fit together.
    """
    lens = camera or Orthographic()
    vertices, faces, turns = _checked(mesh, rotations, size_px=size_px)
    if isinstance(lens, Perspective):
        shifts = np.ascontiguousarray(lens.translations_mm, dtype=np.float32)
        if shifts.shape != (len(turns), 3):
            raise ValueError(f"translations {shifts.shape} for {len(turns)} rotations")
        at_x, at_y = lens.principal_px or (size_px / 2, size_px / 2)
        scale, far_mm = lens.focal_px, 0.0
    else:
        centre, radius = _bounding_sphere(vertices)
        vertices = vertices - centre
        scale = lens.px_per_mm or size_px / (2 * radius * lens.margin)
        shifts = np.tile(np.array([0, 0, 2 * radius], np.float32), (len(turns), 1))
        at_x, at_y, far_mm = size_px / 2, size_px / 2, 4 * radius
    depth = np.zeros((len(turns), size_px, size_px), np.float32)
    normals = np.zeros((len(turns), size_px, size_px, 3), np.float32)
    placement = np.array([scale, at_x, at_y, far_mm], np.float32)
    draw_all(vertices, faces, turns, shifts, placement, depth, normals)
    return Views(depth_mm=depth, normals=normals, mask=depth > 0)


def _checked(
    mesh: Mesh, rotations: NDArray[np.float64], *, size_px: int
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]:
    if len(mesh.faces) == 0 or len(mesh.vertices_mm) == 0:
        raise ValueError("an empty mesh has no views")
    if rotations.ndim != 3 or rotations.shape[1:] != (3, 3):  # noqa: PLR2004  (N, 3, 3)
        raise ValueError(f"rotations {rotations.shape}, expected (N, 3, 3)")
    if size_px < 1:
        raise ValueError(f"a picture of {size_px} px")
    if mesh.faces.min() < 0 or mesh.faces.max() >= len(mesh.vertices_mm):
        raise ValueError("a face names a vertex that is not there")
    middle = (mesh.vertices_mm.min(0) + mesh.vertices_mm.max(0)) / 2
    if not np.isfinite(middle).all():
        raise ValueError("a vertex is not finite")
    vertices = np.ascontiguousarray(mesh.vertices_mm, dtype=np.float32)
    turns = np.ascontiguousarray(rotations, dtype=np.float32)
    return vertices, np.ascontiguousarray(mesh.faces, dtype=np.int32), turns


def _bounding_sphere(vertices: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    centre = (vertices.min(0) + vertices.max(0)) / 2
    radius = float(np.sqrt(((vertices - centre) ** 2).sum(1).max()))
    return centre, max(radius, float(np.finfo(np.float32).tiny) * 1e6)
