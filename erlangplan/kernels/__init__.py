"""Compiled loops over plain numbers; they know nothing of units, files or frames."""
