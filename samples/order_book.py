"""The sample shop: every part it has on order, with made-up customers.

Knows geometry only. Nothing here is random: the same parts, sizes and orders on every machine.
Two pairs of look-alikes and one mirrored pair are in it on purpose: that is what shops have.
"""

from dataclasses import dataclass
from datetime import date

import trimesh
from manifold3d import Manifold

from samples import household_parts as home
from samples import machine_parts as machine
from samples.solids import as_mesh


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePart:
    """One part of the sample catalogue and the order it belongs to.

    Attributes:
        name: unique, fit for a file name.
        mesh: closed, standing on z = 0, in millimetres.
        customer: who ordered it.
        order: the shop's reference.
        quantity: copies ordered.
        due: the day they are promised for.
        material: plastic and colour.
        note: what the shop wrote down, may be empty.
    """

    name: str
    mesh: trimesh.Trimesh
    customer: str
    order: str
    quantity: int
    due: date
    material: str
    note: str = ""


def catalogue() -> tuple[SamplePart, ...]:
    """All sample parts, in the order they came in."""
    return (*machine_orders(), *workshop_orders(), *household_orders(), *gift_orders())


def ordered(  # noqa: PLR0913, PLR0917 - one row of an order book, read as a table below
    name: str, solid: Manifold, customer: str, order: str, quantity: int, due: str,
    material: str, note: str = "",
) -> SamplePart:  # fmt: skip
    """One row of the order book."""
    return SamplePart(
        name=name, mesh=as_mesh(solid), customer=customer, order=order, quantity=quantity,
        due=date.fromisoformat(due), material=material, note=note,
    )  # fmt: skip


def machine_orders() -> tuple[SamplePart, ...]:
    """Two machine builders; gears of 24 and 25 teeth, mounts for the left and the right."""
    mount = machine.corner_mount(62, 34, 3.5, 4.5)
    return (
        ordered("spur-gear-24", machine.spur_gear(24, 1.5, 8, 6, 5),
                "Northgate Robotics", "1041", 12, "2026-12-11", "PETG black"),
        ordered("spur-gear-25", machine.spur_gear(25, 1.5, 8, 6, 5),
                "Northgate Robotics", "1041", 12, "2026-12-11", "PETG black",
                "one tooth more than spur-gear-24"),
        ordered("corner-mount-left", mount,
                "Northgate Robotics", "1044", 6, "2026-12-15", "ASA grey"),
        ordered("corner-mount-right", mount.mirror((0, 1, 0)),
                "Northgate Robotics", "1044", 6, "2026-12-15", "ASA grey", "mirror of the left"),
        ordered("timing-pulley-20", machine.timing_pulley(20, 7, 5),
                "Northgate Robotics", "1047", 8, "2027-01-08", "PETG orange"),
        ordered("motor-plate", machine.motor_plate(46, 5, 23, 26),
                "Linden Automation", "1048", 4, "2026-12-18", "ABS black"),
        ordered("bearing-block-22", machine.bearing_block(22, 14, 5),
                "Linden Automation", "1048", 4, "2026-12-18", "ABS black"),
        ordered("cable-chain-link", machine.chain_link(30, 16, 24, 2.4),
                "Linden Automation", "1052", 40, "2027-01-15", "PLA blue"),
    )  # fmt: skip


