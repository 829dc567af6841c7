"""Every public function of the library says what it does, with an example that runs."""

import ast
from pathlib import Path

LIBRARY = Path(__file__).parents[2] / "sampling"


def test_every_public_function_has_a_docstring_with_an_example():
    missing = []
    for path in sorted(LIBRARY.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                text = ast.get_docstring(node) or ""
                if "Examples\n--------\n" not in text or ">>>" not in text:
                    missing.append(f"{path.name}: {node.name}")
    assert missing == []
