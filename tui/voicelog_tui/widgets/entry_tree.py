"""The entries of the knowledge base in groups, or as the plain list that a search found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from voicelog.signatures.types import Signature


class EntryTree(Tree[str]):
    """Ids of signatures below the names of their groups; no markup in any label."""

    DEFAULT_CSS = """
    EntryTree { padding: 0 0 0 1; scrollbar-gutter: stable; overflow-x: hidden; }
    EntryTree, EntryTree:focus { background: $background; background-tint: $background 0%; }
    EntryTree > .tree--cursor, EntryTree:focus > .tree--cursor {
        background: $cursor; color: $foreground; text-style: bold;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "key-read"),
        Binding("right", "open_group", show=False),
        Binding("left", "close_group", show=False),
    ]

    class Shown(Message):
        """The cursor is on an entry."""

        def __init__(self, identifier: str) -> None:
            super().__init__()
            self.identifier = identifier

    class Chosen(Shown):
        """An entry is to be read."""

    def __init__(self) -> None:
        super().__init__("", id="entries")
        self.show_root = False
        self.guide_depth = 2
        self._leaves: dict[str, TreeNode[str]] = {}
        self._groups: dict[str, TreeNode[str]] = {}

    def fill(
        self, groups: Mapping[str, Sequence[Signature]], named: Callable[[str], str], titles: Mapping[str, str]
    ) -> None:
        """Show groups by what `named` calls them; one without a name has its entries at the top, all in sight."""
        open_ = {name for name, node in self._groups.items() if node.is_expanded}
        at = self.current
        self.clear()
        self._leaves, self._groups = {}, {}
        for name, found in groups.items():
            parent = self.root
            if name:
                label = Text.assemble((named(name), "bold"), (f" {len(found)}", "dim"))
                parent = self.root.add(label, name, expand=name in open_)
                self._groups[name] = parent
            for one in found:
                self._leaves[one.id] = parent.add_leaf(Text(titles[one.id]), one.id)
        if at:
            self.go_to(at)

    @property
    def current(self) -> str:
        """The entry that the cursor is on, or nothing."""
        node = self.cursor_node
        return node.data if node is not None and not node.allow_expand and node.data else ""

    def go_to(self, identifier: str) -> bool:
        """Put the cursor on an entry; False where it is not in sight."""
        node = self._leaves.get(identifier)
        if node is None:
            return False
        if node.parent is not None and node.parent is not self.root:
            node.parent.expand()
        self.call_after_refresh(self.move_cursor, node)
        return True

    def first(self) -> None:
        """Put the cursor on the first entry."""
        if self._leaves:
            self.go_to(next(iter(self._leaves)))

    def action_open_group(self) -> None:
        if self.cursor_node is not None and self.cursor_node.allow_expand:
            self.cursor_node.expand()

    def action_close_group(self) -> None:
        node = self.cursor_node
        if node is not None and not node.allow_expand and node.parent is not self.root:
            node = node.parent
        if node is not None and node.allow_expand:
            node.collapse()
            self.move_cursor(node)

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[str]) -> None:
        event.stop()
        if not event.node.allow_expand and event.node.data:
            self.post_message(self.Shown(event.node.data))

    def on_tree_node_selected(self, event: Tree.NodeSelected[str]) -> None:
        event.stop()
        if not event.node.allow_expand and event.node.data:
            self.post_message(self.Chosen(event.node.data))
