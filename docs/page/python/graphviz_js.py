"""The layout that `graphviz_wasm` asks for, in a live lesson: Graphviz as WebAssembly, which lies beside it.

It loads when the first picture is drawn, while Python waits: the browser must let WebAssembly wait for
JavaScript. On the page of the engine JavaScript registers what it has loaded under this name instead.
"""

from importlib.resources import files
from typing import Any

from pyodide.code import run_js  # type: ignore[import-not-found]
from pyodide.ffi import can_run_sync, run_sync  # type: ignore[import-not-found]

_LOAD = """
async (text) => {
  const { instance } = await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  return instance();
}
"""


def _loaded() -> Any:
    if not can_run_sync():
        raise ValueError("this browser cannot draw in a lesson: a newer Chrome, Edge or Firefox can")
    return run_sync(run_js(_LOAD)(files(__name__).joinpath("viz.mjs").read_text("utf-8")))


render = _loaded().render
