"""What is done with a picture inside a cell. Bytes in, pixels or bytes out."""

from catalog.pictures import PictureLimits, RgbImage, read_picture


def decode(content: bytes, limits: PictureLimits) -> RgbImage:
    """The picture, upright, (H, W, 3) uint8 RGB.

    Raises:
        Unreadable: see catalog.pictures.
    """
    return read_picture(content, limits=limits)
