"""Alembic migrations of the store. A released one is never edited: a new one is added.

To add one: change `tables.py`, write `versions/<next>_<what>.py`, add its revision to
`schema.REVISIONS`, and write the new schema out in `tests/integration/test_schema.py`.
"""
