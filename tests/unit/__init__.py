"""Tests of single rooms, with fakes."""
