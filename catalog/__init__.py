"""What the shop knows: parts, orders, customers, people, sightings, verdicts, jobs.

Knows SQL, files and mesh reading; knows no pixels, no queue, no Telegram.
"""

from catalog.database import Database, open_database
from catalog.migrations import is_current, migrate

__all__ = ["Database", "is_current", "migrate", "open_database"]
