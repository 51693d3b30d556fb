"""Sphinx settings: one command builds the whole site, and the site asks no other host for anything.

Build with ``-E``: a warm build keeps autosummary's old tables. Do not set PYTHONWARNINGS in the shell: it
would reach Sphinx itself. The lists of names in ``api/`` are pages by hand, as autosummary looks for them
before an extension can write any; ``tests/docs`` holds them to what is public.
"""

import os
import shutil
import sys
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

if "-E" in sys.argv:  # a build from nothing begins without the lists of names of yesterday
    shutil.rmtree(HERE / "api" / "generated", ignore_errors=True)

from notebooks.build import ENVIRONMENT  # noqa: E402  (the path above makes it importable)

os.environ |= ENVIRONMENT  # for the kernels that run the lessons: a warning is an error there

project, author, copyright = "chainrule", "The chainrule authors", "2026, The chainrule authors"
release = version = installed("chainrule")
extensions = [
    "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.viewcode",
    "numpydoc", "myst_nb", "sphinx_design", "sphinx_copybutton",
    "mathml", "names", "members", "derivatives", "gallery", "provenance", "lessons", "page",
]  # fmt: skip
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
templates_path = ["_templates"]
default_role = "name"
smartquotes = False
nitpicky = True
nitpick_ignore_regex = [("py:obj", r"(torch|jax|sklearn)\..*")]

add_module_names = False
autosummary_generate = True
autosummary_ignore_module_all = False
autosummary_filename_map = {  # names that differ in case only would be one file on macOS and Windows
    name: f"{name}-class"
    for name in (
        "autograd.Paths",
        "autograd.Cost",
        "autograd.Expression",
        "autograd.practice.Question",
        "autograd.practice.KINDS",
        "nn.Attention",
        "viz.Exam",
        "viz.Exercise",
        "viz.Solution",
        "viz.Stream",
        "viz.Walkthrough",
        "viz.Worksheet",
    )
}
autodoc_docstring_signature = False  # signatures are the real ones
autodoc_typehints = "none"
numpydoc_show_class_members = False

copybutton_exclude = ".linenos, .gp, .go"
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist", "attrs_block"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_output_stderr = "error"

html_title = "chainrule"
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["lessons.js"]
html_copy_source = False
html_show_search_summary = False
html_context = {"default_mode": "auto"}
html_sidebars = {"index": [], "getting-started": [], "changelog": [], "benchmarks": []}
html_theme_options = {
    "logo": {"text": "chainrule"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 8,
    "show_nav_level": 1,
    "navigation_depth": 2,
    "show_toc_level": 2,
    "navigation_with_keys": False,  # the arrows belong to the players
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["copyright"],
    "footer_end": [],
}
