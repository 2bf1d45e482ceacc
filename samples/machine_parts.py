"""Parts that sit in machines: brackets, gears, pulleys, spacers, hinges and their kin.

Knows geometry only; every function takes sizes in millimetres and gives a closed solid.
Sizes may come from a random draw, so each function keeps its own proportions sane.
"""

# ruff: noqa: PLR0913, PLR0917  a part has as many sizes as it has; families.py names them all

import math

from manifold3d import Manifold

from samples.solids import (
    along_x,
    at,
    box,
    cylinder,
    joined,
    lying,
    polar,
    prism,
    ring_of,
    rounded_plate,
    through,
    tube,
)

#: Fewer round windows than this leave a gear unbalanced.
FEWEST_WINDOWS = 3


def angle_bracket(
    width: float, leg: float, rise: float, thickness: float, hole: float, gussets: int
) -> Manifold:
    """An L for fixing one board to another, two holes a leg, stiffened by gussets."""
    foot = box(leg, width, thickness).translate((leg / 2, 0, 0))
    wall = box(thickness, width, rise).translate((thickness / 2, 0, 0))
    hole = min(hole, width / 3)
    drills = at(
        through(cylinder(hole, thickness)), [(leg * 0.7, s * width / 4, 0) for s in (-1, 1)]
    ) + at(through_wall(hole, thickness), [(0, s * width / 4, rise * 0.7) for s in (-1, 1)])
    rib = prism([(0, 0), (leg * 0.8, 0), (0, rise * 0.8)], thickness * 0.8)
    rib = rib.rotate((90, 0, 0)).translate((thickness * 0.5, thickness * 0.4, thickness * 0.5))
    places = {0: [], 1: [0.0], 2: [-0.45, 0.45]}[min(gussets, 2)]
    return (foot + wall + at(rib, [(0, width * p, 0) for p in places])) - drills


def through_wall(diameter: float, thickness: float) -> Manifold:
    """A drill along x, through a wall that starts at x = 0."""
    return along_x(cylinder(diameter, thickness + 2)).translate((-1, 0, 0))


def corner_mount(length: float, width: float, thickness: float, hole: float) -> Manifold:
    """A plate with a slot on one side and a tab on the other: it has a left and a right hand."""
    plate = rounded_plate(length, width, thickness, corner_mm=width * 0.15)
    tab = box(length * 0.3, thickness, width * 0.7).translate(
        (length * 0.32, width / 2 - thickness / 2, 0)
    )
    slot = rounded_plate(length * 0.35, hole, thickness, corner_mm=hole / 2)
    drill = cylinder(hole * 1.4, thickness)
    return (
        plate
        + tab
        - through(slot).translate((-length * 0.22, width * 0.2, 0))
        - through(drill).translate((-length * 0.35, -width * 0.25, 0))
        - through(drill).translate((length * 0.1, -width * 0.25, 0))
    )


def gusset_plate(leg: float, thickness: float, hole: float) -> Manifold:
    """A flat triangle that holds a corner square."""
    outline = [(0, 0), (leg, 0), (leg, leg * 0.2), (leg * 0.2, leg), (0, leg)]
    places = [(leg * 0.12, leg * 0.12), (leg * 0.85, leg * 0.1), (leg * 0.1, leg * 0.85)]
    window = prism([(0.28, 0.28), (0.55, 0.28), (0.28, 0.55)], thickness).scale((leg, leg, 1))
    drills = at(through(cylinder(min(hole, leg * 0.12), thickness)), [(*p, 0) for p in places])
    return prism(outline, thickness) - drills - through(window)


def spur_gear(teeth: int, module: float, height: float, bore: float, windows: int) -> Manifold:
    """A gear with straight teeth, a hub, and round windows when it is large enough."""
    pitch = module * teeth / 2
    root, tip = pitch - 1.2 * module, pitch + module
    step = 360 / teeth
    outline = [
        polar(radius, step * (i + part))
        for i in range(teeth)
        for radius, part in ((root, 0.0), (root, 0.22), (tip, 0.38), (tip, 0.62), (root, 0.78))
    ]
    bore = min(bore, root)
    hub = cylinder(min(bore * 2.2, root * 1.6), height * 1.6)
    body = prism(outline, height) + hub
    if windows >= FEWEST_WINDOWS and root > bore * 2.2:
        mean = (root + bore * 1.1) / 2
        size = min(root - bore * 1.1, 2 * math.pi * mean / windows) * 0.7
        body -= ring_of(through(cylinder(size, height)), windows, radius_mm=mean)
    return body - through(cylinder(bore, height * 1.6))


