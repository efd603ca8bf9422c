"""Why a workflow could not be imported, in words for its author."""

from __future__ import annotations

import traceback
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType

from workflows import Workflow

from hitl.engine.errors import WorkflowUnusable
from hitl.text import cut

LONGEST = 500
"""Maximum characters of another's message that are shown; the server's log has all of it."""
PACKAGES = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "PyMuPDF",
    "google.genai": "google-genai",
    "jwt": "PyJWT",
    "multipart": "python-multipart",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}
"""What to install for a module whose package has another name."""
SAME_NAME = (
    "anthropic chromadb httpx matplotlib numpy ollama openai openpyxl pandas polars requests scipy tiktoken torch"
)
"""Modules whose package has the same name; a package that merely happens to have it is nothing to install."""
INTEGRATIONS = "llama_index."
"""LlamaIndex's integrations are modules of one namespace, each in a package of its own."""


def why_not(error: BaseException, source: object) -> str:
    """Why a source could not be imported or made, as the end of a sentence.

    Args:
        error: What was raised.
        source: The import path, or the object that was given.
    """
    why = _why(error, source)
    return why if why.endswith(("?", ".")) else f"{why}."


def _why(error: BaseException, source: object) -> str:
    module = source.partition(":")[0] if isinstance(source, str) else ""
    match error:
        case WorkflowUnusable():
            return str(error)
        case SystemExit():
            return "its module tried to end the process"
        case ModuleNotFoundError(name=str(missing)):
            return _why_missing(missing, module, str(error))
        case SyntaxError():
            return f"{_name_of(error.filename)}, line {error.lineno}: {error.msg}"
        case RecursionError():
            return f"it calls itself without an end{_place(error)}"
        case ImportError():
            return cut(str(error), LONGEST)
    told = cut(str(error), LONGEST).removesuffix(".")
    kind = "" if told and _is_of_the_library(error) else type(error).__name__
    return f"{': '.join(filter(None, [kind, told]))}{_place(error)}"


def attribute_problem(module: ModuleType, missing: str) -> str:
    """That a module has no such attribute, with the one that was probably meant."""
    where = getattr(module, "__file__", None)
    has = [name for name, value in vars(module).items() if _may_be_meant(name, value, module)]
    close = get_close_matches(missing, has, n=1, cutoff=0.5) or [
        name for name in has if name.lower() == missing.lower()
    ]
    workflows = [name for name in has if _is_workflow(vars(module)[name]) and _is_own(vars(module)[name], module)]
    hint = f"; did you mean {close[0]}?" if close else f"; it has {', '.join(workflows)}" if workflows else ""
    return f"the module “{module.__name__}”{f' ({where})' if where else ''} has no {missing}{hint}"


def path_problem(path: str) -> str:
    """What is wrong with a text that is no import path; empty if it may be one."""
    module, colon, name = path.partition(":")
    if "," in path:
        first, _, others = path.partition(",")
        return (
            f"its name stands twice in HITL_WORKFLOWS, for {first.strip()} and for {others.strip()}. Give one of them "
            "another name"
        )
    if "/" in module or "\\" in module or module.endswith(".py"):
        stem = module.replace("\\", "/").rpartition("/")[2].removesuffix(".py")
        return f"an import path names a module and not its file: {stem}:{name or 'TripFlow'}"
    if module.startswith("."):
        return "an import path begins with the name of a module, and not with a dot"
    if not (module and name):
        head, dot, last = path.strip(":").rpartition(".")
        meant = f"; did you mean {head}:{last}?" if dot and not colon and last[:1].isupper() else ""
        return f"an import path names a module and a class in it, such as flows:TripFlow{meant}"
    return ""


def _why_missing(missing: str, module: str, told: str) -> str:
    """Why a module cannot be imported that is not there.

    Args:
        missing: Its full name.
        module: The module of the workflow.
        told: What Python says.
    """
    if module == missing and told.endswith("is not a package"):
        return f"the module “{module.rpartition('.')[0]}” is no package, so there is no “{missing}”"
    if module == missing or module.startswith(f"{missing}."):
        return (
            f"there is no module “{missing}” in the folder that hitl was started in, nor where PYTHONPATH points, nor "
            "installed"
        )
    package = _package(missing)
    advice = f" (pip install {package})" if package else ""
    return f"it needs the module “{missing}”, which is not installed here{advice}"


def _package(module: str) -> str:
    """What to install for a module; empty if that is not known."""
    if module.startswith(INTEGRATIONS):
        return "-".join(module.replace("_", "-").split(".")[:4])
    top = module.partition(".")[0]
    return PACKAGES.get(module) or PACKAGES.get(top) or (top if top in SAME_NAME else "")


def _place(error: BaseException) -> str:
    """Where in a user's file an error was raised, in brackets; empty if that is not known."""
    ours = Path(__file__).parents[2]
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_users(frame.filename, ours)]
    return f" ({_name_of(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""


def _is_users(file: str, ours: Path) -> bool:
    if file.startswith("<") or Path(file).is_relative_to(ours):
        return False
    if Path(file).is_relative_to(Path(traceback.__file__).parent):  # Python's own
        return False
    return not {"site-packages", "dist-packages"} & set(Path(file).parts)


def _name_of(file: str | None) -> str:
    return Path(file).name if file else "its module"


def _is_of_the_library(error: BaseException) -> bool:
    """True for the library's own errors, whose messages are sentences for the author of a workflow."""
    return type(error).__module__.partition(".")[0] == Workflow.__module__.partition(".")[0]


def _may_be_meant(name: str, value: object, module: ModuleType) -> bool:
    if name.startswith("_") or isinstance(value, ModuleType):
        return False
    return _is_workflow(value) or _is_own(value, module)


def _is_own(value: object, module: ModuleType) -> bool:
    return getattr(value, "__module__", None) == module.__name__


def _is_workflow(value: object) -> bool:
    is_class = isinstance(value, type) and issubclass(value, Workflow) and value is not Workflow
    return is_class or isinstance(value, Workflow)
