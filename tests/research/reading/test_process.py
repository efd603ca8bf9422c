"""Files are read by processes that can be ended: whatever one of them does, only its own file is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from hitl.research.evidence import Document
from hitl.research.reading.files import UndecodableFile, UnreadableFile, read_document
from hitl.research.reading.limits import USUAL_LIMITS, ReadLimits
from hitl.research.reading.process import ReadingPool, ReadingProcess, read_isolated, read_later
from hitl.research.reading.protocol import ConnectionEnded
from hitl.research.reading.worker import GROWN
from tests.conftest import until
from tests.research.reading.short_texts import SHORT_TEXTS, ShortText
from tests.research.reading.word_files import file_with, paragraph, run

ROOT = Path(__file__).parents[3]
TIDES = b"The tides of the sea follow the Moon, which pulls the water towards itself."
ONE_SECOND = ReadLimits(seconds=1)


@pytest.fixture
def pool() -> Iterator[ReadingPool]:
    with closing(ReadingPool(most=4)) as pool:
        yield pool


@pytest.fixture
def single() -> Iterator[ReadingPool]:
    """A pool of one process."""
    with closing(ReadingPool(most=1)) as pool:
        yield pool


def itself(document: Document) -> Document:
    return document


def reading(pool: ReadingPool, name: str = "tides.txt", limits: ReadLimits = USUAL_LIMITS) -> Future[Document]:
    return pool.submit(name, TIDES, limits, itself)


def is_alive(pid: int) -> bool:
    """Whether there is such a process; one that has ended and that nobody has taken note of counts."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def is_at_work(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def stop_processes(pool: ReadingPool, number: int = 1) -> list[int]:
    """Stop so many processes of a pool, and return their ids: the next file that one of them gets hangs."""
    go_on = threading.Event()
    busy = [pool.submit("tides.txt", TIDES, USUAL_LIMITS, lambda _: go_on.wait(60)) for _ in range(number)]
    until(lambda: len(pool.process_ids) == number)
    pids = pool.process_ids
    go_on.set()
    for future in busy:
        future.result(60)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    return pids


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tides.txt", TIDES),
        ("Gezeiten – “mäßig”.md", "# Überschrift\n\nDas Wasser fließt 🌊 vor und zurück, zweimal am Tag.".encode()),
        ("tides.html", b"<html><body><h1>Tides</h1><p>" + TIDES + b"</p></body></html>"),
        ("tides.docx", file_with(paragraph(run("The tides follow the Moon around the Earth.")))),
        ("odd \udc80\n\x00 name.txt", TIDES),
    ],
)
def test_a_document_is_the_same_as_if_it_were_read_here(name: str, data: bytes):
    assert read_isolated(name, data) == read_document(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b""),
        ("a.exe", b"MZ"),
        ("a.pdf", b"no PDF"),
        ("odd\udc80.docx", b"PK"),
        ("a.txt", b"word " * 5_000_000),
    ],
)
def test_a_file_is_refused_with_the_same_words(name: str, data: bytes):
    with pytest.raises(UnreadableFile) as here:
        read_document(name, data)
    with pytest.raises(UnreadableFile) as there:
        read_isolated(name, data)
    assert str(there.value) == str(here.value).encode("utf-8", "replace").decode()


@pytest.mark.parametrize("short", SHORT_TEXTS, ids=lambda short: short.codec)
def test_a_file_is_read_in_the_chosen_encoding_and_in_no_other_the_next_time(single: ReadingPool, short: ShortText):
    chosen = single.submit("pool.txt", short.data, USUAL_LIMITS, itself, short.encoding)
    guessed = single.submit("pool.txt", short.data, USUAL_LIMITS, itself)

    assert chosen.result() == read_document("pool.txt", short.data, encoding=short.encoding)
    assert guessed.result() == read_document("pool.txt", short.data)


@pytest.mark.parametrize(
    ("name", "data", "encoding"),
    [
        ("a.txt", SHORT_TEXTS[0].data, "klingon"),
        ("a.txt", SHORT_TEXTS[0].data, "odd \udc80\n\x00 name"),
        ("odd\udc80.txt", SHORT_TEXTS[0].data, "UTF-8"),
        ("a.csv", SHORT_TEXTS[6].data, "UTF-32 LE"),
        ("a.txt", bytes(range(1, 256)) * 9, ""),
    ],
)
def test_a_file_that_is_not_in_an_encoding_is_refused_as_one_that_may_be_in_another(
    name: str, data: bytes, encoding: str
):
    with pytest.raises(UndecodableFile) as here:
        read_document(name, data, encoding=encoding)
    with pytest.raises(UndecodableFile) as there:
        read_isolated(name, data, encoding=encoding)
    assert str(there.value) == str(here.value).encode("utf-8", "replace").decode()


