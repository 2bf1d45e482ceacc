"""Jobs that many tests start from."""

import io

from PIL import Image
from sqlalchemy import select

from catalog.files import FileKey
from catalog.jobs import NewJob, queue_job
from catalog.sightings import NewSighting, SentPhoto, add_photo, open_sighting
from catalog.tables import Delivery, Job, JobKind, JobState
from tests.fakes.shop_floor import somebody
from workers.shop import Shop

CHAT = 7


def plain_photo(*, grey: int = 200) -> bytes:
    """A JPEG on which there is nothing."""
    file = io.BytesIO()
    Image.new("RGB", (320, 240), (grey, grey, grey)).save(file, "JPEG")
    return file.getvalue()


def photo_job(shop: Shop, *photos: bytes) -> int:
    """Somebody sends photos of one print."""
    return _identify_job(shop, [shop.files.keep(photo) for photo in photos])


def lost_photo_job(shop: Shop) -> int:
    """A photo whose file is gone: every attempt at it fails."""
    return _identify_job(shop, [FileKey("sha256/00/00")])


def file_job(shop: Shop, content: bytes, name: str, *, caption: str = "") -> int:
    """An admin sends a file."""
    facts = {"file_key": shop.files.keep(content), "file_name": name, "caption": caption}
    new = NewJob(kind=JobKind.RECEIVE, chat_id=CHAT, status_message_id=40, facts=facts)
    with shop.database.transaction() as session:
        return queue_job(session, new, now=shop.clock())


def state_of(shop: Shop, job_id: int) -> tuple[JobState, int, str | None]:
    """A job's state, attempts, and the reason why it was given up."""
    with shop.database.reading() as session:
        row = session.get_one(Job, job_id)
        return row.state, row.attempts, row.reason


def told(shop: Shop) -> list[tuple[str, int | None]]:
    """Kind and job of everything in the outbox, oldest first."""
    with shop.database.reading() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.id))
        return [(row.kind, row.job_id) for row in rows]


def _identify_job(shop: Shop, keys: list[FileKey]) -> int:
    with shop.database.transaction() as session:
        person_id = somebody(session, shop.clock)
        opened = open_sighting(
            session, NewSighting(person_id=person_id, chat_id=CHAT), now=shop.clock()
        )
        for number, key in enumerate(keys):
            photo = SentPhoto(
                chat_id=CHAT,
                message_id=1000 * opened.sighting_id + number,
                telegram_file_id="AgAC",
                file_key=key,
            )
            add_photo(session, opened.sighting_id, photo)
        new = NewJob(
            kind=JobKind.IDENTIFY,
            sighting_id=opened.sighting_id,
            person_id=person_id,
            chat_id=CHAT,
            status_message_id=30,
        )
        return queue_job(session, new, now=shop.clock())
