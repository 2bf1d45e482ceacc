"""How fast the shop is, as ratios to the original method measured in the same run.

    whoseprint import DATA/parts --csv DATA/parts.csv
    python benchmarks/speed.py DATA [--photos 40] [--memory-photos 1000] [--out benchmarks/results]

On the catalogue in WHOSEPRINT_DATA_DIR:

- a photo to its candidates as the worker does it, against the original method as the original does
  it: every render file of every part is opened and hashed anew for each photo;
- the first sign of life and the whole answer through the sandbox over HTTP, bot and workers in one
  process;
- a part of 40,000 triangles, from bytes to searchable, in CPU seconds of all processes;
- an import of 100 parts: cores kept busy;
- memory of one vision worker over many photos.

Machines are noisy: trust the ratios and the CPU seconds.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
import trimesh
from PIL import Image

from catalog.meshes.binary_stl import read_back
from catalog.parts import part_of
from catalog.people import Guest, enroll
from catalog.signatures import searchable
from catalog.tables import Role
from samples import catalogue
from sandbox import Message
from vision.rasteriser import render_views
from vision.shapes import Mesh
from vision.viewpoints import axis_views
from whoseprint.demo import open_demo
from whoseprint.evaluation import read_photo_list
from whoseprint.running import embedded_shop, warm_up
from whoseprint.settings import read_settings
from whoseprint.wiring import opened_shop
from workers.add_named import add_named
from workers.identify import identify_photos
from workers.index_part import index_part
from workers.read_file import read_mesh_file
from workers.shop import Shop

FINE_TRIANGLES = 40_000
#: Photos the slow baseline is timed on.
BASELINE_PHOTOS = 3
IMPORTED = 100
PATIENCE_S = 120.0
HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Measure everything and write speed.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--memory-photos", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    asked = parser.parse_args()
    photos = [each.path.read_bytes() for each in read_photo_list(asked.data / "photos.csv")]
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load": os.getloadavg()[0]}
    with opened_shop(read_settings()) as shop:
        warm_up(shop)
        figures["parts"] = shop.index.current().parts
        figures |= search(shop, spread(photos, asked.photos))
        figures |= memory(shop, photos, asked.memory_photos)
    figures |= chat(spread(photos, asked.photos))
    figures |= fine_part()
    figures |= imports(asked.data / "parts")
    text = json.dumps(figures, indent=2) + "\n"
    (asked.out / "speed.json").write_text(text, encoding="utf-8")
    print(text)


def spread(photos: list[bytes], count: int) -> list[bytes]:
    """So many of them, evenly from the whole list."""
    return [photos[i] for i in np.linspace(0, len(photos) - 1, count).astype(int)]


def search(shop: Shop, photos: list[bytes]) -> dict[str, Any]:
    """Milliseconds a photo, ours and the original's."""
    ours = [timed_ms(lambda p=photo: identify_photos([p], shop=shop)) for photo in photos]
    with tempfile.TemporaryDirectory() as folder:
        renders = render_files(shop, Path(folder))
        baseline = [
            timed_ms(lambda p=photo: original_search(shop, p, renders))
            for photo in photos[:BASELINE_PHOTOS]
        ]
    return {
        "photo_ms_p50": percentile(ours, 50),
        "photo_ms_p95": percentile(ours, 95),
        "original_photo_ms_p50": percentile(baseline, 50),
        "times_faster_than_the_original": round(
            statistics.median(baseline) / statistics.median(ours), 1
        ),
    }


def render_files(shop: Shop, folder: Path) -> dict[int, list[Path]]:
    """Six pictures a part on disk, as the original keeps them."""
    with shop.database.reading() as session:
        ids = list(searchable(session, shop.recognition.describer.slug))
        keys = {part_id: part.mesh_key for part_id in ids if (part := part_of(session, part_id))}
    files: dict[int, list[Path]] = {}
    for part_id, key in keys.items():
        read = read_back(shop.files.read(key))
        mesh = Mesh(vertices_mm=read.vertices_mm, faces=read.faces)
        views = render_views(mesh, axis_views(), size_px=256)
        files[part_id] = []
        for number, (normals, mask) in enumerate(zip(views.normals, views.mask, strict=True)):
            shaded = (255 * (0.3 - 0.7 * normals[..., 2]).clip(0, 1) * mask).astype(np.uint8)
            path = folder / f"{part_id}-{number}.png"
            Image.fromarray(shaded).save(path)
            files[part_id].append(path)
    return files


def original_search(shop: Shop, photo: bytes, renders: dict[int, list[Path]]) -> int:
    """Cut out, then open and hash every render file: what the original does for each request."""
    asked = identify_photos([photo], shop=shop, k=1).cut_outs
    picture = Image.fromarray(asked[0].rgb if asked else np.zeros((64, 64, 3), np.uint8))
    average, perceptual = imagehash.average_hash(picture), imagehash.phash(picture)

    def distance(path: Path) -> int:
        with Image.open(path) as render:
            near = imagehash.average_hash(render) - average
            return int(near + (imagehash.phash(render) - perceptual))

    return min(renders, key=lambda part: min(distance(path) for path in renders[part]))


