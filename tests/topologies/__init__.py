"""Topologies that the tests run on a real Storm; imported by worker processes too."""
