"""How fast the shop is: what people wait for, what parts cost, what a worker holds.

    whoseprint import DATA/parts --csv DATA/parts.csv
    python benchmarks/speed.py DATA [SECTION ...] [--patience 1] [--out benchmarks/results]

Sections, each a process of its own with a bound on its time, each kept in speed.json by itself:

- chat: the first sign of life and the answer through the sandbox over HTTP, bot and workers in one
  process; one photo after another, then twenty people at once;
- original: a photo's candidates as a worker finds them, beside the original method as the original
  does it: every render file of every part is opened and hashed anew for each photo;
- fine: a part of 40,000 triangles from bytes to searchable, in CPU seconds of all processes;
- imports: a hundred real parts by the command, on a terminal;
- memory: a thousand photos through one worker, job by job.

The catalogue is the one in WHOSEPRINT_DATA_DIR; a copy of it is worked on. Machines are noisy:
trust CPU seconds and ratios of the same run more than the clock.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from clocks import cpu_seconds, resident_bytes
from imports_watched import watched_import
from original import original_search, render_files

from catalog.jobs import NewJob, queue_job
from catalog.parts import retire
from catalog.people import Guest, enroll
from catalog.sightings import NewSighting, SentPhoto, add_photo, open_sighting
from catalog.signatures import searchable
from catalog.tables import JobKind, Queue, Role
from samples import catalogue
from sandbox import Message, Person
from vision.editions import kept_as
from vision.shapes import Mesh
from vision.simplify import simplified
from whoseprint.demo import OpenDemo, open_demo
from whoseprint.evaluation import read_photo_list
from whoseprint.running import embedded_shop, warm_up
from whoseprint.settings import Settings, read_settings
from whoseprint.wiring import opened_shop
from workers.add_named import add_named
from workers.identify import identify_photos
from workers.index_part import index_part
from workers.read_file import read_mesh_file
from workers.shop import Shop
from workers.work import work_on

#: Seconds after which a section measures nothing more; it says how far it came.
BOUNDS_S = {"chat": 120, "original": 60, "fine": 40, "imports": 90, "memory": 400}
#: What a section may take on top for opening and closing, before it is stopped without figures.
GRACE_S = 60
#: What must hold: section, figure, and the figure it must stay below.
LIMITS = (
    ("chat", "first_sign_s_p95", 1.0), ("chat", "burst_first_sign_s_p95", 1.0),
    ("chat", "answer_s_p50", 2.0), ("fine", "cold_cpu_s", 5.0), ("fine", "warm_cpu_s", 5.0),
    ("memory", "growth_share", 0.05),
)  # fmt: skip
CHAT_PHOTOS, BURST, BASELINE_PHOTOS = 40, 20, 3
FINE_TRIANGLES, IMPORTED = 40_000, 100
#: The catalogue of the memory run: small, so that a thousand photos take minutes.
MEMORY_PARTS, MEMORY_PHOTOS, MEMORY_TURN = 20, 1000, 40
PATIENCE_S = 60.0
HERE = Path(__file__).parent
Figures = dict[str, Any]


def main() -> None:
    """Measure the sections asked for, all of them unless told otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []])
    parser.add_argument("--patience", type=float, default=1.0, help="times the bounds, if busy")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    asked = parser.parse_args()
    kept = asked.out / "speed.json"
    if len(asked.sections) == 1:
        section = asked.sections[0]
        bound_s = BOUNDS_S[section] * asked.patience
        keep(kept, section, measured(section, asked.data, bound_s=bound_s))
        return
    for section in asked.sections or SECTIONS:
        options = ["--out", str(asked.out), "--patience", str(asked.patience)]
        command = [sys.executable, __file__, str(asked.data), section, *options]
        bound_s = (BOUNDS_S[section] + GRACE_S) * asked.patience
        subprocess.run(command, check=True, timeout=bound_s)  # noqa: S603  # our own command
    for section, figure, limit in LIMITS:
        value = json.loads(kept.read_text(encoding="utf-8"))[section][figure]
        print(f"{section}.{figure}: {value} {'<' if value < limit else 'MISSES'} {limit}")


def measured(section: str, data: Path, *, bound_s: float) -> Figures:
    """One section's figures, and when and where they were taken."""
    start, load = time.perf_counter(), os.getloadavg()[0]
    figures = SECTIONS[section](data, start + bound_s)
    return {
        **figures,
        "seconds": round(time.perf_counter() - start),
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load_before": round(load, 1),
    }


