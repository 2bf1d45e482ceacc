"""Parts that live in homes and offices: hooks, clips, boxes, vases, stands, figures.

Knows geometry only; every function takes sizes in millimetres and gives a closed solid.
"""

# ruff: noqa: PLR0913, PLR0917  a part has as many sizes as it has; families.py names them all

import math
from itertools import pairwise

from manifold3d import CrossSection, Manifold

from samples.solids import (
    along_x,
    at,
    box,
    cylinder,
    joined,
    lying,
    polar,
    prism,
    rectangle,
    ring_of,
    rounded_plate,
    through,
    tube,
    turned,
)

#: Fewer than this look like a slip.
FEWEST_RIBS = 3


def knob(diameter: float, height: float, lobes: int, bore: float) -> Manifold:
    """A knob with finger grooves and a blind hole for the shaft."""
    body = cylinder(diameter, height, top_mm=diameter * 0.9)
    groove = cylinder(diameter * 0.22, height * 2)
    grip = body - ring_of(groove, lobes, radius_mm=diameter * 0.54)
    skirt = cylinder(diameter * 1.15, height * 0.15)
    pointer = box(diameter * 0.35, diameter * 0.06, height * 0.1).translate(
        (diameter * 0.25, 0, height * 0.96)
    )
    return grip + skirt + pointer - cylinder(min(bore, diameter * 0.5), height * 0.7)


def wall_hook(width: float, rise: float, reach: float, thickness: float) -> Manifold:
    """A back plate with two screw holes and a J-shaped arm."""
    back = rounded_plate(rise, width, thickness, corner_mm=width * 0.3).rotate((0, -90, 0))
    back -= at(
        along_x(cylinder(width * 0.2, thickness * 4)).translate((-thickness * 2, 0, 0)),
        [(0, 0, rise * s) for s in (0.3, 0.0)],
    )
    arm = box(reach, width * 0.5, thickness).translate((reach / 2 - thickness, 0, -rise * 0.35))
    tip = box(thickness, width * 0.5, reach * 0.6).translate((reach - thickness, 0, -rise * 0.35))
    brace = prism([(0, 0), (reach * 0.7, 0), (0, rise * 0.3)], width * 0.2).rotate((90, 0, 0))
    brace = brace.translate((-thickness * 0.5, width * 0.1, -rise * 0.35)).mirror((0, 0, 1))
    brace = brace.translate((0, 0, -rise * 0.7 + thickness * 0.5))
    return back + arm + tip + brace


def arc_bar(radius: float, start_deg: float, sweep_deg: float, bar: float) -> CrossSection:
    """A bent bar in the plane, round at both ends."""
    steps = max(6, int(abs(sweep_deg) / 8))
    angles = [start_deg + sweep_deg * i / steps for i in range(steps + 1)]
    dots = [CrossSection.circle(bar / 2, 16).translate(polar(radius, a)) for a in angles]
    pieces = [CrossSection.batch_hull([a, b]) for a, b in pairwise(dots)]
    return sum(pieces, CrossSection())


def s_hook(radius: float, bar: float, thickness: float, opening: float) -> Manifold:
    """Two bends facing opposite ways."""
    bar = min(bar, radius * 0.7)
    upper = arc_bar(radius, -90, 270 - opening, bar).translate((0, radius))
    lower = arc_bar(radius, 90, 270 - opening, bar).translate((0, -radius))
    return (upper + lower).extrude(thickness)


def snap_clip(bore: float, wall: float, width: float, mouth: float) -> Manifold:
    """A C that snaps over a tube, on a flat foot with a screw hole."""
    ring = arc_bar((bore + wall) / 2, 90 + mouth / 2, 360 - mouth, wall).extrude(width)
    foot = box(bore * 1.3, wall, width).translate((0, -bore / 2 - wall * 0.6, 0))
    ear = box(bore * 0.7, wall, width).translate((bore * 0.8, -bore / 2 - wall * 0.6, 0))
    drill = lying(cylinder(width * 0.35, wall * 4)).translate(
        (bore * 0.85, -bore / 2 - wall * 3, width / 2)
    )
    return ring + foot + ear - drill


