"""What the command line shows, and to whom: answers to standard output, the rest to error."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

#: Standard output carries answers only, so that it can be piped.
OUT = Console()
ERR = Console(stderr=True)


def progress_bar() -> Progress:
    """A bar on standard error for work that takes a while."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=ERR,
        transient=True,
    )
