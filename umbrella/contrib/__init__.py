"""Spouts and bolts for other systems, built on Storm's own connectors."""