def vase(
    diameter: float, height: float, sides: int, twist_deg: float, flare: float, wall: float
) -> Manifold:
    """A twisted polygon, hollow from the top."""
    outer = CrossSection.circle(diameter / 2, sides)
    levels = max(8, int(abs(twist_deg) / 8))
    body = outer.extrude(height, levels, twist_deg, (flare, flare))
    inner = outer.offset(-min(wall, diameter * 0.2))
    hollow = inner.extrude(height, levels, twist_deg, (flare, flare))
    return body - hollow.translate((0, 0, wall))


def round_vase(diameter: float, height: float, belly: float, neck: float) -> Manifold:
    """A turned vase with a belly and a neck."""
    r = diameter / 2
    wall = max(1.2, r * 0.07)
    outline = [
        (r * (0.6 + (belly - 0.6) * math.sin(math.pi * t) + (neck - 0.6) * t**3), height * t)
        for t in (i / 14 for i in range(15))
    ]
    inside = [(max(0.5, x - wall), max(wall, y)) for x, y in reversed(outline)]
    inside[0] = (inside[0][0], height)
    return turned([(0, 0), *outline, *inside, (0, wall)])


def enclosure(length: float, width: float, height: float, wall: float, post: float) -> Manifold:
    """An open box with four screw posts and a cable slot."""
    corner = wall * 2
    shell = rounded_plate(length, width, height, corner_mm=corner)
    room = rounded_plate(length - 2 * wall, width - 2 * wall, height, corner_mm=wall)
    post = min(post, width * 0.2)
    places = [
        (sx * (length / 2 - wall - post * 0.45), sy * (width / 2 - wall - post * 0.45), 0)
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    posts = at(tube(post, post * 0.45, height * 0.6), places)
    slot = box(wall * 6, width * 0.3, height * 0.3).translate((length / 2, 0, height * 0.45))
    return shell - room.translate((0, 0, wall)) + posts - slot


def enclosure_lid(length: float, width: float, wall: float, slots: int) -> Manifold:
    """A lid with a lip and rows of air slots."""
    plate = rounded_plate(length, width, wall, corner_mm=wall * 2)
    lip = rounded_plate(length - 2 * wall, width - 2 * wall, wall * 2.2, corner_mm=wall)
    hollow = rounded_plate(length - 4 * wall, width - 4 * wall, wall * 3, corner_mm=wall * 0.5)
    pitch = length * 0.6 / slots
    slot = through(rounded_plate(pitch * 0.5, width * 0.45, wall, corner_mm=pitch * 0.25))
    row = at(slot, [((i - (slots - 1) / 2) * pitch, 0, 0) for i in range(slots)])
    return plate + (lip - hollow.translate((0, 0, wall))) - row


def tray(length: float, width: float, height: float, columns: int, rows: int) -> Manifold:
    """A sorting tray with compartments."""
    wall = 1.6
    body = rounded_plate(length, width, height, corner_mm=3)
    cell_x = (length - wall * (columns + 1)) / columns
    cell_y = (width - wall * (rows + 1)) / rows
    cell = rounded_plate(cell_x, cell_y, height, corner_mm=2)
    places = [
        (
            (i - (columns - 1) / 2) * (cell_x + wall),
            (j - (rows - 1) / 2) * (cell_y + wall),
            wall,
        )
        for i in range(columns)
        for j in range(rows)
    ]
    return body - at(cell, places)


def phone_stand(width: float, depth: float, height: float, thickness: float) -> Manifold:
    """A bent sheet: foot, sloping back and a lip at the front."""
    t = thickness
    outline = [
        (0, 0), (depth, 0), (depth, t), (depth * 0.35 + t, t),
        (depth * 0.75, height), (depth * 0.75 - t, height),
        (depth * 0.25, height * 0.3), (t, height * 0.3), (t, height * 0.45), (0, height * 0.45),
    ]  # fmt: skip
    body = prism(outline, width)
    notch = through(cylinder(min(width, height) * 0.3, width)).rotate((90, 0, 0))
    return body - notch.translate((depth * 0.45, height, width / 2))


def funnel(mouth: float, spout: float, height: float) -> Manifold:
    """A cone with a spout, one wall thick."""
    w = 1.6
    m, s = mouth / 2, min(spout, mouth * 0.4) / 2
    outside = [(s + w, 0), (s + w, height * 0.4), (m + w, height * 0.9), (m + w, height)]
    inside = [(m, height), (m, height * 0.9), (s, height * 0.4), (s, 0)]
    return turned([*outside, *inside])


def drawer_handle(length: float, reach: float, bar: float) -> Manifold:
    """A bow between two feet."""
    bow = CrossSection.batch_hull(
        [CrossSection.circle(bar / 2, 20).translate((s * length * 0.4, reach)) for s in (-1, 1)]
    )
    legs = [
        CrossSection.batch_hull(
            [
                CrossSection.circle(bar / 2, 20).translate((s * length * 0.4, reach)),
                rectangle(bar * 1.4, bar * 0.4).translate((s * length / 2, 0)),
            ]
        )
        for s in (-1, 1)
    ]
    return (bow + legs[0] + legs[1]).extrude(bar * 1.2)


def pen_cup(diameter: float, height: float, columns: int, rows: int) -> Manifold:
    """A cup whose wall is a pattern of holes."""
    wall = 2.4
    cup = cylinder(diameter, height) - cylinder(diameter - 2 * wall, height).translate((0, 0, wall))
    size = min(math.pi * diameter / columns, height * 0.8 / rows) * 0.75
    drill = along_x(cylinder(size, diameter))
    holes = joined(
        drill.rotate((0, 0, 360 * (i + 0.5 * (j % 2)) / columns)).translate(
            (0, 0, height * (0.16 + 0.72 * (j + 0.5) / rows))
        )
        for i in range(columns)
        for j in range(rows)
    )
    return cup - holes


def cookie_cutter(points: int, outer: float, inner_share: float, height: float) -> Manifold:
    """A star-shaped blade with a wider rim."""
    star = CrossSection(
        [
            [
                polar(outer / 2 * (1 if i % 2 == 0 else inner_share), 180 * i / points)
                for i in range(2 * points)
            ]
        ]
    )
    blade = star.offset(0.8).extrude(height)
    rim = star.offset(3.5).extrude(2.2)
    return blade + rim - through(star.offset(-0.6).extrude(height))


def key_tag(length: float, width: float, thickness: float, bars: int) -> Manifold:
    """A tag with an eye and raised bars, as bar codes have."""
    plate = rounded_plate(length, width, thickness, corner_mm=width * 0.3)
    plate -= through(cylinder(width * 0.25, thickness)).translate((-length * 0.4, 0, 0))
    step = length * 0.7 / bars
    marks = joined(
        box(step * (0.3 + 0.25 * (i % 3)), width * 0.6, thickness * 0.6).translate(
            (-length * 0.2 + i * step, 0, thickness * 0.9)
        )
        for i in range(bars)
    )
    return plate + marks


def bowl(diameter: float, height: float, ribs: int) -> Manifold:
    """A bowl with ribs around its outside."""
    r, w = diameter / 2, max(1.6, diameter * 0.03)
    outside = [(r * (0.45 + 0.55 * math.sin(t * math.pi / 2)), height * t) for t in unit(9)]
    inside = [(max(0.5, x - w), max(w, y)) for x, y in reversed(outside)]
    inside[0] = (inside[0][0], height)
    shell = turned([(0, 0), *outside, *inside, (0, w)])
    rib = prism([(x, y) for x, y in [(r * 0.3, 0), (r * 0.5, 0), (r + w, height), (r, height)]], w)
    return (
        shell + ring_of(rib.rotate((90, 0, 0)), ribs, radius_mm=0) if ribs >= FEWEST_RIBS else shell
    )


def unit(steps: int) -> list[float]:
    """Numbers from 0 to 1, both ends in."""
    return [i / (steps - 1) for i in range(steps)]


def chess_piece(base: float, height: float, waist: float, head: float) -> Manifold:
    """A turned figure: foot, waist, collar and a ball on top."""
    r = base / 2
    ball = max(2.0, r * head)
    neck = max(1.0, r * waist)
    profile = [
        (0, 0), (r, 0), (r, height * 0.08), (r * 0.85, height * 0.13),
        (neck * 1.2, height * 0.22), (neck, height * 0.6), (r * 0.6, height * 0.66),
        (r * 0.6, height * 0.7), (neck * 0.8, height * 0.72), (neck * 0.8, height * 0.8),
        (0, height * 0.8),
    ]  # fmt: skip
    post = turned(profile)
    return post + Manifold.sphere(ball, 32).translate((0, 0, height * 0.8 + ball * 0.6))


def little_animal(size: float, legs: float, ears: float, nose: float) -> Manifold:
    """A toy of balls and pegs: body, head, four legs, two ears, a nose."""
    ball = Manifold.sphere(size / 2, 32)
    body = ball.scale((1.3, 0.9, 0.9)).translate((0, 0, size * (0.35 + legs)))
    head = ball.scale((0.62, 0.62, 0.62)).translate((size * 0.7, 0, size * (0.7 + legs)))
    leg = cylinder(size * 0.26, size * (0.4 + legs))
    feet = at(leg, [(sx * size * 0.36, sy * size * 0.24, 0) for sx in (-1, 1) for sy in (-1, 1)])
    ear = cylinder(size * 0.24, size * ears, top_mm=size * 0.05)
    both = at(ear, [(size * 0.66, s * size * 0.17, size * (0.92 + legs)) for s in (-1, 1)])
    snout = along_x(cylinder(size * 0.22, size * nose)).translate(
        (size * 0.9, 0, size * (0.66 + legs))
    )
    return body + head + feet + both + snout


def cable_comb(slots: int, slot: float, depth: float, thickness: float) -> Manifold:
    """A strip with open slots for cables and a screw hole at each end."""
    pitch = slot * 1.5
    length = pitch * slots + slot * 4
    strip = rounded_plate(length, depth, thickness, corner_mm=slot * 0.5)
    cut = box(slot, depth * 0.6, thickness).translate((0, depth * 0.35, 0))
    round_end = cylinder(slot * 1.15, thickness).translate((0, depth * 0.05, 0))
    cuts = at(
        through(cut + round_end), [((i - (slots - 1) / 2) * pitch, 0, 0) for i in range(slots)]
    )
    ends = at(
        through(cylinder(slot * 0.6, thickness)),
        [(s * (length / 2 - slot), -depth * 0.15, 0) for s in (-1, 1)],
    )
    return strip - cuts - ends


def ring_band(diameter: float, width: float, wall: float, studs: int) -> Manifold:
    """A ring with studs around it."""
    band = tube(diameter, diameter - 2 * wall, width)
    stud = Manifold.sphere(wall * 0.8, 16).translate((0, 0, width / 2))
    return band + ring_of(stud, studs, radius_mm=diameter / 2) if studs else band


def shelf_peg(plate: float, peg: float, length: float, thickness: float) -> Manifold:
    """A plate with two pegs on its back and a shelf in front."""
    back = rounded_plate(plate, plate * 1.6, thickness, corner_mm=plate * 0.15)
    pegs = at(cylinder(peg, length), [(0, s * plate * 0.5, -length) for s in (-1, 1)])
    shelf = box(plate, thickness, length * 1.6).translate((0, -plate * 0.55, 0))
    rib = prism([(0, 0), (plate, 0), (0, length * 1.3)], thickness)
    rib = rib.rotate((0, -90, 0)).rotate((0, 0, 90)).translate((thickness / 2, -plate * 0.55, 0))
    return back + pegs + shelf + rib


def cup_hanger(width: float, length: float, bar: float, teeth: int) -> Manifold:
    """A flat rail with several upright teeth to hang things on."""
    rail = rounded_plate(length, width, bar, corner_mm=width * 0.4)
    pitch = length * 0.85 / teeth
    tooth = CrossSection.batch_hull(
        [
            rectangle(bar * 1.6, bar),
            CrossSection.circle(bar * 0.6, 16).translate((bar * 1.5, pitch * 0.9)),
        ]
    ).extrude(width * 0.6)
    upright = tooth.rotate((90, 0, 0)).translate((0, width * 0.3, bar * 0.8))
    return rail + at(upright, [((i - (teeth - 1) / 2) * pitch, 0, 0) for i in range(teeth)])