def keep(path: Path, section: str, figures: Figures) -> None:
    """Put one section's figures among the others."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    text = json.dumps({**before, section: figures}, indent=2, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8")
    print(section, json.dumps(figures, indent=2), flush=True)


def chat(data: Path, until_s: float) -> Figures:
    """Seconds until the first sign of life and until the answer, as people see them."""
    photos = spread(data, CHAT_PHOTOS)
    signs, answers, cpu = [], [], []
    with copied_catalogue() as settings, embedded_shop(settings) as shop:
        warm_up(shop)
        with open_demo(settings, shop, port=0) as demo:
            wait_for_answer(*send(newcomer(demo, 0), photos[0]))
            for number, photo in enumerate(photos, start=1):
                if time.perf_counter() > until_s - PATIENCE_S / 2:
                    break
                person, start, before = newcomer(demo, number), time.perf_counter(), cpu_seconds()
                _, sent = send(person, photo)
                wait_for_answer(person, sent)
                answers.append(time.perf_counter() - start)
                cpu.append(cpu_seconds() - before)
                signs.append(person.first_sign_s(sent) or PATIENCE_S)
            rush = burst(demo, photos[:BURST])
        parts = shop.index.current().parts
    return {
        "parts": parts, "photos": len(answers), "first_sign_s_p95": percentile(signs, 95),
        "answer_s_p50": percentile(answers, 50), "answer_s_p95": percentile(answers, 95),
        "answer_cpu_s_p50": percentile(cpu, 50), **rush,
    }  # fmt: skip


def burst(demo: OpenDemo, photos: Sequence[bytes]) -> Figures:
    """The same when so many people send a photo at the same moment."""
    people = [newcomer(demo, 1000 + number) for number in range(len(photos))]
    start = time.perf_counter()
    sent = [send(person, photo) for person, photo in zip(people, photos, strict=True)]
    for person, message in sent:
        wait_for_answer(person, message)
    signs = [person.first_sign_s(message) or PATIENCE_S for person, message in sent]
    return {
        "burst_photos": len(photos),
        "burst_first_sign_s_p95": percentile(signs, 95),
        "burst_photos_per_s": round(len(photos) / (time.perf_counter() - start), 2),
    }


def original(data: Path, until_s: float) -> Figures:
    """Seconds a photo, ours and the original's, on the same photos."""
    ours, theirs = [], []
    with (
        copied_catalogue() as settings,
        opened_shop(settings) as shop,
        tempfile.TemporaryDirectory() as folder,
    ):
        warm_up(shop)
        renders = render_files(shop, Path(folder))
        photos = spread(data, BASELINE_PHOTOS)
        identify_photos(photos[:1], shop=shop)  # the first one loads what others find loaded
        for photo in photos:
            if theirs and time.perf_counter() > until_s:
                break
            ours.append(costs(partial(identify_photos, [photo], shop=shop)))
            theirs.append(costs(partial(original_search, photo, shop=shop, renders=renders)))
    mine, other = np.median(ours[-BASELINE_PHOTOS:], axis=0), np.median(theirs, axis=0)
    return {
        "parts": len(renders), "photos": len(theirs),
        "photo_s": round(mine[0], 2), "photo_cpu_s": round(mine[1], 2),
        "original_photo_s": round(other[0], 2), "original_photo_cpu_s": round(other[1], 2),
        "times_faster": round(other[0] / mine[0], 1),
        "times_less_cpu": round(other[1] / mine[1], 1),
    }  # fmt: skip


def fine(_data: Path, _until_s: float) -> Figures:
    """CPU seconds of a part of 40,000 triangles, cells warm and cells not started yet."""
    stl = fine_stl()
    with tempfile.TemporaryDirectory() as folder:
        settings = in_folder(Path(folder))
        with opened_shop(settings) as shop:
            small = bytes(trimesh.creation.box((30, 20, 10)).export(file_type="stl"))
            take_in(shop, "small", small)  # compiles what is compiled once a machine
            warm = costs(partial(take_in, shop, "warm", stl))
        with opened_shop(settings) as shop:
            cold = costs(partial(take_in, shop, "cold", stl))
            thousands = costs(partial(take_in, shop, "thousands", fine_stl(3000)))
    return {
        "triangles": FINE_TRIANGLES, "warm_cpu_s": round(warm[1], 2),
        "cold_cpu_s": round(cold[1], 2), "of_3000_triangles_cpu_s": round(thousands[1], 2),
    }  # fmt: skip


def fine_stl(triangles: int = FINE_TRIANGLES) -> bytes:
    """A sample vase with exactly as many triangles as wanted."""
    mesh = next(part for part in catalogue() if part.name == "twisted-vase").mesh
    while len(mesh.faces) <= triangles:
        mesh = mesh.subdivide()
    vertices, faces = np.array(mesh.vertices), np.array(mesh.faces, np.int32)
    coarse = simplified(Mesh(vertices_mm=vertices, faces=faces), triangles=triangles)
    made = trimesh.Trimesh(coarse.vertices_mm, coarse.faces, process=False)
    return bytes(made.export(file_type="stl"))


def take_in(shop: Shop, name: str, stl: bytes) -> None:
    """From bytes to searchable."""
    for found in read_mesh_file(stl, f"{name}.stl", called=name, shop=shop):
        index_part(add_named(found, shop=shop).part_id, shop)