def timing_pulley(teeth: int, belt_width: float, bore: float) -> Manifold:
    """A toothed pulley between two flanges, with a hub for the grub screw."""
    radius = teeth * 2 / (2 * math.pi)
    groove = ring_of(cylinder(1.2, belt_width + 2), teeth, radius_mm=radius)
    flange = cylinder(radius * 2 + 3, 1.2)
    body = cylinder(radius * 2, belt_width + 2) - groove
    hub = cylinder(radius * 1.5, 7).translate((0, 0, belt_width + 2))
    bore = min(bore, radius)
    screw = along_x(cylinder(3, radius * 2)).translate((0, 0, belt_width + 5.5))
    whole = body + flange + flange.translate((0, 0, belt_width + 0.8)) + hub
    return whole - screw - through(cylinder(bore, belt_width + 9))


def spacer(outer: float, wall: float, height: float) -> Manifold:
    """A plain sleeve."""
    return tube(outer, max(0.8, outer - 2 * min(wall, outer * 0.4)), height)


def hex_standoff(across: float, height: float, bore: float) -> Manifold:
    """A six-sided pillar with a hole from end to end."""
    body = prism([polar(across / math.sqrt(3), 60 * i) for i in range(6)], height)
    return body - through(cylinder(min(bore, across * 0.7), height))


def bearing_block(bearing: float, width: float, wall: float) -> Manifold:
    """A foot with two ears that carries a bearing in a ring."""
    outer = bearing + 2 * wall
    ring = lying(tube(outer, bearing, width)).translate((0, -width / 2, outer / 2))
    foot = box(outer * 1.9, width, wall)
    foot -= at(through(cylinder(wall * 0.8, wall)), [(s * outer * 0.75, 0, 0) for s in (-1, 1)])
    shoulder = box(outer, width, outer / 2) - lying(cylinder(bearing, width * 3)).translate(
        (0, -width * 1.5, outer / 2)
    )
    return ring + foot + shoulder


def shaft_clamp(bore: float, wall: float, width: float) -> Manifold:
    """A slit ring with two ears and a screw through them."""
    outer = bore + 2 * wall
    ears = box(wall * 3.4, outer * 0.9, width).translate((0, outer * 0.6, 0))
    slit = box(wall * 0.8, outer * 2, width).translate((0, outer, 0))
    screw = along_x(cylinder(wall * 0.9, wall * 8)).translate((-wall * 4, outer * 0.8, width / 2))
    return cylinder(outer, width) + ears - through(cylinder(bore, width)) - through(slit) - screw


def fan_grille(size: float, rings: int, spokes: int, thickness: float) -> Manifold:
    """A guard for a square fan: frame, rings, spokes, four holes."""
    frame = rounded_plate(size, size, thickness, corner_mm=size * 0.08)
    frame -= through(cylinder(size * 0.94, thickness))
    bar = size * 0.018 + 0.8
    hoops = joined(
        tube(diameter + bar, diameter - bar, thickness)
        for diameter in (size * 0.94 * (i + 0.5) / (rings + 0.25) for i in range(rings))
    )
    arm = box(size * 0.48, bar, thickness).translate((size * 0.24, 0, 0))
    drills = at(
        through(cylinder(size * 0.06, thickness)),
        [(sx * size * 0.42, sy * size * 0.42, 0) for sx in (-1, 1) for sy in (-1, 1)],
    )
    return frame + hoops + ring_of(arm, spokes, radius_mm=0) - drills


def chain_link(width: float, height: float, pitch: float, wall: float) -> Manifold:
    """One link of a cable chain: two cheeks, two bridges, pins and eyes."""
    eye = lying(cylinder(height, wall)).translate((0, 0, height / 2))
    cheek = joined(
        [
            box(pitch, wall, height).translate((0, wall / 2, 0)),
            eye.translate((-pitch / 2, 0, 0)),
            eye.translate((pitch / 2, -wall * 0.6, 0)),
        ]
    )
    pin = lying(cylinder(height * 0.4, wall * 2)).translate((pitch / 2, -wall, height / 2))
    hole = lying(cylinder(height * 0.45, wall * 4)).translate((-pitch / 2, -wall, height / 2))
    side = (cheek + pin - hole).translate((0, width / 2 - wall, 0))
    bridge = box(pitch * 0.5, width, wall * 0.8)
    other = side.mirror((0, 1, 0))
    return side + other + bridge + bridge.translate((0, 0, height - wall * 0.8))


