"""Tagging: does the embedded tagger see the levels that people see, and nothing where they do not?

`cases` reads what was said and what readers made of it, `duplicates` takes out what resembles
training statements, `task` asks, `baseline` answers the same by a list of words, `counting`,
`measures`, `spans`, `calibration` and `scorers` judge, `mistakes` shows what went wrong and why,
`timing` how long it takes, `bars` what is asked of it; `report` puts it together, `sections` says
it; `command` is `lange-adem eval tagging`.
"""
