"""Photos of prints that never were: random parts, plastics, tables, lights, hands and phones.

Knows scenes; how light falls is photo_renderer.py's affair, shapes come from `samples` and from
STL files handed in. Photos are (S, S, 3) uint8 RGB, masks (S, S) uint8 with 255 on the print.
The domain is meant to be wider than the world: see docs/model-cards/segmenter.md for what is in it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter

from training.bodies import (
    Body,
    Placed,
    about_z,
    any_rotation,
    gather,
    reach_of,
    resting_pose,
    stand,
    turn_to,
    unit,
)
from training.desk_things import contents, hand, thing
from training.phone import (
    Neighbour,
    Pose,
    RgbPhoto,
    Shot,
    develop,
    light_patches,
    lights_for,
    looking,
)
from training.photo_renderer import Array, Camera, Picture, draw
from training.plastics import filament, plain_material, skin_colour
from training.surfaces import backdrop, sample, surface

#: Share of prints on tables that hold something that is not print.
CONTENTS_SHARE = 0.3

#: Frames, lattices and thin brackets are drawn this much more often: what is seen through them was
#: the commonest fault of a first network (2026-11-21, traced and real photos alike).
OPEN_FAVOUR, OPEN_FROM = 1.5, 0.7


def synthetic_photo(
    rng: np.random.Generator,
    bodies: Sequence[Body],
    photos: Sequence[RgbPhoto],
    *,
    side_px: int = 288,
    finer: float = 1.5,
    main: Body | None = None,
) -> Shot:
    """One photo of one print (now and then of none), its mask exact to half a pixel.

    The print is `main`, or one of the bodies where that is not said; the others may lie around.
    """
    main = main or drawn(rng, bodies)
    held = rng.random() < 0.16
    placed, index = held_scene(rng, main) if held else table_scene(rng, bodies, main)
    empty = rng.random() < 0.05
    reach = reach_of(main)
    camera = looking(rng, placed[index].offset_mm, reach, side_px=int(side_px * finer))
    if empty:
        placed = placed[1:] or [Placed(body=thing(rng, reach)[0], rotation=about_z(0.0),
                                       offset_mm=np.array([0, 0, -9 * reach], np.float32),
                                       material=filament(rng, layer_mm=1))]  # fmt: skip
        index = -2
    lights = lights_for(rng, -camera.rotation[2])
    wave = np.array([*rng.normal(0, 3, 3), rng.uniform(0, 6.3)], np.float32)
    picture = draw(gather(placed), camera, lights, room_wave=wave)
    behind = background(rng, picture, camera, photos, reach, screen=held or rng.random() < 0.35)
    light = lights.colour.sum(0) * 0.55
    shot = develop(
        rng, compose(rng, picture, behind * light, index, held=held), picture.owner == index,
        side_px, neighbours=named_beside(placed, index, picture, camera, side_px=side_px),
    )  # fmt: skip
    return shot if empty else replace(shot, pose=pose_of(placed[index], camera, side_px=side_px))


def drawn(rng: np.random.Generator, bodies: Sequence[Body]) -> Body:
    """One of the bodies, open ones more often."""
    likely = np.array([1 + OPEN_FAVOUR * (body.openness > OPEN_FROM) for body in bodies])
    return bodies[rng.choice(len(bodies), p=likely / likely.sum())]


def named_beside(
    placed: Sequence[Placed], index: int, picture: Picture, camera: Camera, *, side_px: int
) -> list[Neighbour]:
    """The other prints whose parts have a name, their masks as large as the picture."""
    return [
        Neighbour(mask=picture.owner == i, pose=pose_of(item, camera, side_px=side_px))
        for i, item in enumerate(placed)
        if i != index and item.body.name
    ]


def pose_of(print_: Placed, camera: Camera, *, side_px: int) -> Pose:
    """How the print lies before the camera once the photo is side_px wide."""
    turn = np.asarray(camera.rotation, float) @ print_.rotation
    middle = np.asarray(camera.rotation, float) @ print_.offset_mm + camera.offset_mm
    return Pose(
        part=print_.body.name,
        rotation=turn,
        translation_mm=middle - turn @ np.array(print_.body.middle_mm) * print_.body.scale,
        scale=print_.body.scale,
        focal_px=camera.focal_px * side_px / camera.width_px,
    )


def table_scene(
    rng: np.random.Generator, bodies: Sequence[Body], main: Body
) -> tuple[list[Placed], int]:
    """The print on the ground with a few things around; the index of the print."""
    reach = reach_of(main)
    pose = resting_pose(rng, main)
    layer = layer_of(rng, reach)
    placed = [
        Placed(body=main, rotation=pose, offset_mm=stand(main, pose, 0, 0),
               material=filament(rng, layer_mm=layer))
    ]  # fmt: skip
    if rng.random() < CONTENTS_SHARE:
        placed += contents(rng, main, pose, reach)
    spread = float(np.linalg.norm((main.vertices_mm @ pose.T)[:, :2], axis=1).max())
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3])):
        if rng.random() < 0.3:
            body = bodies[rng.integers(len(bodies))]
            scale = np.float32(rng.uniform(0.25, 0.6) * reach / reach_of(body))
            body = Body(
                vertices_mm=body.vertices_mm * scale, faces=body.faces, normals=body.normals,
                rests=body.rests, rest_weights=body.rest_weights, name=body.name,
                middle_mm=body.middle_mm, scale=float(scale),
            )  # fmt: skip
            material = filament(rng, layer_mm=layer)
        else:
            body, material = thing(rng, reach)
        turn = resting_pose(rng, body) if len(body.rests) > 1 else about_z(rng.uniform(0, 6.3))
        item = Placed(body=body, rotation=turn, offset_mm=np.zeros(3, np.float32),
                      material=material)  # fmt: skip
        x, y = beside(rng, item, reach, spread)
        if rng.random() < 0.12:  # lies across the print
            x, y = rng.normal(0, 0.4 * reach, 2)
        placed.append(
            Placed(body=body, rotation=turn, offset_mm=stand(body, turn, x, y), material=material)
        )
    return placed, 0


def held_scene(rng: np.random.Generator, main: Body) -> tuple[list[Placed], int]:
    """The print in a hand, in front of something."""
    reach = reach_of(main)
    pose = any_rotation(rng)
    fingers = hand(rng, reach * rng.uniform(0.7, 1.3), over=bool(rng.random() < 0.5))
    turn = about_z(rng.uniform(0, 6.3)) @ turn_to(
        np.array([0, 0, 1], np.float32), unit(rng.normal(size=3) * 0.5 + [0, 0, 1])
    )
    lift = np.array([0, 0, reach * 4], np.float32)
    print_ = Placed(body=main, rotation=pose, offset_mm=lift,
                    material=filament(rng, layer_mm=layer_of(rng, reach)))  # fmt: skip
    skin = plain_material(skin_colour(rng), 0.15, 15, 0.1)
    skin[7:9] = 0.08, reach * 0.2
    low = float((main.vertices_mm @ pose.T)[:, 2].min())
    sink = np.array([0, 0, min(0.0, low * 0.4)], np.float32)
    return [print_, Placed(body=fingers, rotation=turn, offset_mm=lift + sink, material=skin)], 0


def beside(rng: np.random.Generator, placed: Placed, reach: float, near: float) -> Array:
    """A place on the ground next to what stands at the origin."""
    angle = rng.uniform(0, 2 * np.pi)
    far = (near + reach_of(placed.body)) * rng.uniform(0.75, 1.5) + rng.uniform(0, reach)
    return np.array([far * np.cos(angle), far * np.sin(angle)], np.float32)


def layer_of(rng: np.random.Generator, reach: float) -> float:
    """Layer height in mm, never finer than a picture of 300 px can show."""
    return float(max(rng.choice([0.12, 0.2, 0.2, 0.28, 0.4]), reach * rng.uniform(0.008, 0.02)))


def background(
    rng: np.random.Generator, picture: Picture, camera: Camera, photos: Sequence[RgbPhoto],
    reach: float, *, screen: bool,
) -> Array:  # fmt: skip
    """What would be seen without the objects: a photo as it is, or a texture on the ground."""
    side = camera.width_px
    use_photo = len(photos) > 0 and (screen or rng.random() < 0.25)
    if screen and use_photo:
        return backdrop(rng, photos[rng.integers(len(photos))], side)
    texture = surface(rng)
    if use_photo:
        texture = backdrop(rng, photos[rng.integers(len(photos))], 384)
    extent = reach * rng.uniform(4, 14)
    turned = picture.ground_mm @ about_z(rng.uniform(0, 6.3))[:2, :2]
    texels = np.nan_to_num(turned / extent * texture.shape[0] + rng.uniform(0, 384, 2))
    texels = np.clip(texels, -2e4, 2e4)
    flat = sample(texture, texels[..., 0], texels[..., 1])
    missing = ~np.isfinite(picture.ground_mm[..., 0])
    far = np.linalg.norm(np.nan_to_num(picture.ground_mm), axis=-1) > 60 * reach
    if (missing | far).any():
        wall = surface(rng).mean((0, 1)) if not len(photos) else None
        sky = wall if wall is not None else backdrop(rng, photos[rng.integers(len(photos))], side)
        flat = np.where((missing | far)[..., None], sky, flat).astype(np.float32)
    return flat


def compose(
    rng: np.random.Generator, picture: Picture, behind: Array, index: int, *, held: bool
) -> Array:
    """Objects over the ground, with their shadows, translucency and the lens's blur."""
    shadow = np.ones_like(picture.ground) if held else picture.ground
    strength = rng.uniform(0.6, 1.0)
    ground = behind * (1 - strength + strength * shadow)
    blur = rng.uniform(0.5, 5.0) if rng.random() < (0.5 if held else 0.25) else 0.0
    if blur:
        ground = gaussian_filter(ground, (blur, blur, 0))
    mask = (picture.owner >= 0)[..., None]
    ground = ground * light_patches(rng, ground.shape[0])
    if rng.random() < 0.08 and index >= 0:
        clear = rng.uniform(0.15, 0.5)
        see = (picture.owner == index)[..., None] * clear
        soft = gaussian_filter(ground, (4, 4, 0))
        return np.where(mask, picture.colour * (1 - see) + soft * see, ground).astype(np.float32)
    return np.where(mask, picture.colour, ground).astype(np.float32)
