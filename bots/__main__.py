"""`python -m bots` is `easel`."""

from bots.cli import main

if __name__ == "__main__":
    main()
