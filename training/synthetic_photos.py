"""Photos of prints that never were: random parts, plastics, tables, lights, hands and phones.

Knows scenes; how light falls is photo_renderer.py's affair, shapes come from `samples` and from
STL files handed in. Photos are (S, S, 3) uint8 RGB, masks (S, S) uint8 with 255 on the print.
The domain is meant to be wider than the world: see docs/model-cards/segmenter.md for what is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import trimesh
from manifold3d import Manifold
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates, uniform_filter1d
from scipy.spatial import ConvexHull, QhullError

from training.photo_renderer import Array, Camera, Lights, Picture, Scene, corner_normals, draw
from training.surfaces import backdrop, linear, sample, surface

RgbPhoto = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A mesh made ready for scenes: centred, with corner normals and faces it may rest on.

    Attributes:
        vertices_mm: (V, 3) float32 around the origin.
        faces: (F, 3) int32.
        normals: (F, 3, 3) float32.
        rests: (R, 3) outward directions of flat sides of its hull, the widest first.
        rest_weights: (R,) their areas, summing to 1.
    """

    vertices_mm: Array
    faces: NDArray[np.int32]
    normals: Array
    rests: Array
    rest_weights: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A body somewhere in the world, of some material."""

    body: Body
    rotation: Array
    offset_mm: Array
    material: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One synthetic photo and which of its pixels are the print."""

    rgb: RgbPhoto
    mask: NDArray[np.uint8]


def body_of(mesh: trimesh.Trimesh) -> Body:
    """Prepare a mesh; a part too thin for a hull rests on its own widest faces."""
    vertices = np.asarray(mesh.vertices, dtype=np.float64)
    vertices = vertices - (vertices.min(0) + vertices.max(0)) / 2
    faces = np.asarray(mesh.faces, dtype=np.int32)
    rests, weights = resting_sides(vertices)
    return Body(
        vertices_mm=vertices.astype(np.float32),
        faces=faces,
        normals=corner_normals(vertices, faces),
        rests=rests,
        rest_weights=weights,
    )


def resting_sides(vertices: NDArray[np.float64]) -> tuple[Array, Array]:
    """Directions of the hull's flat sides and the share of area of each, eight at most."""
    try:
        hull = ConvexHull(vertices)
    except QhullError:
        return np.array([[0, 0, -1]], np.float32), np.ones(1, np.float32)
    corners = vertices[hull.simplices]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    normals = hull.equations[:, :3]
    keys, inverse = np.unique(np.round(normals * 20), axis=0, return_inverse=True)
    total = np.bincount(inverse.ravel(), area, minlength=len(keys))
    best = np.argsort(-total)[:8]
    directions = keys[best] / np.linalg.norm(keys[best], axis=1, keepdims=True)
    return directions.astype(np.float32), (total[best] / total[best].sum()).astype(np.float32)


# --- plastics ---------------------------------------------------------------------------------


def filament(rng: np.random.Generator, *, layer_mm: float) -> Array:
    """A row of photo_renderer's material columns for some printed plastic."""
    kind = rng.random()
    if kind < 0.2:
        colour = rng.uniform(0.008, 0.04) * rng.uniform(0.85, 1.15, 3)
    elif kind < 0.37:
        colour = rng.uniform(0.6, 0.92) * np.array([1, rng.uniform(0.94, 1), rng.uniform(0.8, 1)])
    elif kind < 0.5:
        colour = rng.uniform(0.06, 0.5) * rng.uniform(0.93, 1.07, 3)
    elif kind < 0.58:
        colour = np.array([0.5, 0.3, 0.14]) * rng.uniform(0.5, 1.6) * rng.uniform(0.85, 1.15, 3)
    else:
        colour = hue(rng.random(), rng.uniform(0.5, 1.0)) * rng.uniform(0.15, 0.95)
    gloss = rng.uniform(0.0, 0.35) if rng.random() < 0.75 else rng.uniform(0.35, 1.2)
    layered = rng.random() < 0.85
    mottled = rng.uniform(0.1, 0.4) if rng.random() < 0.12 else 0.0
    return np.array(
        [
            *np.clip(colour, 0.004, 0.95), gloss, 10 ** rng.uniform(0.8, 2.2), layer_mm,
            rng.uniform(0.03, 0.45) if layered else 0.0, mottled, rng.uniform(0.3, 6.0),
            rng.uniform(0.0, 0.5),
        ],
        np.float32,
    )  # fmt: skip


