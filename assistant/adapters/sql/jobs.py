"""The statements of the queue: answers that wait for a slow coder, and who holds them.

A job is free when nobody holds it or its holder is dead: silent for longer than it promised. A dead
worker is first locked, so that it cannot come back to life in the same moment; then to be free is
a matter of the job's own row, which PostgreSQL looks at anew once it has the lock on it. So no job
changes hands while its holder lives, however many claim at once. The order of locks: an interview,
workers, jobs.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from assistant.adapters.sql import rows
from assistant.adapters.sql.derived import ANSWERED, AnySelect
from assistant.adapters.sql.holding import OF_INTERVIEW, hold
from assistant.adapters.sql.rows import AnyRow
from assistant.adapters.sql.tables import Words, coding_jobs, codings, interviews, turns, workers
from assistant.records import Coder, CodingJob, JobCounts

_JOB_OF_TURN = (coding_jobs.c.interview_id == turns.c.interview_id) & (
    coding_jobs.c.seq == turns.c.seq
)
_JOBS_ON_TURNS = select(coding_jobs.c.id).join(turns, _JOB_OF_TURN)
# Whether any job hangs on the turn that is selected from.
AWAITED = exists().where(_JOB_OF_TURN)

_FOR_CODER = (
    (coding_jobs.c.origin == bindparam("by_origin"))
    & (coding_jobs.c.codebook == bindparam("by_codebook"))
    & (coding_jobs.c.version == bindparam("by_version"))
)
_OF_INTERVIEW = (coding_jobs.c.interview_id == OF_INTERVIEW) & _FOR_CODER
_THIS_JOB = _OF_INTERVIEW & (coding_jobs.c.seq == bindparam("at"))
_HELD_JOB = _THIS_JOB & (coding_jobs.c.holder == bindparam("worker"))
_SEVERAL: BindParameter[Sequence[int]] = bindparam("places", expanding=True)
_CODED_BY = exists().where(
    ANSWERED,
    codings.c.origin == bindparam("by_origin"),
    codings.c.codebook == bindparam("by_codebook"),
    codings.c.coder == bindparam("by_version"),
)
_TEXT_ANSWERS = (
    select(turns.c.seq, or_(_CODED_BY, AWAITED.where(_FOR_CODER)).label("settled"))
    .where(
        turns.c.interview_id == OF_INTERVIEW,
        turns.c.seq.in_(_SEVERAL),
        turns.c.answer_kind == "text",
    )
    .order_by(turns.c.seq)
)
_ADD_JOBS = insert(coding_jobs)
_TAKE_OFF = delete(coding_jobs).where(_THIS_JOB)
_TAKE_OFF_HELD = delete(coding_jobs).where(_HELD_JOB).returning(coding_jobs.c.attempts)
_TAKE_OFF_GIVEN_UP = delete(coding_jobs).where(
    _OF_INTERVIEW, coding_jobs.c.seq.in_(_SEVERAL), coding_jobs.c.state == "given_up"
)
_GIVE_UP = update(coding_jobs).where(_HELD_JOB).values(state="given_up", holder=None)

# Words for both databases; SQLAlchemy has an upsert for each, and none for both.
_LIVE_ON = text(
    "INSERT INTO workers (name, alive_until) VALUES (:worker, :until)"
    " ON CONFLICT (name) DO UPDATE SET alive_until = excluded.alive_until"
    " WHERE workers.alive_until < excluded.alive_until"
).bindparams(bindparam("worker", type_=Words))
_LIVES = select(workers.c.name).where(
    workers.c.name == bindparam("worker"), workers.c.alive_until > bindparam("now")
)
# Locked in one order; who is locked already is dealt with by who locked it.
_SILENT = (
    select(workers.c.name)
    .where(workers.c.alive_until <= bindparam("since"))
    .order_by(workers.c.name)
    .with_for_update(key_share=True, skip_locked=True)
)
_DROP = delete(workers).where(workers.c.name.in_(bindparam("silent", expanding=True)))
_FREE = (
    select(
        *coding_jobs.c["id", "interview_id", "seq", "attempts"],
        turns.c.answer_text,
        *interviews.c["lang", "consent"],
    )
    .select_from(coding_jobs)
    .join(turns, _JOB_OF_TURN)
    .join(interviews, interviews.c.id == coding_jobs.c.interview_id)
    .where(
        _FOR_CODER,
        coding_jobs.c.state == "waiting",
        or_(
            coding_jobs.c.holder.is_(None),
            coding_jobs.c.holder.in_(bindparam("dead", expanding=True)),
        ),
    )
    .order_by(coding_jobs.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(of=coding_jobs, skip_locked=True)
)
_TAKE = (
    update(coding_jobs)
    .where(coding_jobs.c.id.in_(bindparam("taken", expanding=True)))
    .values(holder=bindparam("worker"), attempts=coding_jobs.c.attempts + 1)
)
_LIVING_HOLDER = (workers.c.name == coding_jobs.c.holder) & (
    workers.c.alive_until > bindparam("now")
)
_COUNTS = (
    select(
        func.count()
        .filter(coding_jobs.c.state == "waiting", workers.c.name.is_(None))
        .label("waiting"),
        func.count(workers.c.name).label("under_way"),
        func.count().filter(coding_jobs.c.state == "given_up").label("given_up"),
    )
    .select_from(coding_jobs)
    .outerjoin(workers, _LIVING_HOLDER)
    .where(_FOR_CODER)
)


def wait(connection: Connection, interview_id: str, seqs: Sequence[int], coder: Coder) -> None:
    """Let text answers wait for `coder`, unless they do, were given up, or have a coding by it.

    The caller is alone with the interview. Raises ValueError for what is no answer in words.
    """
    these = {"of_interview": interview_id, "places": seqs, **_by(coder)}
    found = connection.execute(_TEXT_ANSWERS, these).all()
    wordless = set(seqs) - {row.seq for row in found}
    if wordless:
        raise ValueError(f"turn {min(wordless)} has no answer in words that could be coded")
    added = [rows.job_row(interview_id, row.seq, coder, 0) for row in found if not row.settled]
    if added:
        connection.execute(_ADD_JOBS, added)


def wait_no_more(connection: Connection, interview_id: str, seq: int, coder: Coder) -> None:
    """Take a job off, whoever holds it."""
    connection.execute(_TAKE_OFF, {"of_interview": interview_id, "at": seq, **_by(coder)})


def enqueue(connection: Connection, interview_id: str, seqs: Sequence[int], coder: Coder) -> None:
    """Let text answers wait for `coder`; given up ones do so anew.

    Raises InterviewGone, or ValueError for what is no answer in words.
    """
    hold(connection, interview_id)
    these = {"of_interview": interview_id, "places": seqs, **_by(coder)}
    connection.execute(_TAKE_OFF_GIVEN_UP, these)
    wait(connection, interview_id, seqs, coder)


def alive(connection: Connection, worker: str, until: float, silent_since: float) -> None:
    """Let `worker` live on until then, and drop who died before `silent_since`."""
    connection.execute(_LIVE_ON, {"worker": worker, "until": until})
    silent = connection.scalars(_SILENT, {"since": silent_since}).all()
    if silent:
        connection.execute(_DROP, {"silent": silent})


def leave(connection: Connection, worker: str) -> None:
    """Drop `worker`; its jobs have no holder then."""
    connection.execute(_DROP, {"silent": [worker]})


def claim(
    connection: Connection, worker: str, coder: Coder, at_most: int, now: float
) -> tuple[CodingJob, ...]:
    """Give `worker` at most so many free jobs, longest waiting first; none if it is dead."""
    if connection.execute(_LIVES, {"worker": worker, "now": now}).first() is None:
        return ()
    dead = connection.scalars(_SILENT, {"since": now}).all()
    found = connection.execute(_FREE, {"dead": dead, "at_most": at_most, **_by(coder)}).all()
    if found:
        connection.execute(_TAKE, {"taken": [row.id for row in found], "worker": worker})
    return tuple(rows.job_from(row, coder) for row in found)


def take_off(connection: Connection, worker: str, job: CodingJob) -> AnyRow | None:
    """Take a job off and give its `attempts`, if `worker` holds it.

    The caller holds the interview. Else who forgets it would wait for this job, and we for it.
    """
    return connection.execute(_TAKE_OFF_HELD, _held(worker, job)).first()


def put_back(connection: Connection, worker: str, job: CodingJob) -> None:
    """Let a job that `worker` holds wait behind the others. Raises InterviewGone."""
    hold(connection, job.interview_id)
    held = take_off(connection, worker, job)
    if held:
        row = rows.job_row(job.interview_id, job.seq, job.coder, held.attempts)
        connection.execute(_ADD_JOBS, row)


def give_up(connection: Connection, worker: str, job: CodingJob) -> None:
    """Leave a job that `worker` holds on record as given up."""
    connection.execute(_GIVE_UP, _held(worker, job))


def counts(connection: Connection, coder: Coder, now: float) -> JobCounts:
    """How many jobs for `coder` wait, are held by the living, and were given up."""
    found = connection.execute(_COUNTS, {"now": now, **_by(coder)}).one()
    return JobCounts.model_validate(found._asdict())


def waiting_in_all(connection: Connection) -> int:
    """How many jobs there are, for whatever coder, that were not given up."""
    all_jobs = select(func.count()).where(coding_jobs.c.state == "waiting")
    return connection.execute(all_jobs).scalar_one()


def coded_jobs() -> AnySelect:
    """The jobs that nobody needs to do, for the answer has a coding by their coder: none, ever."""
    by_the_same = (
        (codings.c.origin == coding_jobs.c.origin)
        & (codings.c.codebook == coding_jobs.c.codebook)
        & (codings.c.coder == coding_jobs.c.version)
    )
    return _JOBS_ON_TURNS.join(codings, ANSWERED & by_the_same)


def wordless_jobs() -> AnySelect:
    """The jobs that nobody can do, for there is no answer in words: none, ever."""
    return _JOBS_ON_TURNS.where(turns.c.answer_kind.is_distinct_from("text"))


def _by(coder: Coder) -> dict[str, str]:
    return {f"by_{field}": value for field, value in coder}


def _held(worker: str, job: CodingJob) -> dict[str, str | int]:
    return {"of_interview": job.interview_id, "at": job.seq, "worker": worker, **_by(job.coder)}
