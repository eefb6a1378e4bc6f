"""Requirement and rules of work in, a schedule with a proven gap out."""
