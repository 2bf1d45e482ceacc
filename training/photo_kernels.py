"""Compiled loops of the photo renderer: z-buffer, shadow look-up, light per pixel.

Knows arrays only; photo_renderer.py says what they mean. float32 throughout.
The product's own z-buffer (vision/rasteriser.py) draws depth and normals of one mesh; this one
keeps which face and where on it, for many objects, so that light and plastic can be worked out.
"""

# ruff: noqa: ANN001, ANN201, C901, PLR0912, PLR0917  numba compiles these for bare arrays; one
# loop over pixels with the light sum inside it is what makes them fast

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def smooth_corners(faces, flat, areas, around, starts, cos_crease):
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
def rasterise(points, faces, width, height):
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
def noise3(x, y, z):
    """Smooth value noise in -1..1."""
    xi, yi, zi = np.floor(x), np.floor(y), np.floor(z)
    fx, fy, fz = x - xi, y - yi, z - zi
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    total = 0.0
    for corner in range(8):
        i, j, k = corner & 1, (corner >> 1) & 1, corner >> 2
        h = np.sin((xi + i) * 127.1 + (yi + j) * 311.7 + (zi + k) * 74.7) * 43758.5453
        value = 2 * (h - np.floor(h)) - 1
        total += value * (fx if i else 1 - fx) * (fy if j else 1 - fy) * (fz if k else 1 - fz)
    return total


@njit(cache=True, nogil=True, fastmath=True)
def lit(maps, bases, scale, middle, x, y, z, i, bias):
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
def shade(
    near, face_of, bary, normals, owner, materials, ups,
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
