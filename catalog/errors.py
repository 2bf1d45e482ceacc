"""What can go wrong with what the shop knows.

CatalogError
├── Complaint          the person can mend it
│   └── Unreadable     something sent cannot be taken in (catalog/unreadable.py)
└── Fault              we must mend it
"""


class CatalogError(Exception):
    """Anything this room may raise on purpose."""


class Complaint(CatalogError):
    """The person can mend it."""


class Fault(CatalogError):
    """We must mend it."""
