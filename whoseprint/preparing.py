"""Have a database ready before anything else is opened.

SQLite is migrated by itself, because there one process owns the database; PostgreSQL is migrated by
`whoseprint migrate`, so that two versions never race.
"""

from catalog.migrations import is_current, migrate
from whoseprint.settings import Settings


class NotMigrated(Exception):
    """The database lacks migrations."""

    def __str__(self) -> str:
        return "The database is not up to date. Run: whoseprint migrate"


def prepare_database(settings: Settings) -> None:
    """Migrate SQLite; make sure that PostgreSQL is.

    Raises:
        NotMigrated: it is not.
    """
    if settings.database.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        migrate(settings.database)
    elif not is_current(settings.database):
        raise NotMigrated
