"""Tell what a file holds from its first bytes, whatever its name says."""

_SNIFFED_BYTES = 4096
_TEXT_SHARE = 0.97
_MAGIC = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"ply\n", "a PLY mesh"),
    (b"ply\r", "a PLY mesh"),
    (b"ISO-10303-21", "a STEP model"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<html", "a web page"),
)
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})


def looks_like(content: bytes) -> str | None:
    """A word for well-known kinds of files, None for anything else."""
    start = content[:64].lstrip()
    return next((word for magic, word in _MAGIC if start.startswith(magic)), None)


def mostly_text(content: bytes) -> bool:
    """Whether a person could read this in a text editor; stray bytes are forgiven."""
    sample = content[:_SNIFFED_BYTES]
    if not sample or looks_like(content) is not None:
        return False
    printable = len(sample.translate(None, _CONTROL))
    return b"\x00" not in sample and printable >= _TEXT_SHARE * len(sample)
