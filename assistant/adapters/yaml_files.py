"""Reading YAML strictly: safely, and refusing a key given twice, which YAML lets win quietly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml


def parsed(text: str) -> Any:  # noqa: ANN401 - what a YAML file holds is checked by the record it becomes
    """The content of `text`. Raises yaml.YAMLError, with line and column, also for a double key."""
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader


# libyaml's, where PyYAML has it: ten times as fast.
if TYPE_CHECKING:
    from yaml import SafeLoader
else:
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key given twice: {name}", key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep)
