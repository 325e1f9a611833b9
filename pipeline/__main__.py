"""`python -m pipeline` is `yimai`."""

from pipeline.cli import main

main()
