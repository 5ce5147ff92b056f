"""The command palette: every action that a key calls now, in words."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from voicelog_tui.keys import Key, active_keys


class Actions(Provider):
    """The active keys as commands, in the language that is chosen."""

    def _keys(self) -> list[Key]:
        return [key for key in active_keys(self.screen) if key.action != "command_palette"]

    async def discover(self) -> Hits:
        for key in self._keys():
            yield DiscoveryHit(f"{key.label}  ({key.shown})", partial(self._call, key), key.label)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for key in self._keys():
            if (score := matcher.match(key.label)) > 0:
                yield Hit(score, matcher.highlight(key.label), partial(self._call, key), help=key.shown)

    async def _call(self, key: Key) -> None:
        await self.app.run_action(key.action, key.node)
