"""The queue and the use cases: identify a print, take in a file, index a part.

Knows vision and catalog; knows no Telegram and no sentence. Its doors are its modules: this one
imports nothing, because every cell's child process passes through it and must stay small.
"""
