"""English syntax: tags, lemmas and dependencies of sentences."""
