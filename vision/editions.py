"""Under which name a describer's signatures are kept.

A signature is read by the describer that wrote it, in the edition that wrote it: raise a number
here when what a signature holds changes in layout or in meaning (tests/vision/test_editions.py
notices a new layout and new weights). Signatures of another name count as missing, so that parts
are described anew and no process reads what it does not understand, while old and new run side by
side.
"""

from collections.abc import Mapping

from vision.networks import family_of

#: A describer that is not named is in its first edition.
EDITIONS: Mapping[str, int] = {"learned": 2, "hash-aligned": 1, "seed6": 1}


def kept_as(slug: str, editions: Mapping[str, int] = EDITIONS) -> str:
    """The name signatures of this describer are kept under; the first edition has no number.

    Networks that a shop tuned are in the edition of the describer they were tuned for.
    """
    edition = editions.get(family_of(slug), 1)
    return slug if edition == 1 else f"{slug}.{edition}"
