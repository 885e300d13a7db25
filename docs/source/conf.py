# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds the guide; nothing here or in a built page asks another host for anything."""

import sys
from pathlib import Path

DOCS = Path(__file__).parents[1]
# What executes the guide, and what generates parts of it, are packages beside `source`; tables of
# the benchmarks are written as by `benchmarks`, a package beside `docs`.
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

from dioptra import __version__  # noqa: E402 - after the path is set

project = "Dioptra"
author = "The Dioptra project"
project_copyright = author
release = version = __version__
language = "en"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxext.opengraph",
    "notfound.extension",
    "execution.sphinx_role",
    "generation",
]
root_doc = "index"
# Files that pages include.
exclude_patterns = ["**/_*.rst", "_*.rst"]
templates_path = ["_templates"]
html_static_path = ["_static"]

# Every reference must lead somewhere; those to other projects' types cannot, without a network.
nitpicky = True
nitpick_ignore_regex = [
    # Names of modules of the standard library and of the libraries underneath.
    (r"py:.*", r"(?:argparse|collections|contextlib|datetime|enum|os|pathlib)\..*"),
    (r"py:.*", r"(?:subprocess|tarfile|typing|uuid)\..*"),
    (r"py:.*", r"(?:art|httpx|jinja2|keras|mlflow|np|numpy|pd|prefect)\..*"),
    (r"py:.*", r"(?:pydantic|pydantic_core|sklearn|tf)\..*"),
    # The same types under the short names by which modules import them for their signatures.
    (r"py:class", r"ArrayLike|NDArray|Path|TensorFlowV2Classifier|ModelVersion"),
    (r"py:class", r"AutomationCore|Flow|Log|PrefectFuture|PrefectFutureList|State|Task|TaskRunner"),
    (r"py:class", r"Axes|Console|Environment|Figure|Image|SyncPrefectClient|Table|Template|Text"),
    # What the types of parameters declare beside the type.
    (r"py:class", r"FieldInfo|Ge|Gt|Lt|MinLen|NoneType|types\.Annotated"),
    # Names for types that stand in signatures alone: aliases and type variables.
    (
        r"py:class",
        r"DistanceMetric|Images|PerformanceMetric|Subsets|~?P|(?:.*\.)?(?:Answer|Function|R)",
    ),
]

autodoc_typehints = "description"
# An argument's type is added to its sentence; where there is none, the signature says enough.
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autosummary_generate = False
# Functions stand below a heading that names their module.
add_module_names = False
toc_object_entries_show_parents = "hide"
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = f"Dioptra {release}"
html_css_files = ["guide.css"]
html_theme_options = {"navigation_with_keys": True}
# The sources of the pages are in the repository; a copy for each would double the site.
html_copy_source = False
html_show_sourcelink = False
# Every colour of these is legible on its ground.
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

# The button copies what is typed: no prompts, no output, no drawings of folders.
# Double quotes within: the extension puts it between single ones.
copybutton_selector = 'div[class*="highlight-"]:not(.highlight-text) > div.highlight pre'
copybutton_prompt_text = r"\$ |>(?: |$)|>>>(?: |$)|\.\.\.(?: |$)"
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .go, .gt"
copybutton_copy_empty_lines = False

# Cards would be drawn with a font and point to a site; titles and descriptions need neither.
ogp_social_cards = {"enable": False}
ogp_site_name = "Dioptra"
ogp_enable_meta_description = True

# The page for an unknown address is served from any folder, so its own addresses start at the root.
notfound_urls_prefix = "/"
