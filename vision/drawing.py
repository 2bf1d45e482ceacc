"""Draw triangles into bare arrays.

Knows numbers only; vision/rasteriser.py and vision/pose.py say what they mean.
Method: z-buffer over screen boxes with edge functions; Pineda, A Parallel Algorithm for Polygon
Rasterization, SIGGRAPH 1988. A pose is 13 float32: rotation (9, row by row), aside and down in
bounding radii, pixels per radius at the part's middle, distance of the camera in radii.
"""

# ruff: noqa: PLR0913, PLR0917, C901  compiled loops take bare arrays, one call a picture

import numpy as np
from numpy.typing import NDArray

from vision.compiled import compiled

#: Nearest depth that is drawn, as a share of the largest depth in the picture.
NEAR_SHARE = 1e-4
#: Twice the area in px below which a triangle is seen edge-on and draws nothing.
EDGE_ON_PX2 = 1e-9


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
        left, right = min(ax, bx, cx), max(ax, bx, cx)
        top, bottom = min(ay, by, cy), max(ay, by, cy)
        if right < 0 or bottom < 0 or left > width or top > height:
            continue
        # first and last pixel whose centre can lie inside; small triangles mostly have none
        first_x, last_x = int(max(left + 0.5, 0)), min(int(right + 0.5), width) - 1
        first_y, last_y = int(max(top + 0.5, 0)), min(int(bottom + 0.5), height) - 1
        if first_x > last_x or first_y > last_y:
            continue
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < EDGE_ON_PX2:
            continue
        inverse = np.float32(1) / area
        wb_dx, wb_dy = (cy - ay) * inverse, -(cx - ax) * inverse
        wc_dx, wc_dy = -(by - ay) * inverse, (bx - ax) * inverse
        start_x = first_x + np.float32(0.5) - ax
        for y in range(first_y, last_y + 1):
            dy = y + np.float32(0.5) - ay
            wb = start_x * wb_dx + dy * wb_dy
            wc = start_x * wc_dx + dy * wc_dy
            # slivers fill little of their box: go straight to the pixels inside
            low, high = inside(wb, wb_dx, np.float32(0), np.float32(last_x - first_x))
            low, high = inside(wc, wc_dx, low, high)
            low, high = inside(1 - wb - wc, -wb_dx - wc_dx, low, high)
            for step in range(int(np.ceil(low)), int(np.floor(high)) + 1):
                here = na + (wb + step * wb_dx) * (nb - na) + (wc + step * wc_dx) * (nc - na)
                if here > nearness[y, first_x + step]:
                    nearness[y, first_x + step] = here
                    owner[y, first_x + step] = f


@compiled
def inside(
    weight: np.float32, slope: np.float32, low: np.float32, high: np.float32
) -> tuple[np.float32, np.float32]:
    """The part of low..high where weight + slope * step is not below zero."""
    if slope > 0:
        return max(low, -weight / slope), high
    if slope < 0:
        return low, min(high, -weight / slope)
    if weight < 0:
        return np.float32(1), np.float32(0)
    return low, high


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
