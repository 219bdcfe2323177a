"""Benchmarks on a real Storm: Umbrella beside pystorm, Storm's own storm.py, and Java. See README.md."""
