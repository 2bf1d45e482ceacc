"""Render the photos that lie ready in the demo: sample parts as a phone sees them.

    .venv-train/bin/python -m training.render_sample_photos samples/photos

Everything is fixed by the list below; the same pictures come out every time on one machine.
Beside the photos comes photos.json: which part each shows and where it is in the picture.
"""

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from samples import catalogue
from training.bodies import Body, Placed, about_z, body_of, gather, reach_of, stand, turn_to
from training.desk_things import thing
from training.phone import camera_at
from training.photo_renderer import Array, Camera, Lights, draw
from training.plastics import plain_material
from training.surfaces import brushed, cloth, cutting_mat, plain, sample, squared_paper, wood

#: Size of the photos and how much finer they are drawn.
WIDTH_PX, HEIGHT_PX, FINER = 1000, 750, 1.6

#: Texels of ground texture and of each shadow map.
TEXTURE_PX, SHADOW_TEXELS = 1400, 640

TABLES = {
    "wood": wood,
    "mat": cutting_mat,
    "plain": plain,
    "paper": squared_paper,
    "cloth": cloth,
    "metal": brushed,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """One photo to be made.

    Attributes:
        name: of the file.
        part: of the sample catalogue, empty for a table without a print.
        table: a key of TABLES.
        colour: of the plastic, linear light 0..1.
        turn_deg: around the vertical, between the part as printed and the camera.
        elevation_deg: of the camera above the table.
        fill: share of the picture's width the part takes.
        lying: printed direction up, or tipped onto this side (x, y, z in part coordinates).
        gloss: strength of the highlight.
        things: other things on the table.
        seed: of the table, the light and the things.
    """

    name: str
    part: str
    table: str
    colour: tuple[float, float, float] = (0.5, 0.5, 0.5)
    turn_deg: float = 30.0
    elevation_deg: float = 45.0
    fill: float = 0.5
    lying: tuple[float, float, float] = (0.0, 0.0, -1.0)
    gloss: float = 0.15
    things: int = 0
    seed: int = 1


STILLS = (
    Still(name="bracket-on-wood", part="angle-bracket-m4", table="wood", colour=(0.8, 0.79, 0.75),
          turn_deg=35, elevation_deg=40, fill=0.64, seed=3),
    Still(name="gear-on-mat", part="spur-gear-24", table="mat", colour=(0.018, 0.018, 0.02),
          turn_deg=10, elevation_deg=52, fill=0.62, gloss=0.2, things=0, seed=11),
    Still(name="hook-on-desk", part="wall-hook", table="plain", colour=(0.02, 0.1, 0.45),
          turn_deg=-50, elevation_deg=38, fill=0.75, lying=(0, -1, 0), seed=21),
    Still(name="vase-by-the-window", part="twisted-vase", table="wood", colour=(0.7, 0.42, 0.08),
          turn_deg=20, elevation_deg=26, fill=0.62, gloss=0.9, seed=6),
    Still(name="fox-on-paper", part="toy-fox", table="paper", colour=(0.75, 0.2, 0.02),
          turn_deg=-40, elevation_deg=24, fill=0.66, seed=8),
    Still(name="enclosure-at-work", part="enclosure-90", table="mat", colour=(0.3, 0.31, 0.32),
          turn_deg=28, elevation_deg=40, fill=0.64, things=2, seed=31),
    Still(name="mount-left", part="corner-mount-left", table="wood", colour=(0.2, 0.21, 0.23),
          turn_deg=60, elevation_deg=55, fill=0.68, seed=14),
    Still(name="clip-on-metal", part="snap-clip-20", table="metal", colour=(0.75, 0.2, 0.015),
          turn_deg=-25, elevation_deg=48, fill=0.6, seed=18),
    Still(name="pawn-on-desk", part="chess-pawn", table="wood", colour=(0.8, 0.78, 0.72),
          turn_deg=0, elevation_deg=22, fill=0.66, seed=14),
    Still(name="empty-table", part="", table="wood", elevation_deg=50, fill=0.5, things=1, seed=14),
)  # fmt: skip


def light(seed: int) -> Lights:
    """A window's soft light from one side and the room's from everywhere."""
    rng = np.random.default_rng([seed, 1])
    angle = rng.uniform(0, 2 * np.pi)
    key = np.array([np.cos(angle), np.sin(angle), rng.uniform(0.9, 1.5)])
    keys = key / np.linalg.norm(key) + 0.07 * rng.normal(size=(24, 3))
    dome = rng.normal(size=(40, 3))
    dome[:, 2] = np.abs(dome[:, 2]) + 0.05
    every = np.vstack([keys, dome])
    every /= np.linalg.norm(every, axis=1, keepdims=True)
    warm, cool = np.array([1.0, 0.95, 0.87]), np.array([0.9, 0.96, 1.0])
    colour = np.vstack([np.tile(warm * 1.1 / 24, (24, 1)), np.tile(cool * 0.9 / 40, (40, 1))])
    return Lights(towards=every.astype(np.float32), colour=colour.astype(np.float32))


def print_of(still: Still) -> Placed:
    """The part in its plastic, as it lies on the table."""
    part = next(item for item in catalogue() if item.name == still.part)
    body = body_of(part.mesh)
    down = np.array(still.lying, np.float32)
    pose = about_z(np.radians(still.turn_deg)) @ turn_to(down, np.array([0, 0, -1], np.float32))
    material = np.array([*still.colour, still.gloss, 40, 0.42, 0.3, 0.04, 0.8, 0.15], np.float32)
    return Placed(body=body, rotation=pose, offset_mm=stand(body, pose, 0, 0), material=material)


def things_of(still: Still, reach: float) -> list[Placed]:
    """Pens, cables and the like around the middle, never across it."""
    rng = np.random.default_rng([still.seed, 2])
    placed = []
    for i in range(still.things):
        body, material = thing(rng, reach * 0.7)
        angle = 2.2 + 1.9 * i + rng.uniform(-0.3, 0.3)
        far = reach * 1.15 + reach_of(body) * 0.75
        turn = about_z(angle + np.pi / 2)
        offset = stand(body, turn, far * np.cos(angle), far * np.sin(angle))
        placed.append(Placed(body=body, rotation=turn, offset_mm=offset, material=material))
    return placed


def nowhere(reach: float) -> Placed:
    """Stands in for the print on the empty table, far under it."""
    body = Body(
        vertices_mm=np.eye(3, dtype=np.float32) * 0.01, faces=np.array([[0, 1, 2]], np.int32),
        normals=np.zeros((1, 3, 3), np.float32), rests=np.array([[0, 0, -1]], np.float32),
        rest_weights=np.ones(1, np.float32),
    )  # fmt: skip
    return Placed(
        body=body, rotation=about_z(0.0), offset_mm=np.array([0, 0, -reach], np.float32),
        material=plain_material(np.zeros(3, np.float32), 0, 1, 0),
    )  # fmt: skip


def tripod(still: Still, target: Array, reach: float) -> Camera:
    """The camera of this still, drawn finer than it is kept."""
    side = int(WIDTH_PX * FINER)
    camera = camera_at(
        target, reach, azimuth=-np.pi / 2, elevation=np.radians(still.elevation_deg), roll=0.03,
        focal=1.15, fill=still.fill, shift=np.zeros(2), side_px=side,
    )  # fmt: skip
    return replace(camera, height_px=int(HEIGHT_PX * FINER))


def table_under(still: Still, ground_mm: Array, reach: float) -> Array:
    """The table's colours where each pixel's ray meets it."""
    rng = np.random.default_rng([still.seed, 3])
    texture = np.clip(TABLES[still.table](rng, TEXTURE_PX), 0.003, 1).astype(np.float32)
    turned = ground_mm @ about_z(0.35)[:2, :2]
    texels = np.nan_to_num(turned / (reach * 9) * TEXTURE_PX + TEXTURE_PX / 2)
    texels = np.clip(texels, -3e4, 3e4)
    return sample(texture, texels[..., 0], texels[..., 1])


def photograph(still: Still) -> tuple[Image.Image, np.ndarray]:
    """The finished photo and the print's mask, both at the final size."""
    first = print_of(still) if still.part else nowhere(40.0)
    reach = reach_of(first.body) if still.part else 40.0
    target = first.offset_mm if still.part else np.zeros(3, np.float32)
    camera = tripod(still, target, reach)
    lights = light(still.seed)
    picture = draw(
        gather([first, *things_of(still, reach)]), camera, lights,
        room_wave=np.array([1.5, -2.0, 2.5, 0.5], np.float32), shadow_texels=SHADOW_TEXELS,
    )  # fmt: skip
    behind = table_under(still, picture.ground_mm, reach) * lights.colour.sum(0) * 0.55
    seen = (picture.owner >= 0)[..., None]
    scene = np.where(seen, picture.colour, behind * picture.ground)
    return develop(still, scene), shown(picture.owner == 0)


def shown(mask: np.ndarray) -> np.ndarray:
    """The mask at the final size, as booleans."""
    small = Image.fromarray(mask.astype(np.uint8) * 255).resize((WIDTH_PX, HEIGHT_PX))
    return np.asarray(small) > 127


def develop(still: Still, scene: Array) -> Image.Image:
    """Exposure, a lens's softness and fall-off, display values, a little grain."""
    rng = np.random.default_rng([still.seed, 4])
    soft = 0.93 * gaussian_filter(scene, (0.7, 0.7, 0)) + 0.07 * gaussian_filter(scene, (9, 9, 0))
    exposed = soft * 0.88 * np.clip(0.3 / (soft.mean() + 1e-4), 0.4, 2.5) ** 0.3
    exposed = np.where(exposed > 0.7, 0.7 + 0.3 * np.tanh((exposed - 0.7) / 0.3), exposed)
    rows = np.linspace(-1, 1, scene.shape[0])[:, None]
    columns = np.linspace(-1, 1, scene.shape[1])[None, :]
    fall = 1 - 0.12 * (rows**2 + columns**2)
    srgb = np.clip(exposed * fall[..., None], 0, 1) ** (1 / 2.2) * 255
    large = Image.fromarray(srgb.astype(np.uint8))
    small = np.asarray(large.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS), np.float32)
    grain = rng.normal(0, 1.6, small.shape)
    return Image.fromarray(np.clip(small + grain, 0, 255).astype(np.uint8))


def box_of(mask: np.ndarray) -> list[int]:
    """Left, top, right, bottom of the print in pixels; empty where there is none."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return []
    return [int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1]


def main() -> None:
    """Render all, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    about = []
    for still in STILLS:
        if args.only and still.name not in args.only:
            continue
        photo, mask = photograph(still)
        photo.save(args.out / f"{still.name}.jpg", quality=86, optimize=True)
        about.append(
            {
                "photo": f"{still.name}.jpg", "part": still.part, "box_px": box_of(mask),
                "print_px": int(mask.sum()),
            }
        )  # fmt: skip
    if not args.only:
        text = json.dumps(about, indent=2)
        (args.out / "photos.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
