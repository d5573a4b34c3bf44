"""The library: what a person says in their own words finds what essay and literature say of it."""
