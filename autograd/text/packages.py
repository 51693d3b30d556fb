"""Which package a feature needs beside the required ones, and how it is installed; knows strings only.

The packages are named themselves, and not by an extra of ours: that is true in a clone and after a release.
"""

PACKAGES = {
    "arrays": "numpy",
    "pictures": "pygraphviz",  # brings Graphviz along, needs no administrator
    "mathematics in the player": "latex2mathml",
    "plots": "matplotlib",
    "compiled programs": "ziglang",  # brings a C compiler along
    "accelerators": "jax",
    "worksheets as PDF": "typst",  # brings its fonts along
    "square codes": "segno",
}


def install(feature: str) -> str:
    """Return the command that installs what a feature needs.

    Examples
    --------
    >>> install("plots")
    'pip install matplotlib'
    """
    return f"pip install {PACKAGES[feature]}"