def hinge_leaf(length: float, width: float, thickness: float, knuckles: int) -> Manifold:
    """Half of a hinge: a leaf with screw holes and every second knuckle."""
    barrel = thickness * 2.6
    pitch = length / (2 * knuckles - 1)
    leaf = box(width, length, thickness).translate((width / 2 + barrel * 0.45, 0, 0))
    knuckle = lying(tube(barrel, thickness, pitch * 0.94))
    places = [(0, -length / 2 + 2 * i * pitch, barrel / 2) for i in range(knuckles)]
    root = box(barrel * 0.6, pitch * 0.94, thickness).translate(
        (barrel * 0.4, pitch * 0.47, 0)
    ) - lying(cylinder(thickness, pitch * 3)).translate((0, -pitch, barrel / 2))
    roots = at(root, [(x, y, 0) for x, y, _ in places])
    screws = at(
        through(cylinder(thickness * 1.3, thickness)),
        [(barrel / 2 + width * 0.55, length * s, 0) for s in (-0.32, 0, 0.32)],
    )
    return leaf + roots + at(knuckle, places) - screws


def motor_plate(size: float, thickness: float, pilot: float, lip: float) -> Manifold:
    """A square plate for a stepper motor with a lip to screw it down."""
    plate = rounded_plate(size, size, thickness, corner_mm=size * 0.07)
    drills = at(
        through(cylinder(size * 0.08, thickness)),
        [(sx * size * 0.365, sy * size * 0.365, 0) for sx in (-1, 1) for sy in (-1, 1)],
    )
    edge = box(size, thickness, lip).translate((0, size / 2 - thickness / 2, 0))
    slot = box(size * 0.12, thickness * 4, lip * 0.4).translate((0, size / 2, lip * 0.45))
    slots = slot.translate((-size * 0.3, 0, 0)) + slot.translate((size * 0.3, 0, 0))
    return plate + edge - drills - through(cylinder(min(pilot, size * 0.6), thickness)) - slots


def rack(teeth: int, module: float, height: float, width: float) -> Manifold:
    """A straight toothed bar."""
    pitch = math.pi * module
    points = [(0.0, 0.0)]
    for i in range(teeth):
        points += [
            (i * pitch, height),
            (i * pitch + pitch * 0.2, height),
            (i * pitch + pitch * 0.38, height + 2 * module),
            (i * pitch + pitch * 0.62, height + 2 * module),
            (i * pitch + pitch * 0.8, height),
        ]
    points += [(teeth * pitch, height), (teeth * pitch, 0.0)]
    return prism(points, width).translate((-teeth * pitch / 2, 0, 0))


def thumb_screw(head: float, lobes: int, shaft: float, length: float) -> Manifold:
    """A screw to be turned by hand: a lobed head on a shaft with rings for its thread."""
    grip = cylinder(head, head * 0.35) + ring_of(
        cylinder(head * 0.42, head * 0.35), lobes, radius_mm=head * 0.45
    )
    shaft = min(shaft, head * 0.7)
    pitch = shaft * 0.25
    turns = int(length / pitch)
    thread = joined(
        cylinder(shaft * 0.8, pitch / 2, top_mm=shaft).translate((0, 0, i * pitch))
        for i in range(turns)
    )
    rod = cylinder(shaft * 0.85, turns * pitch) + thread
    return grip + rod.translate((0, 0, head * 0.3))


def spoked_wheel(diameter: float, width: float, spokes: int, bore: float) -> Manifold:
    """A rim, a hub and spokes between them."""
    rim = tube(diameter, diameter * 0.82, width)
    bore = min(bore, diameter * 0.2)
    hub = tube(bore * 2.2, bore, width * 1.2)
    reach = diameter * 0.43 - bore * 0.8
    arm = box(reach, diameter * 0.06, width * 0.6)
    return rim + hub + ring_of(arm, spokes, radius_mm=bore * 0.8 + reach / 2)


def belt_clamp(width: float, length: float, thickness: float) -> Manifold:
    """A small plate with grooves for a belt's teeth and two screws."""
    plate = rounded_plate(length, width, thickness, corner_mm=width * 0.2)
    grooves = int(length * 0.45 / 2)
    groove = box(1, width * 0.5, thickness).translate((0, 0, thickness * 0.6))
    cut = at(groove, [((i - (grooves - 1) / 2) * 2, 0, 0) for i in range(grooves)])
    drills = at(
        through(cylinder(width * 0.22, thickness)), [(s * length * 0.38, 0, 0) for s in (-1, 1)]
    )
    return plate - cut - drills


def spanner(jaw: float, length: float, thickness: float) -> Manifold:
    """An open-ended spanner with a hanging hole."""
    head = cylinder(jaw * 2.1, thickness)
    mouth = box(jaw * 1.4, jaw, thickness).translate((-jaw * 0.75, 0, 0)).rotate((0, 0, 15))
    handle = rounded_plate(length, jaw * 0.85, thickness, corner_mm=jaw * 0.4)
    eye = through(cylinder(jaw * 0.4, thickness)).translate((length * 0.95, 0, 0))
    return head + handle.translate((length / 2, 0, 0)) - through(mouth) - eye