def hue(turn: float, saturation: float) -> NDArray[np.float64]:
    """A strong colour on the wheel, 0..1 being once around."""
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * (turn + np.array([0.0, 1 / 3, 2 / 3])))
    return 1 - saturation * (1 - wave**1.5)


def plain_material(colour: Array, gloss: float, exponent: float, reflection: float) -> Array:
    """Something that is not printed."""
    return np.array([*colour, gloss, exponent, 1, 0, 0, 1, reflection], np.float32)


# --- poses ------------------------------------------------------------------------------------


def turn_to(source: Array, target: Array) -> Array:
    """The smallest rotation that maps one unit vector onto another."""
    axis = np.cross(source, target)
    sine, cosine = float(np.linalg.norm(axis)), float(source @ target)
    if sine < 1e-6:
        return np.eye(3, dtype=np.float32) if cosine > 0 else np.diag([1, -1, -1]).astype("f4")
    x, y, z = axis / sine
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return (np.eye(3) + sine * cross + (1 - cosine) * cross @ cross).astype(np.float32)


def about_z(angle: float) -> Array:
    """A turn around the vertical, angle in radians."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)


def any_rotation(rng: np.random.Generator) -> Array:
    """A rotation with all directions equally likely."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return (q if np.linalg.det(q) > 0 else -q).astype(np.float32)


def resting_pose(rng: np.random.Generator, body: Body) -> Array:
    """On one of its flat sides, as printed, or just anyhow."""
    kind = rng.random()
    if kind < 0.2:
        pose = any_rotation(rng)
    elif kind < 0.35:
        pose = np.eye(3, dtype=np.float32)
    else:
        side = body.rests[rng.choice(len(body.rests), p=body.rest_weights)]
        pose = turn_to(side, np.array([0, 0, -1], np.float32))
    return about_z(rng.uniform(0, 2 * np.pi)) @ pose


def stand(body: Body, pose: Array, x_mm: float, y_mm: float) -> Array:
    """The offset that puts the turned body on the ground at this place."""
    lowest = float((body.vertices_mm @ pose.T)[:, 2].min())
    return np.array([x_mm, y_mm, -lowest], np.float32)


def reach_of(body: Body) -> float:
    """Radius of the ball around the body's middle."""
    return float(np.linalg.norm(body.vertices_mm, axis=1).max())


# --- things around ----------------------------------------------------------------------------


def capsule(a: NDArray[np.float64], b: NDArray[np.float64], radius: float) -> Manifold:
    """A sausage between two points."""
    ends = [Manifold.sphere(radius, 14).translate(tuple(point)) for point in (a, b)]
    return Manifold.batch_hull(ends)


def as_body(solid: Manifold) -> Body:
    """A solid that keeps its own place (not centred): no resting sides."""
    skin = solid.to_mesh()
    vertices = np.asarray(skin.vert_properties, np.float64)[:, :3]
    faces = np.asarray(skin.tri_verts, np.int32)
    return Body(
        vertices_mm=vertices.astype(np.float32), faces=faces,
        normals=corner_normals(vertices, faces, crease_deg=50),
        rests=np.array([[0, 0, -1]], np.float32), rest_weights=np.ones(1, np.float32),
    )  # fmt: skip


def strand(rng: np.random.Generator, start: Array, length: float, radius: float) -> Manifold:
    """A cable lying in bends on the ground."""
    spot, angle, whole = np.array([*start[:2], radius]), rng.uniform(0, 2 * np.pi), Manifold()
    for _ in range(9):
        angle += rng.normal(0, 0.35)
        goal = spot + np.array([np.cos(angle), np.sin(angle), 0]) * length / 9
        whole += capsule(spot, goal, radius)
        spot = goal
    return whole


def thing(rng: np.random.Generator, reach: float) -> tuple[Body, Array]:
    """Something from a desk that is no print: pen, ruler, cable, screw, box."""
    size = reach * rng.uniform(0.4, 1.3)
    colour = (rng.uniform(0.01, 0.9, 3) ** 1.5).astype(np.float32)
    match rng.integers(5):
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
        case _:
            solid = Manifold.cube(tuple(size * rng.uniform(0.3, 1.2, 3)))
            return as_body(solid), plain_material(colour, 0.2, 20, 0.1)


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