def test_a_file_of_another_kind_than_text_is_refused_with_an_encoding():
    with pytest.raises(UnreadableFile, match="says itself how its text is encoded") as refused:
        read_isolated("a.pdf", b"%PDF-1.7", encoding="UTF-8")
    assert not isinstance(refused.value, UndecodableFile)


def test_large_files_go_there_and_back():
    text = b"All the words of this sentence are read, and none of them is lost on its way. " * 200_000
    document = read_isolated("large.txt", text)
    assert document.text == text.decode().strip()


def test_what_is_to_be_done_with_a_document_is_done_and_its_result_is_the_futures(pool: ReadingPool):
    assert pool.submit("tides.txt", TIDES, USUAL_LIMITS, lambda document: document.location).result() == "tides.txt"


def test_an_error_in_what_is_to_be_done_is_the_futures(pool: ReadingPool):
    def fail(document: Document) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        pool.submit("tides.txt", TIDES, USUAL_LIMITS, fail).result()
    assert reading(pool).result().text == TIDES.decode()


def test_a_process_reads_one_file_after_the_other(single: ReadingPool):
    pids = set()
    for number in range(10):
        assert reading(single, f"{number}.txt").result().location == f"{number}.txt"
        pids.update(single.process_ids)
    assert len(pids) == 1


def test_many_threads_each_get_their_own_document():
    def read(number: int) -> str:
        return read_isolated(f"{number}.txt", TIDES + f" It is number {number}.".encode()).text

    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(read, range(40)))
    assert texts == [f"{TIDES.decode()} It is number {number}." for number in range(40)]


def test_a_file_that_hangs_is_given_up_after_the_limit(single: ReadingPool):
    stop_processes(single)
    with pytest.raises(UnreadableFile) as given_up:
        reading(single, "slow.txt", ONE_SECOND).result()
    assert str(given_up.value) == (
        "“slow.txt” was not read within 1 second, which is the limit. Split it, or save it anew."
    )


def test_so_is_a_large_one_of_which_the_process_takes_nothing(single: ReadingPool):
    stop_processes(single)
    with pytest.raises(UnreadableFile, match="was not read within 1 second"):
        single.submit("slow.txt", b"word " * 3_000_000, ONE_SECOND, itself).result()


def test_others_are_read_while_two_hang(pool: ReadingPool):
    stop_processes(pool, 2)
    futures = [reading(pool, f"{number}.txt", ReadLimits(seconds=600)) for number in range(8)]
    until(lambda: sum(future.done() for future in futures) == 6)
    assert all(future.result().text == TIDES.decode() for future in futures if future.done())


def test_after_one_that_hangs_the_next_is_read(single: ReadingPool):
    (stopped,) = stop_processes(single)
    slow = reading(single, "slow.txt", ONE_SECOND)
    with pytest.raises(UnreadableFile):
        slow.result()
    assert reading(single).result().text == TIDES.decode()
    assert stopped not in single.process_ids
    assert not is_alive(stopped)


def test_a_process_that_crashes_loses_only_its_file(single: ReadingPool):
    (pid,) = stop_processes(single)
    lost = reading(single, "bad.txt")
    until(lambda: lost.running())
    os.kill(pid, signal.SIGSEGV)
    os.kill(pid, signal.SIGCONT)

    with pytest.raises(UnreadableFile, match=r"“bad\.txt” made the process that read it end \(by SIGSEGV\)"):
        lost.result()
    assert reading(single).result().text == TIDES.decode()
    assert not is_alive(pid)


def test_a_process_that_somebody_ends_between_two_files_loses_none(single: ReadingPool):
    reading(single).result()
    (pid,) = single.process_ids
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_at_work(pid))
    assert reading(single).result().text == TIDES.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="no other system holds a limit of memory")
