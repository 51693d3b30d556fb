"""Layout in a child process: which Graphviz is used; what happens when it is missing, slow or complains."""

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.figures.figures import chain_rule_example, words
from viz import graph
from viz.drawing.render import GraphvizMissingError, LayoutTimeoutError, RenderError, render, renders

GOOD = 'digraph { a [label="hello"] a -> b }'
needs_wheel = pytest.mark.skipif(
    importlib.util.find_spec("pygraphviz") is None, reason="pygraphviz is not installed"
)
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="there is no dot on PATH")
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for dot is a shell script")


@pytest.fixture
def no_dot(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


def stand_in(tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program called dot in front of everything else on PATH."""
    program = tmp_path / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


@needs_dot
def test_dot_on_path_draws():
    assert "hello" in words(_element(render(GOOD, "svg")))


@needs_wheel
@pytest.mark.parametrize(("format", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_graphviz_in_the_wheel_draws_where_there_is_no_dot(no_dot, format, start):
    assert render(GOOD, format).startswith(start)


@needs_wheel
@needs_dot
def test_both_graphvizes_show_the_same_words_ids_and_classes(monkeypatch, tmp_path):
    J, *_ = chain_rule_example()
    with_dot = graph(J).svg
    monkeypatch.setenv("PATH", str(tmp_path))
    with_wheel = graph(J).svg
    assert sorted(words(with_dot)) == sorted(words(with_wheel))
    assert _marks(with_dot) == _marks(with_wheel)


def test_without_any_graphviz_the_error_names_both_cures_and_dot_and_text_still_work(no_dot, monkeypatch):
    monkeypatch.setattr("viz.drawing.render.importlib.util.find_spec", lambda name: None)
    J, *_ = chain_rule_example()
    figure = graph(J)
    with pytest.raises(GraphvizMissingError, match=r"pip install pygraphviz.*apt install graphviz"):
        _ = figure.svg
    assert figure.dot.startswith("digraph") and figure.text.startswith("J:")
    assert set(figure._repr_mimebundle_()) == {"text/plain"}


@posix
def test_a_layout_that_takes_too_long_is_stopped_with_everything_it_started(monkeypatch, tmp_path):
    alive = tmp_path / "pid"
    stand_in(tmp_path, f"sleep 600 & echo $! > {alive}; wait", monkeypatch)
    with pytest.raises(LayoutTimeoutError, match=r"stopped after 1 seconds.*viz\.paths.*collapse"):
        render(GOOD, "svg", timeout=1)
    grandchild = int(alive.read_text())
    assert _ended(grandchild)


@posix
def test_the_check_for_an_ended_process_sees_a_living_one():
    child = subprocess.Popen(["sleep", "600"])
    assert not _ended(child.pid)
    child.kill()
    child.wait()


@posix
def test_what_graphviz_writes_to_stderr_is_an_error_and_not_a_wrong_picture(monkeypatch, tmp_path):
    stand_in(tmp_path, "echo 'Warning: something is not right' >&2; echo '<svg/>'", monkeypatch)
    with pytest.raises(RenderError, match="something is not right"):
        render(GOOD, "svg")


@posix
def test_font_noise_is_not_an_error(monkeypatch, tmp_path):
    stand_in(tmp_path, "echo 'Fontconfig warning: unknown element' >&2; echo '<svg/>'", monkeypatch)
    assert render(GOOD, "svg") == b"<svg/>\n"


@posix
def test_a_crash_of_graphviz_is_an_error_message(monkeypatch, tmp_path):
    stand_in(tmp_path, "kill -SEGV $$", monkeypatch)
    with pytest.raises(RenderError, match=r"crashed \(signal 11\)"):
        render(GOOD, "svg")


@pytest.mark.parametrize(
    "engine", [pytest.param("dot", marks=needs_dot), pytest.param("wheel", marks=needs_wheel)]
)
@pytest.mark.parametrize("source", ["digraph { a -> ", 'digraph { a [shape=record label="{a|b"] }', ""])
def test_bad_dot_is_an_error_with_either_graphviz(source, engine, monkeypatch, tmp_path):
    if engine == "wheel":
        monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match="did not make a faithful picture"):
        render(source, "svg")


def test_an_unknown_format_lists_the_known_ones():
    with pytest.raises(ValueError, match="format='gif' is not one of svg, png, pdf, json"):
        render(GOOD, "gif")


def test_drawing_in_a_thread_with_a_small_stack_is_safe():
    chain = "digraph {" + " -> ".join(f"n{i}" for i in range(1000)) + "}"
    results: list[bytes] = []
    size = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: results.append(render(chain, "svg")))
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    assert b"<svg" in results[0]


@needs_wheel
def test_the_child_finds_the_wheel_but_not_a_module_of_the_same_name_where_the_user_stands(
    no_dot, monkeypatch, tmp_path
):
    (tmp_path / "numbers.py").write_text("raise RuntimeError('shadowed')")
    monkeypatch.chdir(tmp_path)
    assert b"<svg" in render(GOOD, "svg")


def _element(svg: bytes) -> str:
    text = svg.decode("utf-8")
    return text[text.index("<svg") :]


def _marks(svg: str) -> list[tuple[str | None, str | None]]:
    import xml.etree.ElementTree as ET

    return sorted((e.get("id") or "", e.get("class") or "") for e in ET.fromstring(svg).iter() if e.get("id"))


def _ended(pid: int) -> bool:
    """Say whether a process is gone; one that has been killed may still be listed, as a zombie of init."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z")
    except FileNotFoundError:
        pass
    if sys.platform == "linux":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@needs_wheel
def test_a_bitmap_that_would_be_too_large_names_the_formats_that_are_not():
    tall = "digraph { a [height=500 shape=box] }"
    with pytest.raises(RenderError, match=r"save the picture as \.svg or \.pdf"):
        render(tall, "png")
    assert b"<svg" in render(tall, "svg")


@pytest.mark.parametrize("format", ["svg", "json"])
def test_several_pictures_at_once_are_those_that_come_one_by_one(format):
    sources = ["digraph { a -> b }", 'digraph { "{ x" -> "<?xml" [label="}"] }', "digraph { c }"]
    assert renders(sources, format) == [render(source, format) for source in sources]


def test_a_program_that_writes_several_pictures_otherwise_is_asked_for_one_after_the_other(
    monkeypatch, tmp_path
):
    one = "import sys; text = sys.stdin.read(); print('<?xml ?><svg>', text.count('digraph'), '</svg>')"
    (tmp_path / "dot").write_text(f'#!/bin/sh\nexec {sys.executable} -c "{one}"\n')
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert renders(["digraph { a }", "digraph { b }"], "svg") == [b"<?xml ?><svg> 1 </svg>\n"] * 2


def test_bad_dot_among_several_is_an_error():
    with pytest.raises(RenderError, match="did not make a faithful picture"):
        renders(["digraph { a }", "digraph { a -> }"], "svg")
