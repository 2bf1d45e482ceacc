"""How bright each triangle of a part is under the previews' lamps.

Knows triangles and lamps: no picture, no OpenGL. Worked out once a triangle and not once a pixel,
which in software is what a preview used to cost. Frame as in OpenGL: x right, y up, z towards the
viewer; the camera's place is given in it. Both sides of a triangle are lit as the one that is seen.
Method: diffuse light and GGX highlights of a rough plastic, as glTF 2.0 defines them (appendix B).
"""

import numpy as np
from numpy.typing import NDArray

#: Lights: towards the lamp in (right, up, viewer), and strength.
LIGHTS = (((-0.5, 0.8, 1.0), 2.6), ((1.0, 0.1, 0.6), 1.1), ((0.0, -1.0, 0.3), 0.5))
AMBIENT = 0.28
ROUGHNESS = 0.7
#: What a plastic mirrors when looked at straight on.
MIRRORED = 0.04
GAMMA = 2.2
_LEAST = 1e-3


def lit(
    triangles: NDArray[np.float32], eye: NDArray[np.float64], *, colour: tuple[int, int, int]
) -> NDArray[np.float32]:
    """The sRGB colour (F, 3) in 0..1 of each of (F, 3, 3) triangles of one plastic."""
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    normals = _unit(normals)
    behind = (normals * (np.asarray(eye, np.float32) - triangles[:, 0])).sum(1) < 0
    normals[behind] *= -1
    middle = triangles.mean((0, 1), keepdims=True)[0]
    view = _unit(np.asarray(eye, np.float32) - middle)  # one, so that a plane is even
    diffuse, mirrored = np.full(len(normals), AMBIENT, np.float32), np.zeros(len(normals))
    for way, strength in LIGHTS:
        towards = _unit(np.array([way], np.float32))
        through, back = _plastic(normals, view, towards)
        diffuse += strength * through
        mirrored += strength * back
    linear = (np.array(colour, np.float32) / 255) ** GAMMA
    light = diffuse[:, None] * linear + mirrored[:, None]
    shades: NDArray[np.float32] = light.clip(0, 1).astype(np.float32) ** np.float32(1 / GAMMA)
    return shades


def _plastic(
    normals: NDArray[np.float32], view: NDArray[np.float32], towards: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shares of one lamp's light (F,) that come back coloured, and as the lamp's own white."""
    halfway = _unit(view + towards)
    to_lamp = (normals @ towards[0]).clip(_LEAST, 1)
    to_view = (normals @ view[0]).clip(_LEAST, 1)
    straight = (normals @ halfway[0]).clip(0, 1)
    fresnel = MIRRORED + (1 - MIRRORED) * (1 - float(view[0] @ halfway[0])) ** 5
    alpha = ROUGHNESS**4
    spread = alpha / (np.pi * (straight**2 * (alpha - 1) + 1) ** 2)
    k = (ROUGHNESS + 1) ** 2 / 8
    hidden = to_view / (to_view * (1 - k) + k) * (to_lamp / (to_lamp * (1 - k) + k))
    through = to_lamp * (1 - fresnel) * (1 - MIRRORED) / np.pi
    return through, to_lamp * fresnel * hidden * spread / (4 * to_lamp * to_view + _LEAST)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.sqrt((vectors**2).sum(1, keepdims=True))
    unit: NDArray[np.float32] = vectors / np.maximum(length, np.float32(1e-12))
    return unit
