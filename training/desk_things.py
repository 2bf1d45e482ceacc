"""What lies around prints, in them and on them: pens, cables, bolts, hands.

Knows shapes only; they are never part of the print's mask.
"""

import numpy as np
from manifold3d import Manifold
from numpy.typing import NDArray

from training.bodies import Body, Placed, as_body, stand, turn_to, unit
from training.photo_renderer import Array
from training.plastics import plain_material


def thing(rng: np.random.Generator, reach: float) -> tuple[Body, Array]:
    """Something from a desk that is no print: pen, ruler, cable, screw, box, tin.

    Boxes and tins are now and then several times the print's size: the largest thing in a photo
    need not be the print.
    """
    size = reach * rng.uniform(0.4, 1.3)
    colour = (rng.uniform(0.01, 0.9, 3) ** 1.5).astype(np.float32)
    match rng.integers(6):
        case 0:
            solid = capsule(np.zeros(3), np.array([size * 2.2, 0, 0]), size * 0.09)
            return as_body(solid), plain_material(colour, 0.5, 60, 0.5)
        case 1:
            solid = Manifold.cube((size * 3, size * 0.4, size * 0.03))
            return as_body(solid), plain_material(colour, 0.3, 40, 0.2)
        case 2:
            solid = strand(rng, np.zeros(3, np.float32), size * 4, size * 0.06)
            return as_body(solid), plain_material(colour * 0.3, 0.3, 30, 0.2)
        case 3:
            rod = Manifold.cylinder(size * 0.5, size * 0.05, size * 0.05, 16)
            head = Manifold.cylinder(size * 0.1, size * 0.1, size * 0.1, 6)
            metal = plain_material(np.full(3, 0.35, np.float32), 1.0, 50, 1.5)
            return as_body((rod + head).rotate((0, 80, 0))), metal
        case 4:
            size *= rng.choice([1.0, 1.0, 2.5])
            tin = Manifold.cylinder(size * rng.uniform(0.3, 1.5), size * 0.4, size * 0.4, 40)
            return as_body(tin), plain_material(colour, rng.uniform(0, 0.8), 30, 0.3)
        case _:
            size *= rng.choice([1.0, 1.0, 2.5])
            solid = Manifold.cube(tuple(size * rng.uniform(0.3, 1.2, 3)))
            return as_body(solid), plain_material(colour, 0.2, 20, 0.1)


def contents(rng: np.random.Generator, main: Body, pose: Array, reach: float) -> list[Placed]:
    """What prints hold in use: rods, tubes, bolts, boards, standing or lying in them."""
    top = float((main.vertices_mm @ pose.T)[:, 2].max())
    held = []
    for _ in range(rng.integers(1, 4)):
        size = reach * rng.uniform(0.1, 0.5)
        colour = (rng.uniform(0.01, 0.9, 3) ** 1.5).astype(np.float32)
        if rng.random() < 0.45:
            colour = np.full(3, rng.uniform(0.15, 0.7), np.float32)
        material = plain_material(colour, rng.uniform(0, 1), 40, rng.uniform(0, 1.5))
        body = as_body(insert(rng, size, reach))
        tilt = turn_to(np.array([0, 0, 1], np.float32), unit(rng.normal(size=3) * 0.15 + [0, 0, 1]))
        spot = stand(body, tilt, *rng.normal(0, 0.3 * reach, 2))
        spot[2] += rng.uniform(-0.3, 1.0) * top
        held.append(Placed(body=body, rotation=tilt, offset_mm=spot, material=material))
    return held


def insert(rng: np.random.Generator, size: float, reach: float) -> Manifold:
    """A tapered rod, a board or a bolt."""
    match rng.integers(3):
        case 0:
            length = float(reach * rng.uniform(0.5, 3))
            return Manifold.cylinder(length, size / 2, size * rng.uniform(0.3, 0.6), 20)
        case 1:
            return Manifold.cube((size * 3, size * 2, size * 0.15)).translate(
                (-size * 1.5, -size, 0)
            )
        case _:
            shaft = Manifold.cylinder(size, size * 0.2, size * 0.2, 16)
            return shaft + Manifold.cylinder(size * 0.3, size * 0.4, size * 0.4, 6)


def strand(rng: np.random.Generator, start: Array, length: float, radius: float) -> Manifold:
    """A cable lying in bends on the ground."""
    spot, angle, whole = np.array([*start[:2], radius]), rng.uniform(0, 2 * np.pi), Manifold()
    for _ in range(9):
        angle += rng.normal(0, 0.35)
        goal = spot + np.array([np.cos(angle), np.sin(angle), 0]) * length / 9
        whole += capsule(spot, goal, radius)
        spot = goal
    return whole


def hand(rng: np.random.Generator, reach: float, *, over: bool) -> Body:
    """A palm below the origin with fingers around it; with a thumb over the print or not."""
    thick = reach * rng.uniform(0.22, 0.5)
    palm = Manifold.sphere(1, 20).scale((reach * 1.2, reach * 1.0, thick))
    whole = palm.translate((-reach * 0.5, 0, -thick - reach * 0.35))
    for i in range(4):
        y = (i - 1.5) * reach * 0.48
        spot = np.array([reach * 0.4, y, -reach * 0.4 - thick])
        bend = rng.uniform(-0.1, 0.7)
        for joint in range(3):
            tilt = bend * joint
            step = np.array([np.cos(tilt), rng.normal(0, 0.04), np.sin(tilt)]) * reach * 0.55
            whole += capsule(spot, spot + step, thick * (0.62 - 0.06 * joint))
            spot = spot + step
    if over:
        root = np.array([-reach * 0.9, reach * rng.choice([-1, 1]) * 0.9, -thick * 0.4])
        tip = np.array([rng.uniform(-0.5, 0.0), rng.uniform(-0.4, 0.4), rng.uniform(0.2, 0.6)])
        middle = (root + tip * reach) / 2 + np.array([0, 0, thick])
        whole += capsule(root, middle, thick * 0.7) + capsule(middle, tip * reach, thick * 0.6)
    arm = capsule(np.array([-reach, 0, -thick * 2]), np.array([-reach * 6, 0, -thick * 3]), thick)
    return as_body(whole + arm.scale((1, 1.8, 1)))


def capsule(a: NDArray[np.float64], b: NDArray[np.float64], radius: float) -> Manifold:
    """A sausage between two points."""
    ends = [Manifold.sphere(radius, 14).translate(tuple(point)) for point in (a, b)]
    return Manifold.batch_hull(ends)