def skin_colour(rng: np.random.Generator) -> Array:
    """From light to dark."""
    tone = rng.uniform(0, 1)
    light, dark = np.array([0.75, 0.45, 0.33]), np.array([0.12, 0.05, 0.03])
    return ((light * tone + dark * (1 - tone)) * rng.uniform(0.85, 1.15, 3)).astype(np.float32)


# --- light and camera -------------------------------------------------------------------------


def lights_for(rng: np.random.Generator, towards_camera: Array, *, sky: int = 10) -> Lights:
    """A key light with soft edges, many weak ones from the sky, at times a flash."""
    key = any_rotation(rng)[0]
    key[2] = abs(key[2]) + 0.25
    if rng.random() < 0.12:
        key = towards_camera + rng.normal(0, 0.08, 3).astype(np.float32)
    key /= np.linalg.norm(key)
    soft = 10 ** rng.uniform(-2.2, -0.5)
    keys = key + soft * rng.normal(size=(4, 3))
    dome = rng.normal(size=(sky, 3))
    dome[:, 2] = np.abs(dome[:, 2]) * 0.9 + 0.05
    every = np.vstack([keys, dome])
    every /= np.linalg.norm(every, axis=1, keepdims=True)
    share = 1 / (1 + 10 ** rng.uniform(-0.9, 0.7))
    side = any_rotation(rng)[0]
    dome_weight = np.clip(1 + 0.9 * every[4:] @ side, 0.05, None)
    warm = np.array([1.0, 0.92, 0.82]) ** rng.uniform(-0.6, 2.0)
    cool = np.array([0.92, 0.97, 1.0]) ** rng.uniform(-0.5, 2.0)
    colour = np.vstack(
        [
            np.tile(warm * share / 4, (4, 1)) * 2,
            (dome_weight / dome_weight.sum())[:, None] * cool * (1 - share) * 2,
        ]
    )
    return Lights(towards=every.astype(np.float32), colour=colour.astype(np.float32))


def looking(rng: np.random.Generator, target: Array, reach: float, *, side_px: int) -> Camera:
    """A phone somewhere above, the print mostly in the middle, at times cut by the frame."""
    elevation = np.radians(90 - 75 * rng.beta(1.4, 1.6)) if rng.random() < 0.9 else np.pi / 2
    return camera_at(
        target, reach,
        azimuth=rng.uniform(0, 2 * np.pi),
        elevation=float(min(elevation, np.radians(89.5))),
        roll=float(rng.normal(0, 0.15) if rng.random() < 0.8 else rng.uniform(-np.pi, np.pi)),
        focal=float(rng.uniform(0.8, 2.4)),
        fill=float(rng.uniform(0.18, 0.85) if rng.random() < 0.85 else rng.uniform(0.85, 1.4)),
        shift=rng.normal(0, 0.08, 2) if rng.random() < 0.8 else rng.uniform(-0.4, 0.4, 2),
        side_px=side_px,
    )  # fmt: skip


