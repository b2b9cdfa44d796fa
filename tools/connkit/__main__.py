"""`python -m connkit`, which works where a script's path would not."""

from connkit.cli.main import main

main()
