"""The rooms of the house: pure functions and small objects that do not know each other."""
