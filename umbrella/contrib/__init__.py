"""Spouts and bolts for other systems, over Storm's own connectors."""
