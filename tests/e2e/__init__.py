"""Tests of the page in a real browser, driven as a person does."""
