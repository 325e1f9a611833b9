"""Taggers trained on annotated text: pieces, features, a linear chain over them."""
