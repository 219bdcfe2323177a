"""Counts, sums and averages over events, asked for by DRPC while more events come in."""
