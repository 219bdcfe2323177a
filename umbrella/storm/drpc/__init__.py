"""DRPC: calls of functions that topologies serve."""
