"""The moment the power goes: nothing after it happens, and nothing catches it."""


class PowerCut(BaseException):
    """Not an Exception: broad handlers must not see it, as they would not see a real one."""
