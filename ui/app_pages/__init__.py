"""One file for each page; `app.py` is the only door to them."""
