"""Public corpora in the format they are published in: a reader each, from a file or folder to validated documents."""