def imports(data: Path, until_s: float) -> Figures:
    """An import of a hundred parts on a terminal: CPU seconds, cores kept busy, steps shown."""
    files = sorted((data / "parts").rglob("*.stl"))
    with tempfile.TemporaryDirectory() as folder:
        some = Path(folder) / "some"
        some.mkdir()
        for number in np.linspace(0, len(files) - 1, IMPORTED).astype(int):
            shutil.copy(files[number], some / f"{number:03d}.stl")
        seen = watched_import(some, Path(folder) / "data", patience_s=until_s - time.perf_counter())
    return {
        "parts": IMPORTED, "told": seen.told, "steps_shown": seen.steps_shown,
        "wall_s": round(seen.wall_s, 1), "cpu_s": round(seen.cpu_s, 1),
        "cpu_s_per_part": round(seen.cpu_s / IMPORTED, 2),
        "cores_kept_busy": round(seen.cpu_s / seen.wall_s, 2),
    }  # fmt: skip


def memory(data: Path, until_s: float) -> Figures:
    """Memory of a worker and its cells in its third turn of some photos and in its last."""
    photos = spread(data, MEMORY_TURN)
    held: list[int] = []
    ends: set[str] = set()
    with copied_catalogue() as settings, opened_shop(settings) as shop:
        keep_only(MEMORY_PARTS, shop)
        warm_up(shop)
        while len(held) < MEMORY_PHOTOS and time.perf_counter() < until_s:
            end = work_on(
                identify_job(shop, photos[len(held) % MEMORY_TURN]), Queue.VISION, shop=shop
            )
            ends.add(end.value if end else "not ours")
            held.append(resident_bytes())
        parts = shop.index.current().parts
    first, last = np.mean(held[2 * MEMORY_TURN :][:MEMORY_TURN]), np.mean(held[-MEMORY_TURN:])
    return {
        "parts": parts, "jobs": len(held), "different_photos": MEMORY_TURN, "ends": sorted(ends),
        "mb_at_first": round(first / 1e6), "mb_at_last": round(last / 1e6),
        "mb_at_most": round(max(held) / 1e6), "growth_share": round(last / first - 1, 4),
    }  # fmt: skip


SECTIONS: dict[str, Callable[[Path, float], Figures]] = {
    "chat": chat, "original": original, "fine": fine, "imports": imports, "memory": memory,
}  # fmt: skip


def identify_job(shop: Shop, photo: bytes) -> int:
    """Queue a photo as the bot does."""
    with shop.database.transaction() as session:
        now = shop.clock()
        guest = Guest(telegram_id=7, name="Guest", language="en")
        person_id = enroll(session, guest, role=Role.WORKER, now=now).id
        sighting = open_sighting(session, NewSighting(person_id=person_id, chat_id=7), now=now)
        sent = SentPhoto(
            chat_id=7, message_id=sighting.sighting_id, telegram_file_id="AgAC",
            file_key=shop.files.keep(photo),
        )  # fmt: skip
        add_photo(session, sighting.sighting_id, sent)
        new = NewJob(
            kind=JobKind.IDENTIFY, sighting_id=sighting.sighting_id, person_id=person_id,
            chat_id=7, status_message_id=1,
        )  # fmt: skip
        return queue_job(session, new, now=now)


def keep_only(count: int, shop: Shop) -> None:
    """Retire every part but the first ones."""
    with shop.database.transaction() as session:
        ids = sorted(searchable(session, kept_as(shop.recognition.describer.slug)))
        for part_id in ids[count:]:
            retire(session, part_id)


def newcomer(demo: OpenDemo, number: int) -> Person:
    """One more person: nobody may send forty photos a minute."""
    person = demo.sandbox.person(user_id=2000 + number, name="Guest")
    guest = Guest(telegram_id=person.user_id, name="Guest", language="en")
    with demo.shop.database.transaction() as session:
        enroll(session, guest, role=Role.WORKER, now=demo.shop.clock())
    return person.is_acquainted()


def send(person: Person, photo: bytes) -> tuple[Person, Message]:
    """Send a photo."""
    return person, person.sends_photo(photo)


def wait_for_answer(person: Person, sent: Message) -> None:
    """A status line ends with an ellipsis; every answer has a picture, buttons or a full stop."""
    person.waits_for(
        lambda m: bool(m.photo or m.buttons) or "…" not in m.text, after=sent, timeout_s=PATIENCE_S
    )


def spread(data: Path, count: int) -> list[bytes]:
    """So many real photos, evenly from the whole list."""
    photos = read_photo_list(data / "photos.csv")
    return [photos[i].path.read_bytes() for i in np.linspace(0, len(photos) - 1, count).astype(int)]


@contextmanager
def copied_catalogue() -> Iterator[Settings]:
    """Settings of a copy of the catalogue, so that the shop's own sees none of this."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "data"
        shutil.copytree(read_settings().data_dir, copy)
        yield in_folder(copy)


def in_folder(folder: Path) -> Settings:
    """The same settings with everything in one folder."""
    nowhere_else = {"database_url": None, "files_url": None, "redis_url": None}
    return read_settings().model_copy(update={"data_dir": folder, **nowhere_else})


def costs(deed: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds and CPU seconds of one call, all processes."""
    start, before = time.perf_counter(), cpu_seconds()
    deed()
    return time.perf_counter() - start, cpu_seconds() - before


def percentile(values: list[float], which: int) -> float:
    """Rounded to a sensible number of digits."""
    return round(float(np.percentile(values, which)), 2)


if __name__ == "__main__":
    main()
