"""Named arrays as one self-contained string of bytes.

Knows no method: which arrays a signature holds is its describer's business.
Layout, little-endian: magic `WPsg`, version uint16, slug length uint16, slug in UTF-8, then one
zlib stream of arrays, each: name length, dtype length, axes (uint8 each), name, dtype in numpy's
short form, sides (uint32 each), values in C order.
"""

import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.errors import SignatureUnreadable
from vision.shapes import Signature

MAGIC = b"WPsg"
VERSION = 1
HEADER = struct.Struct("<4sHH")
ARRAY = struct.Struct("<BBB")
#: Fast enough for 646 parts in two seconds, a tenth larger than level 9.
ZLIB_LEVEL = 6


class Arrays(dict[str, NDArray[Any]]):
    """The arrays of one signature by name.

    Raises:
        SignatureUnreadable: it holds none of the name that is asked for.
    """

    def __init__(self, slug: str) -> None:
        super().__init__()
        self._slug = slug

    def __missing__(self, name: str) -> NDArray[Any]:
        raise SignatureUnreadable(self._slug, f"it holds no {name}")


def pack(slug: str, arrays: Mapping[str, NDArray[Any]]) -> Signature:
    """Arrays under their names, marked with the method they belong to."""
    name = slug.encode()
    body = b"".join(_written(key, value) for key, value in arrays.items())
    head = HEADER.pack(MAGIC, VERSION, len(name)) + name
    return Signature(head + zlib.compress(body, ZLIB_LEVEL))


def unpack(slug: str, signature: Signature) -> Arrays:
    """The arrays of a signature of this slug.

    Raises:
        SignatureUnreadable: damaged, of another version or of another slug.
    """
    try:
        magic, version, length = HEADER.unpack_from(signature)
        name = signature[HEADER.size : HEADER.size + length].decode()
        if (magic, version, name) != (MAGIC, VERSION, slug):
            raise SignatureUnreadable(slug, f"it says {magic!r}, version {version}, {name!r}")
        return _read(slug, zlib.decompress(signature[HEADER.size + length :]))
    except (struct.error, zlib.error, UnicodeDecodeError, ValueError, TypeError) as damage:
        raise SignatureUnreadable(slug, str(damage)) from damage


def _written(name: str, values: NDArray[Any]) -> bytes:
    little = np.asarray(values, dtype=values.dtype.newbyteorder("<"), order="C")
    key, kind = name.encode(), little.dtype.str.encode()
    head = ARRAY.pack(len(key), len(kind), little.ndim) + key + kind
    return head + struct.pack(f"<{little.ndim}I", *little.shape) + little.tobytes()


def _read(slug: str, body: bytes) -> Arrays:
    arrays = Arrays(slug)
    at = 0
    while at < len(body):
        key_length, kind_length, axes = ARRAY.unpack_from(body, at)
        at += ARRAY.size
        name = body[at : at + key_length].decode()
        kind = np.dtype(body[at + key_length : at + key_length + kind_length].decode())
        at += key_length + kind_length
        sides = struct.unpack_from(f"<{axes}I", body, at)
        at += 4 * axes
        count = int(np.prod(sides, dtype=np.int64))
        values = np.frombuffer(body, kind, count=count, offset=at).reshape(sides)
        arrays[name] = values.astype(kind.newbyteorder("="), copy=False)
        at += count * kind.itemsize
    return arrays
