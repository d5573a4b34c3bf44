"""The tests: each says in its docstring the rule it keeps."""
