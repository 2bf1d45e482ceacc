"""Compiled loops of the photo renderer: z-buffer, shadow look-up, light per pixel.

Knows arrays only; photo_renderer.py says what they mean. float32 throughout.
The product's own z-buffer (vision/rasteriser.py) draws depth and normals of one mesh; this one
keeps which face and where on it, for many objects, so that light and plastic can be worked out.
"""

# ruff: noqa: ANN001, ANN201, PLR0917  numba compiles these for bare arrays; one
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
def dot(a, b):
    """Scalar product of two triples."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@njit(cache=True, nogil=True, fastmath=True)
def unit(a):
    """The triple at length 1."""
    n = np.sqrt(dot(a, a)) + 1e-9
    return a[0] / n, a[1] / n, a[2] / n


@njit(cache=True, nogil=True, fastmath=True)
def light_on_ground(out, x, y, lamps, shadow, bias, open_sky):
    """Share of the sky's light that reaches a place on the ground, per colour, into out."""
    towards, colours = lamps
    out[:] = 0.0
    for i in range(len(towards)):
        if towards[i, 2] > 0:
            s = lit(*shadow, x, y, 0.0, i, bias) * towards[i, 2]
            for k in range(3):
                out[k] += s * colours[i, k] / open_sky[k]


@njit(cache=True, nogil=True, fastmath=True)
def layered(n, p, m, up):
    """The normal, tilted by layer lines on walls and by strands on floors and roofs."""
    if m[6] <= 0:
        return unit(n)
    if abs(dot(n, up)) < 0.96:
        h = dot(p, up) / m[5] + 0.15 * noise3(p[0] * 0.3, p[1] * 0.3, p[2] * 0.3)
        t = m[6] * np.sin(6.2832 * h)
        return unit((n[0] + t * up[0], n[1] + t * up[1], n[2] + t * up[2]))
    along = p[0] * 0.7 + p[1] * 0.7 + p[2] * 0.1
    t = 0.35 * m[6] * np.sin(6.2832 * along / (2 * m[5]))
    return unit((n[0] + t, n[1] + t, n[2]))


@njit(cache=True, nogil=True, fastmath=True)
def light_from_lamps(out, p, n, v, m, mottle, lamps, shadow, bias):
    """Diffuse and glossy light of all lamps that reach the place, added to out."""
    towards, colours = lamps
    off = bias * 0.7
    x, y, z = p[0] + n[0] * off, p[1] + n[1] * off, p[2] + n[2] * off
    for i in range(len(towards)):
        lamp = (towards[i, 0], towards[i, 1], towards[i, 2])
        lambert = dot(n, lamp)
        if lambert <= 0:
            continue
        s = lit(*shadow, x, y, z, i, bias * 0.5)
        if s <= 0:
            continue
        half = max(0.0, dot(n, unit((lamp[0] + v[0], lamp[1] + v[1], lamp[2] + v[2]))))
        gloss = m[3] * half ** m[4] * (m[4] + 8) / 25
        for k in range(3):
            out[k] += s * colours[i, k] * lambert * (m[k] * mottle + gloss)


@njit(cache=True, nogil=True, fastmath=True)
def light_from_room(out, n, v, m, mottle, open_sky, wave):
    """What rises from a lit table, and a hint of a room in the gloss, added to out."""
    facing = dot(n, v)
    below = 0.5 - 0.5 * n[2]
    f = (2 * facing * n[0] - v[0], 2 * facing * n[1] - v[1], 2 * facing * n[2] - v[2])
    room = 0.5 + 0.5 * np.sin(dot(wave, f) + wave[3])
    fresnel = 0.04 + 0.96 * (1 - facing) ** 5
    for k in range(3):
        out[k] += open_sky[k] * below * 0.22 * m[k] * mottle
        out[k] += open_sky[k] * m[9] * fresnel * room * room


@njit(cache=True, nogil=True, fastmath=True)
def normal_at(normals, bary, f):
    """The face's corner normals, mixed for one pixel."""
    w1, w2 = bary[0], bary[1]
    a, b, c, w0 = normals[f, 0], normals[f, 1], normals[f, 2], 1 - w1 - w2
    return (
        a[0] * w0 + b[0] * w1 + c[0] * w2,
        a[1] * w0 + b[1] * w1 + c[1] * w2,
        a[2] * w0 + b[2] * w1 + c[2] * w2,
    )


@njit(cache=True, nogil=True, fastmath=True)
def shade(
    near, face_of, bary, normals, owner, materials, ups,
    rotation, eye, focal, lamps, shadow, bias, wave,
):  # fmt: skip
    """Light that leaves each object pixel; share of light that reaches each ground pixel."""
    height, width = face_of.shape
    colour = np.zeros((height, width, 3), np.float32)
    ground = np.ones((height, width, 3), np.float32)
    where = np.full((height, width, 2), np.nan, np.float32)
    open_sky = sky_over(lamps)
    for py in range(height):
        for px in range(width):
            cx, cy = (px + 0.5 - width / 2) / focal, (py + 0.5 - height / 2) / focal
            r = ray(rotation, cx, cy)
            f = face_of[py, px]
            if r[2] < -1e-4:
                reach = -eye[2] / r[2]
                x, y = eye[0] + reach * r[0], eye[1] + reach * r[1]
                where[py, px, 0], where[py, px, 1] = x, y
                if f < 0:
                    light_on_ground(ground[py, px], x, y, lamps, shadow, bias, open_sky)
            if f < 0:
                continue
            depth = 1.0 / near[py, px]
            p = (eye[0] + depth * r[0], eye[1] + depth * r[1], eye[2] + depth * r[2])
            m = materials[owner[f]]
            n = layered(normal_at(normals, bary[py, px], f), p, m, ups[owner[f]])
            v = unit((-r[0], -r[1], -r[2]))
            if dot(n, v) < 0:
                n = (-n[0], -n[1], -n[2])
            mottle = 1.0
            if m[7] > 0:
                mottle += m[7] * noise3(p[0] / m[8], p[1] / m[8], p[2] / m[8])
            light_from_lamps(colour[py, px], p, n, v, m, mottle, lamps, shadow, bias)
            light_from_room(colour[py, px], n, v, m, mottle, open_sky, wave)
    return colour, ground, where


@njit(cache=True, nogil=True, fastmath=True)
def ray(rotation, cx, cy):
    """The world's direction of a camera's ray through (cx, cy, 1)."""
    return (
        rotation[0, 0] * cx + rotation[1, 0] * cy + rotation[2, 0],
        rotation[0, 1] * cx + rotation[1, 1] * cy + rotation[2, 1],
        rotation[0, 2] * cx + rotation[1, 2] * cy + rotation[2, 2],
    )


@njit(cache=True, nogil=True, fastmath=True)
def sky_over(lamps):
    """Light on open ground, per colour."""
    towards, colours = lamps
    total = np.zeros(3, np.float32)
    for i in range(len(towards)):
        for k in range(3):
            total[k] += max(towards[i, 2], 0.0) * colours[i, k]
    return total
