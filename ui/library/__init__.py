"""The library page: the essay, the literature, one search over both, and adding documents."""
