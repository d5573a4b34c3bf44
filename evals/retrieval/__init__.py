"""Retrieval: does the library find what fits, and stay silent when nothing does?

`cases` reads what is asked, `duplicates` takes out what the library was written from, `task` asks,
`baseline` answers the same with plain BM25, `scorers` and `bars` judge, `report` says it; `command`
is `lange-adem eval retrieval`.
"""
