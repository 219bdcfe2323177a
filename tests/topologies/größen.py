"""A module whose name is not ASCII."""

UNIT = "m²"