def test_a_file_that_needs_too_much_memory_is_refused(single: ReadingPool):
    reading(single).result()
    (before,) = single.process_ids
    with pytest.raises(UnreadableFile) as refused:
        single.submit("large.txt", b"word " * 3_000_000, ReadLimits(memory_megabytes=5), itself).result()
    assert str(refused.value) == (
        "“large.txt” needs more than 5 MB of memory to be read, which is the limit. Split it, or save it anew."
    )
    assert reading(single).result().text == TIDES.decode()
    assert before not in single.process_ids


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_that_has_grown_reads_no_other_file(single: ReadingPool):
    def memory() -> int:
        (pid,) = single.process_ids
        return int(Path(f"/proc/{pid}/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")

    reading(single).result()
    at_first = memory()
    for _ in range(3):
        single.submit("long.txt", b"Word and word.\n\n" * 50_000, USUAL_LIMITS, lambda document: None).result()
        assert reading(single).result().text == TIDES.decode()
    assert memory() < at_first + GROWN


def test_files_are_begun_in_the_order_in_which_they_came():
    done: list[str] = []
    with closing(ReadingPool(most=1)) as pool:
        (pid,) = stop_processes(pool)
        futures = [
            pool.submit(f"{number}.txt", TIDES, USUAL_LIMITS, lambda document: done.append(document.location))
            for number in range(20)
        ]
        os.kill(pid, signal.SIGCONT)
        for future in futures:
            future.result()
    assert done == [f"{number}.txt" for number in range(20)]


def test_a_file_can_be_taken_out_of_the_queue():
    with closing(ReadingPool(most=1)) as pool:
        (pid,) = stop_processes(pool)
        first, second, third = (reading(pool, f"{number}.txt") for number in range(3))
        until(lambda: first.running())
        assert second.cancel()
        os.kill(pid, signal.SIGCONT)
        assert third.result().location == "2.txt"


def test_no_more_processes_are_started_than_allowed():
    with closing(ReadingPool(most=2)) as pool:
        go_on = threading.Event()
        futures = [pool.submit("tides.txt", TIDES, USUAL_LIMITS, lambda _: go_on.wait(60)) for _ in range(6)]
        until(lambda: len(pool.process_ids) == 2)
        go_on.set()
        for future in futures:
            future.result()
        assert len(pool.process_ids) == 2


def test_processes_end_when_there_is_nothing_to_read():
    with closing(ReadingPool(idle_seconds=0.01)) as pool:
        started: list[int] = []
        pool.submit("tides.txt", TIDES, USUAL_LIMITS, lambda _: started.extend(pool.process_ids)).result()
        until(lambda: not pool.process_ids)
        assert started
        assert not any(map(is_alive, started))
        assert reading(pool).result().text == TIDES.decode()


def test_a_pool_that_is_closed_leaves_no_process_and_no_file_unsettled():
    pool = ReadingPool(most=1)
    (pid,) = stop_processes(pool)
    running, queued = reading(pool), reading(pool)
    until(lambda: running.running())

    pool.close()

    assert queued.cancelled()
    assert isinstance(running.exception(60), UnreadableFile)
    assert not is_alive(pid)
    with pytest.raises(RuntimeError, match="closed"):
        reading(pool)


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
def test_hundreds_of_files_leave_no_descriptor_and_no_thread_behind(single: ReadingPool):
    reading(single).result()
    descriptors, threads = open_descriptors(), threading.active_count()
    crashes = 0
    for number in range(300):
        if number % 30 == 15:
            (pid,) = single.process_ids
            os.kill(pid, signal.SIGKILL)  # before the next file, or in the middle of it
        crashes += reading(single).exception() is not None
    assert crashes <= 10
    assert open_descriptors() <= descriptors  # fewer if a reading process of an earlier test has ended
    assert threading.active_count() <= threads


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_is_given_no_secrets(monkeypatch):
    secrets = {
        "OPENAI_API_KEY": "sk-secret-1", "HITL_PRICES": "secret-2", "AWS_SECRET_ACCESS_KEY": "secret-3",
        "DATABASE_URL": "postgres://secret-4", "https_proxy": "http://u:secret-5@proxy",
    }  # fmt: skip
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    process = ReadingProcess()
    try:
        environment = Path(f"/proc/{process.popen.pid}/environ").read_text()
    finally:
        process.end()
    assert "PYTHONPATH=" in environment
    assert "secret" not in environment


@pytest.mark.parametrize("where", ["", "an odd: name"])
def test_it_imports_the_same_hitl_from_any_folder(where: str, tmp_path: Path):
    folder = tmp_path / where
    folder.mkdir(exist_ok=True)
    (folder / "hitl.py").write_text("raise SystemExit('the wrong hitl')")
    (folder / "json.py").write_text("raise SystemExit('the wrong json')")
    code = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from hitl.research.reading.process import read_isolated
print(read_isolated("tides.txt", {TIDES!r}).location)
"""
    ended = subprocess.run([sys.executable, "-P", "-c", code], cwd=folder, capture_output=True, text=True)
    assert ended.stdout == "tides.txt\n", ended.stderr


def test_the_script_that_reads_a_file_is_not_run_again(tmp_path: Path):
    script = tmp_path / "page.py"
    script.write_text(f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
with open("runs", "a") as file:
    file.write(__name__ + "\\n")
from hitl.research.reading.process import read_isolated
print(read_isolated("tides.txt", {TIDES!r}).location)
""")
    ended = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True)
    assert ended.stdout == "tides.txt\n", ended.stderr
    assert (tmp_path / "runs").read_text() == "__main__\n"


CHATTY = """
import os, stat, threading
print("Welcome to this machine!", flush=True)
def chat():
    while stat.S_ISFIFO(os.fstat(1).st_mode):
        pass
    while True:
        os.write(1, b"12345678 and more")
threading.Thread(target=chat, daemon=True).start()
"""
"""Says something at the start, and goes on when files are read."""


