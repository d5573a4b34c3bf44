"""`lange-adem forget`: withdrawal by return code."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant import bootstrap, session


def forget(
    code: Annotated[str, typer.Argument(help="the return code of the interview")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Delete an interview with its answers and codings, by its return code."""
    house = bootstrap.open_house()
    interview_id = session.find_by_code(house, code)
    if not yes:
        typer.confirm("Delete this interview for good?", abort=True)
    session.forget(house, interview_id)
    print("Deleted.")
