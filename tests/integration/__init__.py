"""Tests with the real outside world: databases, Chroma, processes."""
