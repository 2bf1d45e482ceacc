"""Every family of parts with the sizes it comes in, and parts drawn at random from them.

Knows geometry only. The ranges are what a shop prints: a few millimetres to a hand's width.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import trimesh
from manifold3d import Manifold

from samples import household_parts as home
from samples import machine_parts as machine
from samples.free_forms import free_form
from samples.solids import as_mesh

#: Lowest and highest size; two whole numbers mean a count.
Span = tuple[float, float] | tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One kind of part.

    Attributes:
        name: of the kind, in the singular.
        build: makes the solid from sizes in millimetres, degrees and counts.
        spans: the sizes it comes in, by the builder's argument.
    """

    name: str
    build: Callable[..., Manifold]
    spans: Mapping[str, Span]


def family(build: Callable[..., Manifold], **spans: Span) -> Family:
    """A family named after its builder."""
    return Family(name=build.__name__.replace("_", "-"), build=build, spans=spans)


FAMILIES: tuple[Family, ...] = (
    family(
        machine.angle_bracket,
        width=(12.0, 60.0), leg=(15.0, 80.0), rise=(15.0, 80.0),
        thickness=(2.0, 6.0), hole=(3.0, 7.0), gussets=(0, 2),
    ),
    family(
        machine.corner_mount,
        length=(30.0, 90.0), width=(18.0, 50.0), thickness=(2.0, 6.0), hole=(3.0, 6.0),
    ),
    family(machine.gusset_plate, leg=(25.0, 90.0), thickness=(2.0, 8.0), hole=(3.0, 8.0)),
    family(
        machine.spur_gear,
        teeth=(9, 48), module=(0.8, 2.5), height=(4.0, 15.0), bore=(3.0, 12.0), windows=(0, 7),
    ),
    family(machine.timing_pulley, teeth=(14, 48), belt_width=(6.0, 12.0), bore=(4.0, 10.0)),
    family(machine.spacer, outer=(6.0, 40.0), wall=(1.2, 8.0), height=(2.0, 60.0)),
    family(machine.hex_standoff, across=(5.0, 25.0), height=(3.0, 60.0), bore=(2.5, 12.0)),
    family(machine.bearing_block, bearing=(10.0, 32.0), width=(7.0, 25.0), wall=(3.0, 8.0)),
    family(machine.shaft_clamp, bore=(5.0, 35.0), wall=(2.5, 7.0), width=(5.0, 25.0)),
    family(
        machine.fan_grille, size=(30.0, 120.0), rings=(2, 6), spokes=(3, 8), thickness=(1.5, 5.0)
    ),
    family(
        machine.chain_link,
        width=(14.0, 45.0), height=(8.0, 25.0), pitch=(14.0, 35.0), wall=(1.6, 3.5),
    ),
    family(
        machine.hinge_leaf,
        length=(25.0, 90.0), width=(15.0, 50.0), thickness=(2.0, 5.0), knuckles=(2, 4),
    ),
    family(
        machine.motor_plate,
        size=(35.0, 70.0), thickness=(3.0, 7.0), pilot=(18.0, 36.0), lip=(8.0, 50.0),
    ),
    family(machine.rack, teeth=(6, 30), module=(1.0, 3.0), height=(4.0, 12.0), width=(5.0, 20.0)),
    family(
        machine.thumb_screw,
        head=(12.0, 40.0), lobes=(3, 8), shaft=(4.0, 12.0), length=(8.0, 40.0),
    ),
    family(
        machine.spoked_wheel,
        diameter=(25.0, 110.0), width=(5.0, 25.0), spokes=(3, 9), bore=(3.0, 12.0),
    ),
    family(machine.belt_clamp, width=(8.0, 20.0), length=(20.0, 45.0), thickness=(3.0, 8.0)),
    family(machine.spanner, jaw=(6.0, 24.0), length=(50.0, 150.0), thickness=(3.0, 9.0)),
    family(home.knob, diameter=(14.0, 50.0), height=(8.0, 30.0), lobes=(4, 16), bore=(4.0, 10.0)),
    family(
        home.wall_hook, width=(12.0, 40.0), rise=(30.0, 90.0), reach=(15.0, 60.0),
        thickness=(3.0, 7.0),
    ),
    family(
        home.s_hook, radius=(8.0, 30.0), bar=(3.0, 10.0), thickness=(3.0, 12.0),
        opening=(20.0, 110.0),
    ),
    family(
        home.snap_clip, bore=(6.0, 40.0), wall=(2.0, 5.0), width=(6.0, 30.0), mouth=(50.0, 130.0)
    ),
    family(
        home.vase,
        diameter=(30.0, 90.0), height=(30.0, 150.0), sides=(3, 10), twist_deg=(0.0, 150.0),
        flare=(0.7, 1.5), wall=(1.2, 4.0),
    ),
    family(
        home.round_vase, diameter=(30.0, 90.0), height=(30.0, 130.0), belly=(0.6, 1.2),
        neck=(0.35, 1.0),
    ),
    family(
        home.enclosure,
        length=(35.0, 140.0), width=(25.0, 90.0), height=(12.0, 60.0), wall=(1.6, 3.5),
        post=(5.0, 9.0),
    ),
    family(
        home.enclosure_lid, length=(35.0, 140.0), width=(25.0, 90.0), wall=(1.6, 3.0),
        slots=(2, 12),
    ),
    family(
        home.tray,
        length=(50.0, 160.0), width=(35.0, 110.0), height=(8.0, 40.0), columns=(1, 6), rows=(1, 4),
    ),
    family(
        home.phone_stand, width=(30.0, 80.0), depth=(60.0, 110.0), height=(60.0, 120.0),
        thickness=(3.0, 8.0),
    ),
    family(home.funnel, mouth=(25.0, 110.0), spout=(6.0, 25.0), height=(30.0, 120.0)),
    family(home.drawer_handle, length=(50.0, 160.0), reach=(15.0, 40.0), bar=(6.0, 14.0)),
    family(home.pen_cup, diameter=(50.0, 90.0), height=(50.0, 120.0), columns=(7, 14), rows=(2, 6)),
    family(
        home.cookie_cutter, points=(3, 9), outer=(40.0, 100.0), inner_share=(0.4, 0.85),
        height=(10.0, 22.0),
    ),
    family(
        home.key_tag, length=(35.0, 75.0), width=(14.0, 30.0), thickness=(2.0, 4.0), bars=(4, 14)
    ),
    family(home.bowl, diameter=(40.0, 140.0), height=(15.0, 60.0), ribs=(0, 16)),
    family(
        home.chess_piece, base=(15.0, 40.0), height=(25.0, 90.0), waist=(0.3, 0.6), head=(0.35, 0.8)
    ),
    family(
        home.little_animal, size=(20.0, 60.0), legs=(0.0, 0.5), ears=(0.2, 0.9), nose=(0.05, 0.6)
    ),
    family(
        home.cable_comb, slots=(3, 9), slot=(3.0, 9.0), depth=(15.0, 40.0), thickness=(3.0, 12.0)
    ),
    family(
        home.ring_band, diameter=(15.0, 80.0), width=(3.0, 20.0), wall=(1.5, 5.0), studs=(0, 24)
    ),
    family(
        home.shelf_peg, plate=(15.0, 45.0), peg=(4.0, 7.0), length=(10.0, 40.0),
        thickness=(3.0, 6.0),
    ),
    family(home.cup_hanger, width=(8.0, 25.0), length=(50.0, 170.0), bar=(4.0, 8.0), teeth=(2, 7)),
)  # fmt: skip

