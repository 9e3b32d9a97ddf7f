"""YAML whose every value knows its file and line, so that an error can name them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.core.errors import ConfigError, Place
from schemactl.core.results import Json
from schemactl.core.words import did_you_mean

if TYPE_CHECKING:
    import yaml


@dataclass(frozen=True)
class Entry:
    """A value of a file; `key` is the path of keys to it, as messages name it."""

    file: str
    key: str
    node: "yaml.Node | None"

    @property
    def place(self) -> Place:
        """Line and column of its first character, from 1."""
        if self.node is None:
            return Place(self.file, 1)
        return Place(self.file, self.node.start_mark.line + 1, self.node.start_mark.column + 1)

    @property
    def empty(self) -> bool:
        """Whether nothing is written."""
        import yaml

        return self.node is None or (isinstance(self.node, yaml.ScalarNode) and self.node.tag.endswith(":null"))

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        import yaml

        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        import yaml

        return isinstance(self.node, yaml.SequenceNode)

    def error(self, message: str, hint: str | None = None) -> ConfigError:
        """An error at this value."""
        where = f"`{self.key}`: " if self.key else ""
        return ConfigError(where + message, place=self.place, hint=hint)

    def items(self) -> dict[str, "Entry"]:
        """The keys of a mapping. Raises ConfigError for anything else, and for a key that stands twice."""
        import yaml

        if self.empty:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("must be a mapping of names to values")
        found: dict[str, Entry] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Entry(self.file, self.key, key).error("a key must be a word")
            entry = Entry(self.file, f"{self.key}.{key.value}" if self.key else key.value, value)
            if key.value in found:
                raise Entry(self.file, entry.key, key).error("stands twice")
            found[key.value] = entry
        return found

    def fields(self, known: Collection[str]) -> dict[str, "Entry"]:
        """The keys of a mapping whose keys are known; names the nearest where one is not."""
        import yaml

        found = self.items()
        for name in found:
            if name not in known:
                key = next(k for k, _ in self.node.value if k.value == name) if self.node else None
                at = Entry(self.file, self.key, key if isinstance(key, yaml.Node) else self.node)
                raise at.error(f"unknown key `{name}`", did_you_mean(name, known))
        return found

    def elements(self) -> Iterator["Entry"]:
        """The elements of a list."""
        import yaml

        if self.empty:
            return
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("must be a list: [a, b]")
        for value in self.node.value:
            yield Entry(self.file, self.key, value)

    def text(self) -> str:
        """The words of a scalar, as written: `no` and `null` are words here."""
        import yaml

        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error("must be text")
        return str(self.node.value).strip()

    def flag(self) -> bool:
        """True or false."""
        words = {"true": True, "yes": True, "false": False, "no": False}
        if self.text().lower() not in words:
            raise self.error(f"must be true or false, not `{self.text()}`")
        return words[self.text().lower()]

    def value(self) -> Json:
        """The value as YAML understands it: numbers, true and false, lists and mappings."""
        import yaml

        return yaml.SafeLoader("").construct_document(self.node) if self.node is not None else None


def parse(text: str, file: str) -> Entry:
    """The top of a file. Raises ConfigError where it is no YAML."""
    import yaml

    try:
        return Entry(file, "", yaml.compose(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise ConfigError(f"not valid YAML: {error.problem}", place=place) from None
    except yaml.YAMLError as error:
        raise ConfigError(f"not valid YAML: {error}", place=Place(file)) from None
