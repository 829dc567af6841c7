"""Background jobs: done, failed, taken over after their worker died."""

import threading

import pytest

from evaluation.domain.roles import SYSTEM
from evaluation.errors import InvalidInput, NotFound
from evaluation.services import jobs


@pytest.fixture
def kinds(monkeypatch, database):
    monkeypatch.setattr(jobs, "_functions", {})
    return jobs._functions


def test_job_runs_with_arguments_progress_and_result(kinds):
    seen = []

    @jobs.job("double")
    def double(actor, arguments, progress):
        progress(0.5, "一半")
        seen.append((actor, jobs.find(number).message))
        return {"n": 2 * arguments["n"]}

    number = jobs.submit(SYSTEM, "double", {"n": 21})
    assert jobs.find(number).state is jobs.JobState.WAITING
    assert jobs.run_next()
    view = jobs.find(number)
    assert (view.state, view.progress, view.result) == (jobs.JobState.DONE, 1.0, {"n": 42})
    assert seen == [(SYSTEM, "一半")]
    assert not jobs.run_next()


def test_failure_keeps_our_own_words_and_hides_others(kinds, caplog):
    @jobs.job("refuse")
    def refuse(_actor, _arguments, _progress):
        raise InvalidInput("第3行缺少日期。", remedy="请补填。")

    @jobs.job("break")
    def broken(_actor, _arguments, _progress):
        raise RuntimeError("secret inside")

    first, second = (jobs.submit(SYSTEM, kind, {}) for kind in ("refuse", "break"))
    assert jobs.run_next()
    assert jobs.run_next()
    assert jobs.find(first).message == "第3行缺少日期。请补填。"
    assert jobs.find(second).state is jobs.JobState.FAILED
    assert "secret" not in jobs.find(second).message
    assert "secret inside" in caplog.text


def test_job_of_a_dead_worker_is_taken_again(kinds, fixed_clock):
    runs = []

    @jobs.job("once")
    def once(_actor, _arguments, _progress):
        runs.append(1)

    number = jobs.submit(SYSTEM, "once", {})
    assert jobs._take()[0] == number  # a worker took it and died
    assert not jobs.run_next()
    fixed_clock.advance(seconds=jobs.STALE_AFTER.total_seconds() + 1)
    assert jobs.run_next()
    assert runs == [1]


def test_two_workers_never_take_the_same_job(kinds):
    @jobs.job("count")
    def count(_actor, _arguments, _progress):
        return None

    for _number in range(20):
        jobs.submit(SYSTEM, "count", {})
    taken, lock = [], threading.Lock()

    def take_all():
        while (job := jobs._take()) is not None:
            with lock:
                taken.append(job[0])

    threads = [threading.Thread(target=take_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 20


def test_unknown_kind_is_refused(kinds):
    with pytest.raises(NotFound):
        jobs.submit(SYSTEM, "nothing", {})