#: One random part in so many is a free form, of no family at all.
FREE_FORM_SHARE = 0.25

#: One random part in so many is stretched unevenly, so that proportions vary beyond the spans.
STRETCHED_SHARE = 0.3

#: Every second one is its own mirror image's twin.
MIRRORED_SHARE = 0.5


def random_part(rng: np.random.Generator) -> trimesh.Trimesh:
    """A part nobody has seen before: closed, standing on z = 0, in millimetres."""
    while True:
        solid = random_solid(rng)
        if rng.random() < STRETCHED_SHARE:
            solid = solid.scale(tuple(rng.uniform(0.6, 1.6, 3)))
        if rng.random() < MIRRORED_SHARE:
            solid = solid.mirror((1, 0, 0))
        if not solid.is_empty() and (mesh := as_mesh(solid)).is_watertight:
            return mesh  # one draw in forty has surfaces that just touch: not printable


def random_solid(rng: np.random.Generator) -> Manifold:
    """A draw from the families, or a free form."""
    if rng.random() < FREE_FORM_SHARE:
        return free_form(rng)
    kind = FAMILIES[rng.integers(len(FAMILIES))]
    return kind.build(**{name: draw(rng, span) for name, span in kind.spans.items()})


def draw(rng: np.random.Generator, span: Span) -> float | int:
    """A size from its span: a count where both ends are counts."""
    low, high = span
    if isinstance(low, int) and isinstance(high, int):
        return int(rng.integers(low, high + 1))
    return float(rng.uniform(low, high))
