"""What the code says of itself: docstrings of rules and checks, and the texts below the keys of the configuration.

`explain`, `init`, the generated pages and the rules of a SARIF report read them here, so that there is one of each.
"""

import ast
import inspect
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pkgutil import walk_packages
from typing import Any

from schemactl.core import config

# Folders of pages, one a module: the module's docstring is the page.
CATALOGUES = {
    "rules": ("schemactl.lint.rules", "Lint rules", "What `schemactl lint` finds in the text of a migration."),
    "checks": ("schemactl.verify.checks", "Checks", "What `schemactl verify` proves by execution."),
    "audits": ("schemactl.rls.audit", "Access audits", "What `schemactl rls` finds in a catalog."),
}


def modules(package: str) -> dict[str, str]:
    """Name to path of the modules below `package`, none while there is no such package.

    `index` and names with an underscore in front are left out; `snake_case` becomes `kebab-case`.
    """
    if not _exists(package):
        return {}
    found = walk_packages(import_module(package).__path__, f"{package}.")
    paths = {module.name.rsplit(".", 1)[-1]: module.name for module in found if not module.ispkg}
    return {name.replace("_", "-"): path for name, path in paths.items() if name != "index" and name[0] != "_"}


def _exists(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def docstring(module: str) -> str:
    """The page that a module's docstring is."""
    return inspect.cleandoc(import_module(module).__doc__ or "")


def attribute_docs(kind: type) -> dict[str, str]:
    """The string below each field of a class."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(kind) or config))
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    documented = {}
    for before, after in pairwise(body):
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name) and isinstance(after, ast.Expr):
            documented[before.target.id] = " ".join(str(ast.literal_eval(after.value)).split())
    return documented


def default_words(value: Any) -> str:
    """A default as code; empty where there is none."""
    if value is None or (isinstance(value, (tuple, Mapping)) and not value):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
