"""The web page. It uses the front door of `assistant` and keeps nothing of its own."""