def camera_at(  # every knob of a tripod
    target: Array, reach: float, *, azimuth: float, elevation: float, roll: float,
    focal: float, fill: float, shift: NDArray[np.float64], side_px: int,
) -> Camera:  # fmt: skip
    """A camera on a ball around the target.

    Args:
        target: (3,) what it looks at.
        reach: radius in mm of what shall fill the picture.
        azimuth: radians around the vertical.
        elevation: radians above the ground.
        roll: radians around the line of sight.
        focal: in picture sides.
        fill: share of the picture's side that the reach takes.
        shift: (2,) how far the target is off the middle, in picture sides.
        side_px: the picture's side.
    """
    back = np.array(
        [np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation),
         np.sin(elevation)]
    )  # fmt: skip
    forward = -back
    right = np.cross(forward, [0, 0, 1.0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    c, s = np.cos(roll), np.sin(roll)
    rotation = np.stack([c * right + s * down, -s * right + c * down, forward])
    distance = max(2 * reach * focal / fill, reach * 1.3)
    offset = -rotation @ (target + back * distance)
    offset[:2] += shift * distance / focal
    return Camera(
        rotation=rotation.astype(np.float32), offset_mm=offset.astype(np.float32),
        focal_px=focal * side_px, width_px=side_px, height_px=side_px,
    )  # fmt: skip


# --- putting it together ----------------------------------------------------------------------


def gather(placed: Sequence[Placed]) -> Scene:
    """All placed bodies as one scene."""
    vertices, faces, normals, owner, first = [], [], [], [], 0
    for i, item in enumerate(placed):
        vertices.append(item.body.vertices_mm @ item.rotation.T + item.offset_mm)
        faces.append(item.body.faces + first)
        normals.append(item.body.normals @ item.rotation.T)
        owner.append(np.full(len(item.body.faces), i, np.int32))
        first += len(item.body.vertices_mm)
    return Scene(
        vertices_mm=np.concatenate(vertices).astype(np.float32),
        faces=np.concatenate(faces).astype(np.int32),
        normals=np.ascontiguousarray(np.concatenate(normals), np.float32),
        owner=np.concatenate(owner),
        materials=np.stack([item.material for item in placed]),
        up=np.stack([item.rotation[:, 2] for item in placed]).astype(np.float32),
    )


def beside(rng: np.random.Generator, placed: Placed, reach: float, near: float) -> Array:
    """A place on the ground next to what stands at the origin."""
    angle = rng.uniform(0, 2 * np.pi)
    far = (near + reach_of(placed.body)) * rng.uniform(0.75, 1.5) + rng.uniform(0, reach)
    return np.array([far * np.cos(angle), far * np.sin(angle)], np.float32)


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
    spread = float(np.linalg.norm((main.vertices_mm @ pose.T)[:, :2], axis=1).max())
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3])):
        if rng.random() < 0.3:
            body = bodies[rng.integers(len(bodies))]
            scale = np.float32(rng.uniform(0.25, 0.6) * reach / reach_of(body))
            body = Body(
                vertices_mm=body.vertices_mm * scale, faces=body.faces, normals=body.normals,
                rests=body.rests, rest_weights=body.rest_weights,
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


def unit(vector: NDArray[np.float64]) -> Array:
    """The same direction, of length 1."""
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def layer_of(rng: np.random.Generator, reach: float) -> float:
    """Layer height in mm, never finer than a picture of 300 px can show."""
    return float(max(rng.choice([0.12, 0.2, 0.2, 0.28, 0.4]), reach * rng.uniform(0.008, 0.02)))


def synthetic_photo(
    rng: np.random.Generator,
    bodies: Sequence[Body],
    photos: Sequence[RgbPhoto],
    *,
    side_px: int = 288,
    finer: float = 1.5,
) -> Shot:
    """One photo of one print (now and then of none), its mask exact to half a pixel."""
    main = bodies[rng.integers(len(bodies))]
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
    return develop(
        rng, compose(rng, picture, behind * light, index, held=held), picture.owner == index,
        side_px,
    )  # fmt: skip


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
    if rng.random() < 0.08 and index >= 0:
        clear = rng.uniform(0.15, 0.5)
        see = (picture.owner == index)[..., None] * clear
        soft = gaussian_filter(ground, (4, 4, 0))
        return np.where(mask, picture.colour * (1 - see) + soft * see, ground).astype(np.float32)
    return np.where(mask, picture.colour, ground).astype(np.float32)


def develop(rng: np.random.Generator, light: Array, mask: NDArray[np.bool_], side_px: int) -> Shot:
    """From linear light to a phone's JPEG, and the mask at the same size."""
    if rng.random() < 0.12:
        light, mask_soft = smear(rng, light, mask.astype(np.float32))
    else:
        mask_soft = mask.astype(np.float32)
    if rng.random() < 0.15:
        light = (
            gaussian_filter(light, (1.3, 1.3, 0))
            if rng.random() < 0.6
            else gaussian_filter(light, (2.5, 2.5, 0))
        )
    lit_part = light[mask] if mask.any() else light.reshape(-1, 3)
    level = 0.5 * np.percentile(light, 85) + 0.5 * np.percentile(lit_part, 85) + 1e-4
    exposed = light * (rng.uniform(0.3, 1.1) / level)
    exposed = exposed * np.array([rng.uniform(0.85, 1.15), 1, rng.uniform(0.8, 1.15)])
    exposed = np.where(exposed > 0.8, 0.8 + 0.2 * np.tanh((exposed - 0.8) / 0.2), exposed)
    srgb = np.clip(exposed, 0, 1) ** (1 / rng.uniform(1.8, 2.5))
    if rng.random() < 0.5:
        axis = np.linspace(-1, 1, srgb.shape[0])
        fall = 1 - rng.uniform(0, 0.35) * (axis[:, None] ** 2 + axis[None, :] ** 2) / 2
        srgb = srgb * fall[..., None]
    shown = Image.fromarray((srgb * 255).astype(np.uint8)).resize(
        (side_px, side_px), Image.Resampling.BOX
    )
    noisy = np.asarray(shown, np.float32) + rng.normal(
        0, 10 ** rng.uniform(-0.5, 0.9), (side_px, side_px, 3)
    )
    small = Image.fromarray((mask_soft * 255).astype(np.uint8)).resize(
        (side_px, side_px), Image.Resampling.BOX
    )
    return Shot(rgb=as_jpeg(rng, noisy), mask=np.asarray(small))


def smear(rng: np.random.Generator, light: Array, mask: Array) -> tuple[Array, Array]:
    """A short movement of the phone, along a row or a column."""
    length, axis = int(rng.integers(3, 14)), int(rng.integers(2))
    return uniform_filter1d(light, length, axis), uniform_filter1d(mask, length, axis)


def as_jpeg(rng: np.random.Generator, picture: NDArray[np.float32]) -> RgbPhoto:
    """Through a JPEG of random quality and back."""
    held = BytesIO()
    clean = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    clean.save(held, "JPEG", quality=int(rng.integers(45, 96)))
    return np.asarray(Image.open(held).convert("RGB"))


# --- real prints on other tables --------------------------------------------------------------


def pasted_photo(
    rng: np.random.Generator,
    print_rgb: RgbPhoto,
    print_mask: NDArray[np.uint8],
    photos: Sequence[RgbPhoto],
    *,
    side_px: int = 288,
) -> Shot:
    """A real print, lifted by its mask, turned and scaled, on a real or painted background."""
    if rng.random() < 0.65:
        behind = backdrop(rng, photos[rng.integers(len(photos))], side_px)
    else:
        texture = surface(rng)
        start = rng.integers(0, texture.shape[0] - side_px + 1, 2)
        behind = texture[start[0] : start[0] + side_px, start[1] : start[1] + side_px]
    rgb, mask = spun(rng, linear(print_rgb), print_mask.astype(np.float32) / 255, side_px)
    seen = mask > 0.5
    if not seen.any():
        return develop(rng, behind, seen, side_px)
    match = behind.mean() / max(1e-3, float(rgb[seen].mean()))
    rgb = rgb * np.clip(match ** rng.uniform(0, 0.6), 0.4, 2.5)
    shift = rng.normal(0, side_px * 0.02, 2)
    dark = gaussian_filter(np.roll(mask, np.round(shift).astype(int), (0, 1)), side_px * 0.012)
    ground = behind * (1 - rng.uniform(0, 0.8) * dark[..., None])
    edge = gaussian_filter(mask, 0.6)[..., None]
    light = (ground * (1 - edge) + rgb * edge).astype(np.float32)
    return develop(rng, light, seen, side_px)


def spun(rng: np.random.Generator, rgb: Array, mask: Array, side_px: int) -> tuple[Array, Array]:
    """The print turned, scaled and moved so that it fills a fair part of a square."""
    rows, columns = np.nonzero(mask > 0.5)
    middle = np.array([(rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2])
    size = max(np.ptp(rows), np.ptp(columns)) + 1
    scale = size / (side_px * rng.uniform(0.25, 0.9))
    angle = rng.uniform(0, 2 * np.pi)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if rng.random() < 0.5:
        turn[:, 1] *= -1
    grid = np.stack(np.mgrid[:side_px, :side_px]).reshape(2, -1) - side_px / 2
    grid = grid - rng.normal(0, side_px * 0.08, (2, 1))
    places = (turn @ grid + middle[:, None]).reshape(2, side_px, side_px)
    colour = [map_coordinates(rgb[..., k], places, order=1) for k in range(3)]
    return np.stack(colour, -1), map_coordinates(mask, places, order=1)
