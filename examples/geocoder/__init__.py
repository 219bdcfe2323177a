"""Counts where the visitors of a web server come from, every line exactly once."""
