"""Readers and writers of the files that planners exchange."""
