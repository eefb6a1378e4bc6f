"""Staffing of the queue through the day."""
