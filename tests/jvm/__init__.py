"""Java components declared in Python, against classes compiled for the tests."""
