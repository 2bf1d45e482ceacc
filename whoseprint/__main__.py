"""So that `python -m whoseprint` does what `whoseprint` does."""

from whoseprint.cli import main

if __name__ == "__main__":
    main()