def workshop_orders() -> tuple[SamplePart, ...]:
    """Two workshops; angle brackets drilled for M4 and for M5."""
    return (
        ordered("angle-bracket-m4", machine.angle_bracket(38, 45, 40, 4, 4.5, 2),
                "Harbour Joinery", "1053", 20, "2026-12-22", "PLA white"),
        ordered("angle-bracket-m5", machine.angle_bracket(38, 45, 40, 4, 5.5, 2),
                "Harbour Joinery", "1053", 20, "2026-12-22", "PLA white", "holes for M5"),
        ordered("hinge-leaf", machine.hinge_leaf(60, 28, 3.2, 3),
                "Harbour Joinery", "1055", 10, "2027-01-05", "Nylon natural"),
        ordered("gusset-plate", machine.gusset_plate(55, 4, 5),
                "Harbour Joinery", "1055", 16, "2027-01-05", "PETG red"),
        ordered("fan-grille-80", machine.fan_grille(80, 4, 4, 2.5),
                "Copper Lane Computers", "1058", 5, "2026-12-09", "PLA black"),
        ordered("enclosure-90", home.enclosure(90, 60, 28, 2.2, 7),
                "Copper Lane Computers", "1058", 5, "2026-12-09", "PLA grey"),
        ordered("enclosure-lid-90", home.enclosure_lid(90, 60, 2.2, 7),
                "Copper Lane Computers", "1058", 5, "2026-12-09", "PLA grey"),
        ordered("cable-comb", home.cable_comb(6, 5, 22, 5),
                "Copper Lane Computers", "1060", 12, "2027-01-20", "PLA yellow"),
        ordered("shaft-clamp-16", machine.shaft_clamp(16, 4.5, 12),
                "Linden Automation", "1061", 8, "2027-01-15", "PETG green"),
    )  # fmt: skip


def household_orders() -> tuple[SamplePart, ...]:
    """Homes and offices."""
    return (
        ordered("wall-hook", home.wall_hook(24, 62, 38, 5),
                "Maple Street School", "1063", 30, "2027-01-11", "PLA blue"),
        ordered("s-hook", home.s_hook(14, 5.5, 7, 60),
                "Maple Street School", "1063", 30, "2027-01-11", "PLA green"),
        ordered("snap-clip-20", home.snap_clip(20, 3.2, 14, 85),
                "Bright Bicycles", "1066", 24, "2026-12-14", "PETG orange"),
        ordered("stove-knob", home.knob(38, 20, 9, 6),
                "Orchard Kitchens", "1067", 4, "2026-12-16", "ABS black"),
        ordered("drawer-handle", home.drawer_handle(96, 26, 9),
                "Orchard Kitchens", "1067", 14, "2026-12-16", "PLA wood"),
        ordered("funnel", home.funnel(70, 14, 75),
                "Orchard Kitchens", "1070", 3, "2027-01-25", "PETG clear"),
        ordered("sorting-tray", home.tray(120, 70, 18, 4, 2),
                "Bright Bicycles", "1071", 6, "2027-01-18", "PLA red"),
        ordered("phone-stand", home.phone_stand(62, 85, 90, 5),
                "Maple Street School", "1072", 10, "2027-02-01", "PLA purple"),
        ordered("spoked-wheel", machine.spoked_wheel(62, 12, 6, 6),
                "Bright Bicycles", "1074", 16, "2027-01-29", "TPU black"),
    )  # fmt: skip


def gift_orders() -> tuple[SamplePart, ...]:
    """Gifts and small things, some too plain to be told by their shape alone."""
    return (
        ordered("twisted-vase", home.vase(56, 95, 6, 75, 1.15, 2),
                "Willow Gifts", "1075", 3, "2026-12-19", "Silk PLA gold"),
        ordered("pen-cup", home.pen_cup(72, 92, 10, 4),
                "Willow Gifts", "1075", 5, "2026-12-19", "PLA white"),
        ordered("star-cutter", home.cookie_cutter(5, 78, 0.55, 15),
                "Willow Gifts", "1077", 25, "2026-12-04", "PLA red"),
        ordered("chess-pawn", home.chess_piece(26, 48, 0.42, 0.62),
                "Willow Gifts", "1078", 16, "2027-01-12", "PLA white"),
        ordered("toy-fox", home.little_animal(32, 0.25, 0.55, 0.4),
                "Willow Gifts", "1078", 8, "2027-01-12", "PLA orange"),
        ordered("key-tag", home.key_tag(52, 20, 2.6, 8),
                "Maple Street School", "1080", 60, "2027-02-05", "PLA yellow"),
        ordered("spacer-12", machine.spacer(12, 3.5, 10),
                "Linden Automation", "1081", 50, "2027-01-22", "PLA grey"),
        ordered("hex-standoff", machine.hex_standoff(11, 24, 4),
                "Copper Lane Computers", "1082", 40, "2027-01-20", "PLA black"),
    )  # fmt: skip
