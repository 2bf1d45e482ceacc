"""What a job is at, in words the chat has sentences for."""

from enum import Enum

from catalog.watching import PREPARING_STAGE


class Stage(Enum):
    """One step of a job; PARTS counts the parts of one file that are settled."""

    #: The photo waits until all parts are described anew.
    PREPARING = PREPARING_STAGE
    READING = "reading"
    CUTTING_OUT = "cutting_out"
    COMPARING = "comparing"
    RENDERING = "rendering"
    INDEXING = "indexing"
    PARTS = "parts"
