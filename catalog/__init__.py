"""What the shop knows: parts, orders, customers, people, sightings, verdicts, jobs.

Knows SQL, files and mesh reading; knows no pixels, no queue, no Telegram. Its doors are its
modules: this one imports nothing, because the cells' children read meshes and pictures through it,
and what opens databases would cost each of them 1.7 CPU seconds to start.
"""
