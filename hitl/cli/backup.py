"""The commands `backup` and `restore`: all runs, files and documents of a folder in one zip file, and back."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

import click

from hitl.cli.export import whole_file
from hitl.cli.lookup import opened_engine, users_settings
from hitl.cli.options import force_option, json_option
from hitl.cli.terminal import Refused, say, say_json
from hitl.engine import Engine, EngineError, StoreInUse, open_engine, reserved_folder
from hitl.engine.client import RUNS_FILE
from hitl.files import Files
from hitl.research import Shelf, UnknownDocument
from hitl.settings import SettingsError, load_settings
from hitl.text import count

UNPACKED = ".restore-"
"""Beginning of the name of a folder into which a backup is unpacked."""
MOST_RUNS = 1_000_000
"""More than a backup holds."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@json_option
def backup(file: Path, force: bool, as_json: bool) -> None:
    """Copy all runs, files and documents into a zip file.

    That may happen while hitl runs. `hitl restore` puts it back: paused runs go on from there. Let only one of the two
    folders go on, or decisions are carried out twice.
    """
    with opened_engine() as engine:
        with whole_file(file, engine.settings.home, force) as path:
            documents, files = write_backup(engine, path)
            size = path.stat().st_size
        if as_json:
            say_json({"file": str(file.absolute()), "documents": documents, "files": files, "bytes": size})
        else:
            with_files = f", {count(files, 'file')}" if files else ""
            say(
                f"Written to {file}: all runs{with_files}, and {count(documents, 'document')}; "
                f"{max(size / 1_000_000, 0.1):.1f} MB."
            )


def write_backup(engine: Engine, path: Path) -> tuple[int, int]:
    """Write the runs, the shelf and the files of runs into a zip file.

    The runs are copied first: a document is on the shelf before a run quotes it, and a file is there before a run names
    it, so none is missing.

    Returns:
        The numbers of documents and of files.
    """
    shelf, kept = Shelf(engine.settings.home).folder, Files(engine.settings.home)
    with (
        tempfile.TemporaryDirectory(dir=path.parent) as folder,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
    ):
        copy = Path(folder) / RUNS_FILE
        engine.backup(copy)
        archive.write(copy, RUNS_FILE)
        documents = sorted(shelf.rglob("*.json"))
        for document in documents:
            archive.write(document, document.relative_to(engine.settings.home))
        files = kept.paths()
        for file in files:
            with suppress(FileNotFoundError):  # its run was deleted meanwhile
                archive.write(file, file.relative_to(engine.settings.home))
        return len(documents), _count_files(map(str, files))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def restore(file: Path, as_json: bool) -> None:
    """Put a backup into the empty folder of HITL_HOME.

    The paused runs in it go on as soon as hitl runs there. A folder that has runs already is left as it is.
    """
    try:
        settings = users_settings()
    except SettingsError as error:
        raise Refused(str(error)) from error
    if settings.database_url:
        raise Refused(
            "HITL_DATABASE_URL is set, and a backup is restored into a folder. Unset it for that, and take what was "
            "restored into the database with hitl copy --to."
        )
    home = settings.home
    restored = restore_backup(file, home)
    if as_json:
        say_json({"home": str(home), **asdict(restored)})
    else:
        counts = [count(restored.runs, "run"), *([count(restored.files, "file")] if restored.files else [])]
        say(f"Restored {', '.join(counts)} and {count(restored.documents, 'document')} into {home}.")


@dataclass(frozen=True)
class Restored:
    """How much a backup has brought back."""

    runs: int
    documents: int
    files: int


def restore_backup(file: Path, home: Path) -> Restored:
    """Unpack a backup; the folder has all of it afterwards, or none of its runs.

    Args:
        file: A zip file that `hitl backup` wrote.
        home: The folder to restore; made if it is missing.

    Raises:
        Refused: If the folder has runs already, or the file is no backup, is damaged, or of a later version.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with reserved_folder(home), zipfile.ZipFile(file) as archive:
            for path in home.glob(f"{UNPACKED}*"):  # of a restore that was killed
                shutil.rmtree(path)
            _refuse_runs(home)
            with tempfile.TemporaryDirectory(prefix=UNPACKED, dir=home) as folder:
                names = sorted({name for name in archive.namelist() if not name.endswith("/")} - {RUNS_FILE})
                of_files = [name for name in names if _is_of_files(name)]
                if RUNS_FILE not in archive.namelist() or not all(map(_is_of_the_shelf, set(names) - set(of_files))):
                    raise Refused(f"{file} is no backup of hitl: it holds other files.")
                archive.extractall(folder)  # each member is checked by its sum
                runs = _count_runs(Path(folder))
                for name in names:
                    if name in of_files:
                        (home / name).parent.mkdir(parents=True, exist_ok=True)
                        (Path(folder) / name).replace(home / name)
                    else:
                        _put_on_shelf(Path(folder), home, name)
                _refuse_runs(home)
                (Path(folder) / RUNS_FILE).replace(home / RUNS_FILE)  # last: with it, the folder has runs
    except StoreInUse as error:
        raise Refused(f"hitl runs in {home}. Stop it first, or set HITL_HOME to another folder.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused(f"{file} is no backup of hitl, or it is damaged: {error}.") from error
    return Restored(runs, len(names) - len(of_files), _count_files(of_files))


def _put_on_shelf(unpacked: Path, home: Path, name: str) -> None:
    """Move a document of a backup to the shelf; where there is one of that name, the shelf decides which it keeps."""
    target = home / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        (unpacked / name).replace(target)
        return
    with suppress(UnknownDocument):  # the one in the backup is damaged
        Shelf(home).add(Shelf(unpacked).get(target.stem))


def _refuse_runs(home: Path) -> None:
    """Raise if a folder has runs, or what belongs to a database that was there."""
    if (home / RUNS_FILE).exists():
        raise Refused(f"{home} has runs already. Move it away, or set HITL_HOME to another folder.")
    if left := [path.name for path in home.glob(f"{RUNS_FILE}-*")]:
        raise Refused(
            f"{home} has {' and '.join(sorted(left))} of a database that is not there any more. They hold its last "
            f"changes: put them beside its {RUNS_FILE}, or delete them."
        )


def _is_of_the_shelf(name: str) -> bool:
    """True for the name of a document below the shelf."""
    path = PurePosixPath(name)
    is_below = path.parts[:1] == (Shelf.FOLDER,) and ".." not in path.parts
    return is_below and path.suffix == ".json" and "\\" not in name


def _is_of_files(name: str) -> bool:
    """True for the name of a file of runs, or of what is noted of it."""
    return Files.is_one_of(PurePosixPath(name).parts) and "\\" not in name


def _count_files(names: Iterable[str]) -> int:
    return sum(not name.endswith(".json") for name in names)


def _count_runs(folder: Path) -> int:
    """The number of runs in an unpacked backup.

    Raises:
        Refused: If its database cannot be read by this version.
    """
    settings = load_settings().model_copy(update={"home": folder, "workflows": {}})
    try:
        with closing(open_engine(settings, owner=False)) as engine:
            return len(engine.runs(limit=MOST_RUNS))
    except EngineError as error:
        words = str(error).replace(str(folder / RUNS_FILE), "its database")
        raise Refused(f"The runs in the backup cannot be read: {words}") from error
