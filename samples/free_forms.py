"""Shapes of no family: blocks with cuts, soft blobs, twisted outlines.

Knows geometry only. They keep a network from learning our families by heart.
"""

from collections.abc import Callable

import numpy as np
from manifold3d import CrossSection, Manifold

from samples.solids import box, cylinder, joined, lying, polar, prism, through


def free_form(rng: np.random.Generator) -> Manifold:
    """One closed solid, 15 to 120 mm across."""
    makers: tuple[Callable[[np.random.Generator], Manifold], ...] = (
        carved_block,
        soft_blob,
        drawn_outline,
        stacked_boxes,
        pegged_plate,
    )
    return makers[rng.integers(len(makers))](rng)


def perhaps(rng: np.random.Generator, share: float) -> bool:
    """True in this share of draws."""
    return bool(rng.random() < share)


def anywhere(rng: np.random.Generator, size: float) -> tuple[float, float, float]:
    """A place inside a cube of this side."""
    x, y, z = rng.uniform(-size / 2, size / 2, 3)
    return float(x), float(y), float(z)


def carved_block(rng: np.random.Generator) -> Manifold:
    """A block with a few holes, pockets and chamfers cut from it."""
    length, width, height = (float(v) for v in rng.uniform(10, 80, 3))
    block = box(length, width, height).translate((0, 0, -height / 2))
    for _ in range(rng.integers(1, 6)):
        size = float(rng.uniform(0.1, 0.5) * min(length, width))
        tool = cylinder(size, 200) if perhaps(rng, 0.6) else box(size, size * 1.5, 200)
        tool = tool.translate((0, 0, -100 if perhaps(rng, 0.6) else height * 0.1))
        turn = [(0, 0, 0), (90, 0, 0), (0, 90, 0), (35, 20, 0)][rng.integers(4)]
        cut = block - tool.rotate(turn).translate(anywhere(rng, 0.8 * min(length, width)))
        block = cut if not cut.is_empty() and cut.volume() > 0.25 * block.volume() else block
    return largest_piece(block)


def largest_piece(solid: Manifold) -> Manifold:
    """The piece with the most volume, where a cut has left several."""
    pieces = solid.decompose()
    return max(pieces, key=lambda piece: piece.volume()) if len(pieces) > 1 else solid


def soft_blob(rng: np.random.Generator) -> Manifold:
    """Balls and hulls of balls grown together: figures, toys, organic things."""
    size = float(rng.uniform(10, 35))
    spot = np.zeros(3)
    grown = Manifold()
    for _ in range(rng.integers(2, 7)):
        step = rng.normal(size=3)
        goal = spot + step / np.linalg.norm(step) * size * rng.uniform(0.4, 1.6)
        ends = [
            Manifold.sphere(float(size * rng.uniform(0.2, 0.6)), 24).translate(tuple(place))
            for place in (spot, goal)
        ]
        grown += Manifold.batch_hull(ends)
        spot = goal if perhaps(rng, 0.6) else spot
    return grown


def drawn_outline(rng: np.random.Generator) -> Manifold:
    """A wavy outline drawn up, perhaps twisted, tapered, hollow or with a hole."""
    size = float(rng.uniform(15, 60))
    corners = int(rng.integers(3, 14))
    radii = size * rng.uniform(0.4, 1.0, corners)
    section = CrossSection([[polar(float(r), 360 * i / corners) for i, r in enumerate(radii)]])
    if perhaps(rng, 0.5):
        section = section.offset(float(size * 0.15)).offset(float(-size * 0.1))
    height = float(rng.uniform(2, 80))
    twist = float(rng.uniform(-60, 60)) if perhaps(rng, 0.3) else 0.0
    taper = float(rng.uniform(0.5, 1.2)) if perhaps(rng, 0.4) else 1.0
    body = section.extrude(height, 8 if twist else 0, twist, (taper, taper))
    if perhaps(rng, 0.4):
        wall = section.offset(-float(rng.uniform(1.5, size * 0.2)))
        floor = float(rng.uniform(-1, height * 0.5))
        hollow = wall.extrude(height + 2, 8 if twist else 0, twist, (taper, taper))
        body -= hollow.translate((0, 0, floor))
    return body


def stacked_boxes(rng: np.random.Generator) -> Manifold:
    """Boxes and cylinders standing into each other, as assemblies and housings do."""
    pieces = []
    for _ in range(rng.integers(2, 7)):
        length, width, height = (float(v) for v in rng.uniform(5, 45, 3))
        piece = box(length, width, height) if perhaps(rng, 0.6) else cylinder(length, height)
        piece = lying(piece) if perhaps(rng, 0.3) else piece
        pieces.append(piece.translate(anywhere(rng, 30)))
    solid = joined(pieces)
    drill = through(cylinder(float(rng.uniform(3, 12)), 150)).translate((0, 0, -75))
    drilled = solid - drill.translate(anywhere(rng, 20)) if perhaps(rng, 0.6) else solid
    return largest_piece(drilled)


def pegged_plate(rng: np.random.Generator) -> Manifold:
    """A plate of any outline with pegs, walls and holes on it."""
    length, width = (float(v) for v in rng.uniform(25, 110, 2))
    thick = float(rng.uniform(1.5, 6))
    bevel = float(rng.uniform(0, 0.4)) * min(length, width)
    plate = prism(
        [(0, 0), (length - bevel, 0), (length, bevel), (length, width), (bevel, width)], thick
    )
    for _ in range(rng.integers(2, 9)):
        spot = (float(rng.uniform(0.1, 0.9) * length), float(rng.uniform(0.1, 0.9) * width), 0.0)
        size = float(rng.uniform(3, 14))
        match rng.integers(3):
            case 0:
                plate += (cylinder(size, size * 2) ^ box(500, 500, 100)).translate(spot)
            case 1:
                plate += box(size * 2, thick, size * 1.5).translate(spot)
            case _:
                plate -= through(cylinder(size, thick)).translate(spot)
    return largest_piece(plate)
