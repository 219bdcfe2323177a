"""``python -m umbrella`` is the command ``umbrella``."""

from umbrella.cli.start import main

if __name__ == "__main__":
    main()
