"""Sphinx settings: one command builds the whole site, and the site needs no network."""
import os
import sys
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

# For the kernels that run the lessons, not for Sphinx itself: a warning is an error, and no progress bar is in a page.
os.environ |= {
    "PYTHONWARNINGS": "error,ignore::PendingDeprecationWarning:ipykernel.kernelbase",
    "PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1", "TQDM_DISABLE": "1",
}

project, author, copyright = "chainrule", "The chainrule authors", "2026, The chainrule authors"
release = version = installed("chainrule")
extensions = [
    "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.viewcode", "numpydoc",
    "myst_nb", "sphinx_design", "sphinx_copybutton", "mathml", "names", "lessons",
]
exclude_patterns = ["_build", "tutorials/.*", "**/.ipynb_checkpoints", "CONVENTIONS.md"]
templates_path = ["_templates"]
default_role = "name"
smartquotes = False
nitpicky = True
add_module_names = False
autosummary_generate = True
autosummary_ignore_module_all = False
autosummary_filename_map = {  # files whose names differ in case only are one file on macOS and Windows
    f"{name}": f"{name}-class" for name in ("autograd.Paths", "autograd.Cost", "viz.Walkthrough")
}
autodoc_typehints = "none"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_validation_checks = set()
copybutton_exclude = ".linenos, .gp, .go"
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist", "attrs_block"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
nb_output_stderr = "error"
html_title = "chainrule"
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_search_summary = False
html_theme_options = {
    "navbar_align": "left", "show_nav_level": 1, "navigation_depth": 2, "show_toc_level": 2,
    "header_links_before_dropdown": 8, "logo": {"text": "chainrule"}, "navigation_with_keys": False, "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark", "footer_start": ["copyright"], "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "navbar_end": ["theme-switcher"],
}
html_context = {"default_mode": "auto"}
html_sidebars = {"index": [], "getting-started": [], "changelog": [], "benchmarks": []}
nitpick_ignore_regex = [("py:obj", r"(torch|jax|sklearn)\..*")]