def test_what_a_reader_prints_is_not_taken_for_its_answer(tmp_path: Path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(CHATTY)
    monkeypatch.syspath_prepend(str(tmp_path))
    with closing(ReadingPool()) as pool:
        for _ in range(20):
            assert reading(pool).result().text == TIDES.decode()


def test_a_process_that_does_not_start_is_told_in_a_sentence(tmp_path: Path, monkeypatch, capfd):
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('no reading today')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConnectionEnded):
        ReadingProcess()
    with (
        closing(ReadingPool()) as pool,
        pytest.raises(UnreadableFile, match=r"“tides\.txt” cannot be read: the process"),
    ):
        reading(pool).result()
    assert "no reading today" in capfd.readouterr().err
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with closing(ReadingPool()) as pool, pytest.raises(UnreadableFile, match=r"does not start .*No such file"):
        reading(pool).result()


PARENT = f"""
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what works in the background ignore it
sys.path.insert(0, {str(ROOT)!r})
from hitl.research.reading.limits import USUAL_LIMITS
from hitl.research.reading.process import read_isolated, read_later, reading_pool
read_isolated("tides.txt", {TIDES!r})
if {{busy}}:
    read_later("slow.html", b"<html><body>" + b"<p>Words, and words, and words.</p>" * 400_000, USUAL_LIMITS, repr)
print(*reading_pool().process_ids, flush=True)
{{then}}
"""


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_is_left_when_its_parent_is_killed(how: signal.Signals, busy: bool):
    code = PARENT.format(busy=busy, then="while True: time.sleep(0.01)")  # in one long sleep it could miss a signal
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert pids
    parent.send_signal(how)
    parent.wait(60)
    parent.stdout.close()
    until(lambda: not any(map(is_at_work, pids)))


@pytest.mark.parametrize("busy", [False, True])
def test_no_process_is_left_when_its_parent_ends(busy: bool):
    code = PARENT.format(busy=busy, then="")
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert not any(is_at_work(int(pid)) for pid in ended.stdout.split())


HANGING = f"""
import os, re, sys
sys.path.insert(0, {str(ROOT)!r})
from hitl.research.reading.worker import _ended_with_hitl
requests = os.fdopen(0, "rb", buffering=0)
with _ended_with_hitl(requests, {{seconds}}):
    print("begun", flush=True)
    re.match("(a+)+b", "a" * 100)  # for longer than the Sun will shine, and nothing else of Python runs meanwhile
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it has no signals")
def test_even_one_that_hangs_in_c_ends_with_its_parent():
    worker = subprocess.Popen(
        [sys.executable, "-c", HANGING.format(seconds=1000)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.stdin and worker.stdout
    assert worker.stdout.readline() == b"begun\n"
    worker.stdin.close()
    assert worker.wait(60) == -signal.SIGIO
    worker.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="it has no signals")
def test_even_one_that_hangs_in_c_ends_after_its_time():
    worker = subprocess.Popen(
        [sys.executable, "-c", HANGING.format(seconds=1)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.wait(60) == -signal.SIGALRM
    assert worker.stdin and worker.stdout
    worker.stdin.close()
    worker.stdout.close()


def in_a_fork(queue: multiprocessing.SimpleQueue[str]) -> None:
    queue.put(read_isolated("fork.txt", TIDES).location)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_fork_has_processes_of_its_own():
    assert read_isolated("tides.txt", TIDES).location == "tides.txt"
    forks = multiprocessing.get_context("fork")
    queue = forks.SimpleQueue()
    fork = forks.Process(target=in_a_fork, args=(queue,))
    fork.start()
    assert queue.get() == "fork.txt"
    fork.join(60)
    assert fork.exitcode == 0
    assert read_isolated("tides.txt", TIDES).location == "tides.txt"


def wait_in_a_fork(go_on: multiprocessing.SimpleQueue[str]) -> None:
    go_on.get()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_fork_does_not_keep_a_process_from_its_end():
    future = read_later("tides.txt", TIDES, USUAL_LIMITS, itself)
    assert future.result().location == "tides.txt"
    code = f"""
import multiprocessing, os, sys
sys.path.insert(0, {str(ROOT)!r})
from hitl.research.reading.process import read_isolated, reading_pool
read_isolated("tides.txt", {TIDES!r})
if os.fork() == 0:
    sys.stdout.close()
    os.close(1)
    sys.stdin.read()
    os._exit(0)
print(*reading_pool().process_ids, flush=True)
os.kill(os.getpid(), 9)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdin and parent.stdout
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    parent.wait(60)
    until(lambda: not any(map(is_at_work, pids)))
    parent.stdin.close()
    parent.stdout.close()
