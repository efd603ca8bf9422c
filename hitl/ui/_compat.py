"""Workarounds for what Streamlit's public API lacks, each with its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from hitl.text import escape_lines, escape_markdown

P = ParamSpec("P")

SHORTHAND = re.compile(r":(?=[\w+/-]+(?::|\\?\[))|[<>~-](?=\\?[-=>])")
"""Where shorthand begins: `:name:`, `:name[`, and what becomes an arrow, a dash or a sign, such as `->` and `>=`."""
RULE = re.compile(r"[\s|:-]*")
WORD_JOINER = "\u2060"


def without_shorthand(markdown: str) -> str:
    """Markdown in which Streamlit's own shorthand stays literal text.

    Streamlit turns `:red[…]`, `:material/home:`, `:tada:`, `->`, `--` and `>=` into colours, icons and signs
    after parsing Markdown, and has no escape for them. An invisible word joiner splits each sequence.
    """
    return SHORTHAND.sub(lambda match: match[0] + WORD_JOINER, markdown)


def document_without_shorthand(markdown: str) -> str:
    """Like `without_shorthand`, for a whole document: lines of dashes, which are table or section rules, stay."""
    lines = markdown.split("\n")
    return "\n".join(line if RULE.fullmatch(line) else without_shorthand(line) for line in lines)


def shown(text: str) -> str:
    """Markdown that shows any text literally on the page."""
    return without_shorthand(escape_markdown(text))


def shown_lines(text: str) -> str:
    """The same for a text of several lines, each on a line of its own."""
    return without_shorthand(escape_lines(text))


STATUS = """
let box = document.getElementById("hitl-status");
if (!box) {
    box = document.body.appendChild(document.createElement("div"));
    box.id = "hitl-status";
    box.setAttribute("role", "status");
    box.style.cssText = "position: fixed; top: 0; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
}
box.textContent = WORDS;
"""
"""Tells a screen reader something, which reads what changes in an element of this role."""


def show_top(screen: str, says: str = "") -> None:
    """Scroll to the top and put the focus on the heading when another screen is drawn, unless the visitor is typing.

    A browser keeps its scroll position when a page is redrawn, so after a click below a long review the visitor
    would see the end of the next screen. Its focus is lost with the button that was clicked: a screen reader would
    say nothing, and the next Tab would begin at the top of the sidebar. Streamlit scrolls to the top only between
    pages of an app. The script contains the name of the screen, so it runs again when the name changes.

    Args:
        screen: Name of the screen; scroll position and focus are kept while it stays the same.
        says: What a screen reader says besides the heading, which may be the same as before.
    """
    script = """
        const main = document.querySelector('[data-testid="stMain"]'), heading = main?.querySelector("h1");
        if (heading && !["INPUT", "TEXTAREA"].includes(document.activeElement?.tagName)) {
            main.scrollTo(0, 0);
            heading.tabIndex = -1;
            heading.style.outline = "none";
            heading.focus({preventScroll: true});
        }"""
    _run_in_browser(f"{_telling(says)} {script}", screen)


def tell(words: str) -> None:
    """Have a screen reader say something when it changes: Streamlit has no element for it that is not seen."""
    _run_in_browser(_telling(words))


def _telling(words: str) -> str:
    return STATUS.replace("WORDS", _in_script(words))


def _in_script(words: str) -> str:
    return json.dumps(words).replace("<", "\\u003c")  # in case it contains `</script>`


def _run_in_browser(script: str, name: str = "") -> None:
    """Run a script when it is drawn first, and again when it or its name changes."""
    comment = f" // {_in_script(name)}" if name else ""
    st.html(f"<script>{{{' '.join(script.split())}}}{comment}\n</script>", unsafe_allow_javascript=True)


def focus(key: str) -> None:
    """Put the cursor into the text field that has just been drawn.

    Without it a field that a key opens is reached by the Tab key alone: Streamlit has no way to say it. The script
    runs again when another field is drawn.

    Args:
        key: The field's key, of which Streamlit makes a class.
    """
    name = json.dumps(_class_of(key))
    field = f"document.getElementsByClassName({name})[0]?.querySelector('input, textarea')?.focus()"
    st.html(f"<script>{field}</script>", unsafe_allow_javascript=True)


def keep_typed(field: str, button: str) -> None:
    """Have the browser keep what is typed into a text field of a form for a day, until the form is sent.

    Streamlit sends nothing of a form before, so a reload would lose it. A browser that keeps nothing ignores it.

    Args:
        field: The field's key; it is drawn before, without a value if what was typed is to come back.
        button: The key of the button that sends the form.
    """
    places = json.dumps([f".{_class_of(field)} input", f".{_class_of(button)} button", f"hitl.typed {field}"])
    script = f"""
        const [field, button, name] = {places};
        const kept = () => {{ try {{ return localStorage }} catch {{ return {{}} }} }};
        window.hitlKeepsTyped ??= {{}};
        if (!window.hitlKeepsTyped[name]) {{
            window.hitlKeepsTyped[name] = true;
            const send = event => {{ if (event.target.closest?.(button)) delete kept()[name] }};
            const type = event => {{
                if (event.target.matches?.(field)) kept()[name] = JSON.stringify([Date.now(), event.target.value]);
            }};
            const enter = event => {{
                if (event.key === "Enter" && event.target.matches?.(field)) delete kept()[name];
            }};
            document.addEventListener("input", type);
            document.addEventListener("click", send, true);
            document.addEventListener("keydown", enter, true);
        }}
        const [at, text] = JSON.parse(kept()[name] ?? "[0]");
        const bring = left => {{
            const input = document.querySelector(field);
            if (!input) return left && setTimeout(bring, 50, left - 1);
            if (input.value) return;
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, text);
            input.dispatchEvent(new Event("input", {{bubbles: true}}));
        }};
        if (Date.now() - at < 864e5 && text) bring(100);"""
    _run_in_browser(script, field)


def _class_of(key: str) -> str:
    """The class that Streamlit gives the element of a widget."""
    return "st-key-" + re.sub(r"[^\w-]", "-", key)


def redraw_page() -> None:
    """Draw the whole page after a click on a button that is in no fragment; the last call of its callback.

    The click does so by itself, but not always: a browser that leaves a text field for the button may send both in one
    message, and Streamlit then runs the callbacks of both and draws the fragment of the field alone.
    """
    context = get_script_run_ctx()
    if context and context.fragment_ids_this_run:
        st.rerun()


def set_cookies(cookies: Mapping[str, str]) -> None:
    """Have the browser keep cookies for a year, from its next session on; Streamlit only reads cookies.

    A browser that keeps none, as in a frame of another site, ignores it.

    Args:
        cookies: Values by name, each of letters, digits, underscores and what percent-encoding gives.
    """
    texts = [f"{name}={value}; Max-Age=31536000; Path=/; SameSite=Lax" for name, value in cookies.items()]
    secure = 'location.protocol === "https:" ? "; Secure" : ""'
    script = f"for (const cookie of {json.dumps(texts)}) document.cookie = cookie + ({secure});"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def name_lost_server(title: str, words: str) -> None:
    """Have the dialog that Streamlit shows while the server does not answer say what it means to the visitor.

    Its own words are for the author of a script: “Is Streamlit still running? … streamlit run yourscript.py”. Streamlit
    adds a dialog to the end of the document's body, so the observer watches that alone. It leaves the dialog as it is
    while a page that is not ours is shown.

    Args:
        title: The dialog's new heading.
        words: What it says below.
    """
    script = f"""if (!window.hitlNamesLostServer) {{
        window.hitlNamesLostServer = new MutationObserver(() => {{
            const heading = document.querySelector('body > :not(#root) [role="dialog"] h2');
            if (heading?.textContent !== "Connection error" || !document.querySelector(".st-key-hitl-sidebar")) return;
            const theirs = heading.nextElementSibling, ours = theirs.cloneNode(false);
            heading.firstChild.nodeValue = {json.dumps(title)};
            ours.textContent = {json.dumps(words)};
            theirs.before(ours);
            theirs.style.display = "none";
        }});
        window.hitlNamesLostServer.observe(document.body, {{childList: true}});
    }}"""
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def fragment(function: Callable[P, object], **options: Any) -> Callable[P, None]:
    """`st.fragment` at the cost of the containers around it, not of their square.

    A fragment keeps copies of the containers that are open around it, and with each copy goes one of all that are
    around that one. Only the outermost and the innermost are needed: the rest are copied with the latter.

    Args:
        function: What draws it; its result is dropped.
        options: Those of `st.fragment`, such as `key` and `run_every`.
    """
    declared = st.fragment(function, **options)

    @wraps(function)
    def draw(*args: P.args, **kwargs: P.kwargs) -> None:
        containers = context_dg_stack.get()
        context_dg_stack.set((*containers[:1], *containers[1:][-1:]))
        try:
            declared(*args, **kwargs)
        finally:
            context_dg_stack.set(containers)

    return draw


def draws_only(key: str) -> bool:
    """Whether this run of the script draws one fragment by itself, and nothing else.

    Args:
        key: The fragment's key.
    """
    if context := get_script_run_ctx():
        with suppress(AttributeError, StreamlitAPIException):  # not drawn, or unknown to this version of Streamlit
            return context.fragment_ids_this_run == context.fragment_storage.resolve_target([key])
    return False


def release_upload(file: UploadedFile) -> None:
    """Let Streamlit forget a file that was uploaded: it would keep its bytes until the visitor's session ends.

    Only its chat input does so by itself.
    """
    context = get_script_run_ctx()
    remove = getattr(context.uploaded_file_mgr, "remove_file", None) if context else None
    if context and remove:
        remove(session_id=context.session_id, file_id=file.file_id)
