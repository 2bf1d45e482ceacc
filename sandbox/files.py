"""Keep the bytes people and the bot send, under Telegram-like ids.

Knows files and pictures: no chats, no HTTP.
A photo is re-encoded as Telegram does it: turned upright, stripped of its metadata, JPEG, the
longest side 1280 pixels and the smaller sizes below it. A document stays byte for byte.
"""

import hashlib
import io
import itertools
import mimetypes
import secrets
import threading
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from sandbox.errors import bad_request
from sandbox.limits import Limits
from sandbox.shapes import Media, MediaKind, PhotoSize, StoredFile

#: Longest sides of the sizes Telegram keeps of a photo.
LONGEST_SIDES_PX = (320, 800, 1280)
JPEG_QUALITY = 87
FALLBACK_TYPE = "application/octet-stream"
#: What the standard table does not know and a print shop sends.
PRINT_TYPES = {
    ".stl": "model/stl",
    ".obj": "model/obj",
    ".ply": "model/ply",
    ".3mf": "model/3mf",
    ".heic": "image/heic",
    ".webp": "image/webp",
}


class FileShelf:
    """Everything that was ever sent, by file id."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._files: dict[str, StoredFile] = {}
        self._media: dict[str, Media] = {}
        self._by_path_name: dict[str, StoredFile] = {}

    def keep_document(self, content: bytes, *, name: str, mime_type: str | None = None) -> Media:
        """Keep a file as it is.

        Raises:
            ApiRefusal: the file is empty.
        """
        if not content:
            raise bad_request("file must be non-empty")
        kept = self._keep(content, name=name, mime_type=mime_type or guess_type(name))
        return self._register(Media(kind=MediaKind.DOCUMENT, document=kept), [kept])

    def keep_photo(self, content: bytes) -> Media:
        """Keep a picture the way Telegram keeps photos.

        Raises:
            ApiRefusal: it is too big, no picture, or shaped like no photo.
        """
        if len(content) > self.limits.photo_bytes:
            raise bad_request(
                f"file of size {len(content)} bytes is too big for a photo; "
                f"the maximum size is {self.limits.photo_bytes} bytes"
            )
        picture = self._opened(content)
        sizes = tuple(self._keep_size(picture, side) for side in _sides(picture))
        return self._register(
            Media(kind=MediaKind.PHOTO, sizes=sizes), [size.file for size in sizes]
        )

    def media(self, file_id: str, kind: MediaKind) -> Media:
        """What a file id stands for.

        Raises:
            ApiRefusal: no such id, or it was sent as something else.
        """
        media = self._media.get(file_id)
        if media is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if media.kind is not kind:
            was, wanted = media.kind.value.capitalize(), kind.value.capitalize()
            raise bad_request(f"can't use file of type {was} as {wanted}")
        return media

    def file(self, file_id: str) -> StoredFile:
        """The stored file of an id.

        Raises:
            ApiRefusal: no such id, or more bytes than a bot may download.
        """
        found = self._files.get(file_id)
        if found is None:
            raise bad_request("invalid file_id")
        if found.size_bytes > self.limits.download_bytes:
            raise bad_request("file is too big")
        return found

    def find(self, file_id: str) -> StoredFile | None:
        """The stored file of an id whatever its size: what a person's own phone may open."""
        return self._files.get(file_id)

    def path_name(self, file: StoredFile) -> str:
        """The path that getFile names, relative to the shelf."""
        return file.path.relative_to(self.folder).as_posix()

    def by_path_name(self, path_name: str) -> StoredFile | None:
        """The file that getFile named like this."""
        return self._by_path_name.get(path_name)

    def _opened(self, content: bytes) -> Image.Image:
        try:
            with Image.open(io.BytesIO(content)) as picture:
                self._check_shape(*picture.size)
                return ImageOps.exif_transpose(picture).convert("RGB")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise bad_request("PHOTO_INVALID_DIMENSIONS") from bomb
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as broken:
            raise bad_request("IMAGE_PROCESS_FAILED") from broken

    def _check_shape(self, width_px: int, height_px: int) -> None:
        long_px, short_px = max(width_px, height_px), max(min(width_px, height_px), 1)
        too_long = width_px + height_px > self.limits.photo_sides_px
        if too_long or long_px / short_px > self.limits.photo_ratio:
            raise bad_request("PHOTO_INVALID_DIMENSIONS")

    def _keep_size(self, picture: Image.Image, longest_px: int) -> PhotoSize:
        sized = picture.copy()
        sized.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
        encoded = io.BytesIO()
        sized.save(encoded, "JPEG", quality=JPEG_QUALITY)
        kept = self._keep(encoded.getvalue(), name="photo.jpg", mime_type="image/jpeg")
        return PhotoSize(file=kept, width_px=sized.width, height_px=sized.height)

    def _keep(self, content: bytes, *, name: str, mime_type: str) -> StoredFile:
        number = next(self._numbers)
        room = self.folder / ("photos" if name == "photo.jpg" else "documents")
        room.mkdir(parents=True, exist_ok=True)
        path = room / f"file_{number}{_safe_suffix(name)}"
        path.write_bytes(content)
        return StoredFile(
            file_id=f"BQACAgI{number:06d}{secrets.token_urlsafe(24)}",
            unique_id=f"AgAD{hashlib.sha256(content).hexdigest()[:12]}",
            name=name,
            mime_type=mime_type,
            size_bytes=len(content),
            path=path,
        )

    def _register(self, media: Media, files: list[StoredFile]) -> Media:
        with self._lock:
            for file in files:
                self._files[file.file_id] = file
                self._media[file.file_id] = media
                self._by_path_name[self.path_name(file)] = file
        return media


def guess_type(name: str) -> str:
    """The MIME type a phone would state for a file of this name."""
    suffix = Path(name).suffix.lower()
    return PRINT_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or FALLBACK_TYPE


def _safe_suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ""


def _sides(picture: Image.Image) -> list[int]:
    longest_px = max(picture.size)
    smaller = [side for side in LONGEST_SIDES_PX if side < longest_px]
    return [*smaller, longest_px] if longest_px < LONGEST_SIDES_PX[-1] else list(LONGEST_SIDES_PX)
