"""Draw what the matcher compares: depth, normals and mask of a mesh in given poses.

Knows triangles only: no photo, no part, no light, and no GL (pyrender draws what people see).
Camera frame as in OpenCV: x right, y down, z away from the viewer, millimetres; a pixel's centre
is at its index plus one half. Both sides of a triangle are drawn and a normal always looks at the
viewer, so inside-out and open meshes look like sound ones. No anti-aliasing; a triangle that
reaches behind the camera is left out.
Method: z-buffer over screen-space bounding boxes with edge functions; Pineda, A Parallel
Algorithm for Polygon Rasterization, SIGGRAPH 1988.
"""

# ruff: noqa: PLR0913, PLR0917, C901  compiled loops take bare arrays, one call per picture

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled
from vision.shapes import Mesh

#: Nearest depth that is drawn, as a share of the largest depth in the picture.
NEAR_SHARE = 1e-4
#: Twice the area in px below which a triangle is seen edge-on and draws nothing.
EDGE_ON_PX2 = 1e-9


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


@compiled
def draw_all(
    vertices: NDArray[np.float32],
    faces: NDArray[np.int32],
    rotations: NDArray[np.float32],
    translations: NDArray[np.float32],
    placement: NDArray[np.float32],
    depth: NDArray[np.float32],
    normals: NDArray[np.float32],
) -> None:
    """Fill depth (N, S, S) and normals (N, S, S, 3), which must come in as zeros.

    placement is [px per mm or focal length, middle x, middle y, far]; far above zero means
    parallel rays, and then no point may lie beyond it.
    """
    count, size = depth.shape[0], depth.shape[1]
    camera = np.empty((vertices.shape[0], 3), np.float32)
    screen = np.empty((vertices.shape[0], 3), np.float32)
    owner = np.empty((size, size), np.int32)
    for n in range(count):
        place(vertices, rotations[n], translations[n], placement, camera, screen)
        draw(screen, faces, depth[n], owner)
        shade(camera, faces, owner, placement, depth[n], normals[n])


@compiled
def place(
    vertices: NDArray[np.float32],
    rotation: NDArray[np.float32],
    translation: NDArray[np.float32],
    placement: NDArray[np.float32],
    camera: NDArray[np.float32],
    screen: NDArray[np.float32],
) -> None:
    """Camera points (V, 3) in mm and screen points (V, 3): x px, y px, nearness (0 = not drawn).

    Nearness falls linearly over the screen: 1 / z for a pinhole, far - z for parallel rays.
    """
    scale, at_x, at_y, far = placement[0], placement[1], placement[2], placement[3]
    deepest = np.float32(0)
    for v in range(vertices.shape[0]):
        x, y, z = vertices[v, 0], vertices[v, 1], vertices[v, 2]
        for axis in range(3):
            camera[v, axis] = (
                rotation[axis, 0] * x
                + rotation[axis, 1] * y
                + rotation[axis, 2] * z
                + translation[axis]
            )
        deepest = max(deepest, camera[v, 2])
    near = deepest * np.float32(NEAR_SHARE)
    for v in range(vertices.shape[0]):
        z = camera[v, 2]
        if z <= near:
            screen[v, 2] = 0
            continue
        nearness = far - z if far > 0 else 1 / z
        stretch = scale if far > 0 else scale / z
        screen[v, 0] = camera[v, 0] * stretch + at_x
        screen[v, 1] = camera[v, 1] * stretch + at_y
        screen[v, 2] = nearness


@compiled
def draw(
    screen: NDArray[np.float32],
    faces: NDArray[np.int32],
    nearness: NDArray[np.float32],
    owner: NDArray[np.int32],
) -> None:
    """Keep in each pixel (H, W) the largest nearness and the face it belongs to."""
    height, width = nearness.shape
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        na, nb, nc = screen[a, 2], screen[b, 2], screen[c, 2]
        if na <= 0 or nb <= 0 or nc <= 0:
            continue
        ax, ay = screen[a, 0], screen[a, 1]
        bx, by = screen[b, 0], screen[b, 1]
        cx, cy = screen[c, 0], screen[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < EDGE_ON_PX2:
            continue
        left, right = min(ax, bx, cx), max(ax, bx, cx)
        top, bottom = min(ay, by, cy), max(ay, by, cy)
        if right < 0 or bottom < 0 or left > width or top > height:
            continue
        # first and last pixel whose centre can lie inside
        first_x, last_x = int(max(left, 0)), min(int(right), width - 1)
        first_y, last_y = int(max(top, 0)), min(int(bottom), height - 1)
        inverse = np.float32(1) / area
        wb_dx, wb_dy = (cy - ay) * inverse, -(cx - ax) * inverse
        wc_dx, wc_dy = -(by - ay) * inverse, (bx - ax) * inverse
        start_x = first_x + np.float32(0.5) - ax
        for y in range(first_y, last_y + 1):
            dy = y + np.float32(0.5) - ay
            wb = start_x * wb_dx + dy * wb_dy
            wc = start_x * wc_dx + dy * wc_dy
            for x in range(first_x, last_x + 1):
                wa = 1 - wb - wc
                if wa >= 0 and wb >= 0 and wc >= 0:
                    here = wa * na + wb * nb + wc * nc
                    if here > nearness[y, x]:
                        nearness[y, x] = here
                        owner[y, x] = f
                wb += wb_dx
                wc += wc_dx


@compiled
def shade(
    camera: NDArray[np.float32],
    faces: NDArray[np.int32],
    owner: NDArray[np.int32],
    placement: NDArray[np.float32],
    depth: NDArray[np.float32],
    normals: NDArray[np.float32],
) -> None:
    """Turn nearness into depth, and give each pixel its face's normal, towards the viewer."""
    far = placement[3]
    for y in range(depth.shape[0]):
        for x in range(depth.shape[1]):
            if depth[y, x] <= 0:
                continue
            depth[y, x] = far - depth[y, x] if far > 0 else 1 / depth[y, x]
            f = owner[y, x]
            a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
            ux, uy, uz = (
                camera[b, 0] - camera[a, 0],
                camera[b, 1] - camera[a, 1],
                camera[b, 2] - camera[a, 2],
            )
            vx, vy, vz = (
                camera[c, 0] - camera[a, 0],
                camera[c, 1] - camera[a, 1],
                camera[c, 2] - camera[a, 2],
            )
            nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
            length = np.sqrt(nx * nx + ny * ny + nz * nz)
            if length <= 0:
                continue
            away = nz if far > 0 else nx * camera[a, 0] + ny * camera[a, 1] + nz * camera[a, 2]
            sign = -1 / length if away > 0 else 1 / length
            normals[y, x, 0] = nx * sign
            normals[y, x, 1] = ny * sign
            normals[y, x, 2] = nz * sign
