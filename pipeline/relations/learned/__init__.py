"""Relations by a trained classifier over pairs of mentions, with the rules as one voice among others."""
