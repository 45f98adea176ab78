"""YAML as country files use it: a key that stands twice is an error, and every place has a line."""

from collections.abc import Hashable
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """Refuses what PyYAML takes silently: of two equal keys it keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's
        """A mapping, each key once."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} stands there twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(text: str) -> dict[str, Any] | str:
    """A file's data; or, where it cannot be read, its line and why: "12: ..."."""
    try:
        data = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return f"{mark.line + 1 if mark else 1}: {error.problem or error.context}"
    except yaml.YAMLError as error:
        return f"1: {' '.join(str(error).split())}"
    return data if isinstance(data, dict) else "1: it is no mapping of fields"


def place_of(text: str, path: tuple[int | str, ...]) -> tuple[int, str]:
    """The line (from 1) and the name of a place, which a validation names by keys and positions; its nearest if new."""
    node = yaml.compose(text, yaml.SafeLoader)
    line, place = 1, ""
    for step in path:
        found = _step(node, step)
        if found is not None:
            node, line = found, found.start_mark.line + 1
            place += f"[{step + 1}]" if isinstance(step, int) else f"{'.' if place else ''}{step}"
        elif isinstance(node, yaml.MappingNode) and step == path[-1]:
            place += f"{'.' if place else ''}{step}"  # a field that is missing
    return line, place


def _step(node: Any, step: int | str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None