def memory(shop: Shop, photos: list[bytes], count: int) -> dict[str, Any]:
    """Growth of this process from its first hundred photos to the last."""
    settled = 0
    for number in range(count):
        identify_photos([photos[number % len(photos)]], shop=shop)
        if number == min(100, count // 2):
            settled = resident_bytes()
    grown = resident_bytes() - settled
    return {
        "memory_photos": count,
        "memory_mb": round(resident_bytes() / 1e6),
        "memory_growth_share": round(grown / settled, 4),
    }


def chat(photos: list[bytes]) -> dict[str, Any]:
    """Seconds until the first sign of life and until the answer, one photo after another."""
    settings = read_settings()
    signs, answers = [], []
    with embedded_shop(settings) as shop:
        warm_up(shop)
        with open_demo(settings, shop, port=0) as demo:
            for number, photo in enumerate(photos):
                person = demo.sandbox.person(user_id=2000 + number, name="Guest")
                enroll_guest(shop, person.user_id)
                person.is_acquainted()
                start = time.perf_counter()
                sent = person.sends_photo(photo)
                person.waits_for(is_final, after=sent, timeout_s=PATIENCE_S)
                answers.append(time.perf_counter() - start)
                signs.append(person.first_sign_s(sent))
    return {
        "first_sign_s_p95": percentile(signs, 95),
        "answer_s_p50": percentile(answers, 50),
        "answer_s_p95": percentile(answers, 95),
    }


def enroll_guest(shop: Shop, telegram_id: int) -> None:
    """Let one more person in."""
    guest = Guest(telegram_id=telegram_id, name="Guest", language="en")
    with shop.database.transaction() as session:
        enroll(session, guest, role=Role.WORKER, now=shop.clock())


def is_final(message: Message) -> bool:
    """A status line ends with an ellipsis; every answer has a picture, buttons or a full stop."""
    return bool(message.photo or message.buttons) or "…" not in message.text


def fine_part() -> dict[str, Any]:
    """CPU seconds of a new part of 40,000 triangles, all processes, cells warm."""
    mesh = next(part for part in catalogue() if part.name == "twisted-vase").mesh
    while len(mesh.faces) * 4 <= FINE_TRIANGLES * 2:
        mesh = mesh.subdivide()
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings().model_copy(
            update={"data_dir": Path(folder), "database_url": None, "files_url": None}
        )
        with opened_shop(settings) as shop:
            take_in(shop, "warm-up", trimesh.creation.box((30, 20, 10)))
            before = cpu_seconds()
            take_in(shop, "fine", mesh)
            return {
                "fine_part_triangles": len(mesh.faces),
                "fine_part_cpu_s": round(cpu_seconds() - before, 2),
            }


def take_in(shop: Shop, name: str, mesh: trimesh.Trimesh) -> None:
    """From bytes to searchable."""
    stl = bytes(mesh.export(file_type="stl"))
    for found in read_mesh_file(stl, f"{name}.stl", called=name, shop=shop):
        index_part(add_named(found, shop=shop).part_id, shop)


def imports(parts: Path) -> dict[str, Any]:
    """An import of a hundred parts by the command, its CPU seconds and how many cores it kept."""
    with tempfile.TemporaryDirectory() as folder:
        some = Path(folder) / "some"
        some.mkdir()
        for number, file in enumerate(sorted(parts.rglob("*.stl"))[:IMPORTED]):
            shutil.copy(file, some / f"{number:03d}.stl")
        environment = {**os.environ, "WHOSEPRINT_DATA_DIR": str(Path(folder) / "data")}
        before, start = os.times(), time.perf_counter()
        command = [sys.executable, "-m", "whoseprint", "import", str(some)]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command
        wall_s, after = time.perf_counter() - start, os.times()
    cpu_s = after.children_user - before.children_user
    cpu_s += after.children_system - before.children_system
    return {
        "import_parts": IMPORTED,
        "import_wall_s": round(wall_s, 1),
        "import_cpu_s": round(cpu_s, 1),
        "import_cores_kept_busy": round(cpu_s / wall_s, 2),
    }


def timed_ms(deed: Any) -> float:  # noqa: ANN401  # any callable without arguments
    """Wall milliseconds of one call."""
    start = time.perf_counter()
    deed()
    return (time.perf_counter() - start) * 1000


def percentile(values: list[float], which: int) -> float:
    """Rounded to a sensible number of digits."""
    return round(float(np.percentile(values, which)), 2)


def resident_bytes() -> int:
    """Memory of this process that is really there."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES


def cpu_seconds() -> float:
    """CPU time of this process and everything it started that still runs."""
    return sum(_ticks(pid) for pid in _family(os.getpid())) / TICKS


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = Path(f"/proc/{pid}/task").iterdir()
    found = {
        int(child) for thread in threads for child in (thread / "children").read_text().split()
    } | {int(child) for child in children}
    return [pid, *(member for child in found for member in _family(child))]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()
