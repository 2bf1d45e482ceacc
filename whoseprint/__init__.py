"""The front door: command line, settings, wiring. Imports everything, nothing imports it."""
