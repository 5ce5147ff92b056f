"""The parts of a large log that are worth reading: its beginning, its end, and what stands around every kind of line
that matches a rule or speaks of a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from voicelog.ingest.decode import decode
from voicelog.model import Facts, Source
from voicelog.scan.blocks import PART, Block, blocks, first_part, last_part, parts, rest_of
from voicelog.scan.lines import LineReader, Told
from voicelog.scan.probes import pack_probes
from voicelog.signatures.base import KnowledgeBase

_EDGE = 48 * 1024
"""Bytes at both ends of a log that are read: machines introduce themselves early, runs end late."""
_EACH_RULE = 3
"""Lines that are read of those that a rule matches."""
_FAILURES = 40
"""Kinds of lines of failure, matched by no rule, that are read."""
_MOST_OF_PACK = 100
"""Lines that a rule of a pack matches, from which on it is looked for no more: it may match every line."""
_MOST_KINDS = 20_000
"""Combinations of rules on one line that are counted apart."""
_MOST = 4 * 2**20
"""Bytes of an excerpt."""


def excerpt(name: str, head: bytes, read: Callable[[int], bytes], base: KnowledgeBase) -> Source:
    """The excerpt of the log that begins with `head` and goes on with what `read` gives."""
    return _Excerpt(base).of(name, blocks(head, read))


class _Excerpt:
    def __init__(self, base: KnowledgeBase) -> None:
        self._reader = LineReader(base)
        self._base = base
        probes = pack_probes(base.beside) if base.beside is not None else []
        self._packs = LineReader(base.beside, probes) if base.beside is not None and probes else None
        self._pack_rules: Counter[int] = Counter()
        self._kept: list[Block] = []
        self._size = 0
        self._before: Block | None = None
        self._open = False
        """The part that comes next belongs to what was kept."""
        self._rules: Counter[int] = Counter()
        self._told: Counter[tuple[int, ...]] = Counter()
        self._shapes: set[bytes] = set()
        self._occurrences: Counter[str] = Counter()
        self._conditional: Counter[tuple[str, Facts, Facts]] = Counter()

    def of(self, name: str, stream: Iterator[Block]) -> Source:
        last: list[Block] = []
        for block in stream:
            if block.offset == 0:
                self._keep(first_part(block, _EDGE))
            if self._is_interesting(block.data):
                for part in parts(block):
                    self._see(part)
            else:
                self._pass(block)
            last = [*last[-1:], block]
        for block in self._tail(last):
            self._keep(block)
        return self._source(name)

    def _is_interesting(self, data: bytes) -> bool:
        of_packs = self._packs is not None and self._packs.interesting(data)
        return self._reader.interesting(data) or of_packs

    def _pass(self, block: Block) -> None:
        if self._open:
            self._keep(first_part(block, PART))
            self._open = False
        self._before = block

    def _see(self, part: Block) -> None:
        wanted = self._wanted(part)
        if wanted and self._before is not None:
            self._keep(last_part(self._before, PART))
        if wanted or self._open:
            self._keep(part)
        self._open = wanted
        self._before = part

    def _wanted(self, part: Block) -> bool:
        """Whether a line of `part` tells something that was not read often enough; counts what its lines tell."""
        wanted = False
        for told in self._reader.telling(part.data):
            wanted = self._tells_more(told) or wanted
        if self._packs is not None:
            for told in self._packs.telling(part.data):
                wanted = _are_new(told.rules, self._pack_rules) or wanted
                for number in told.rules:
                    if self._pack_rules[number] == _MOST_OF_PACK:
                        self._packs.pass_over(number)
        return wanted and self._size < _MOST

    def _tells_more(self, told: Told) -> bool:
        if told.rules:
            self._told[told.rules] += 1
            if len(self._told) > _MOST_KINDS:
                self._count()
            return self._told[told.rules] <= _EACH_RULE and _are_new(told.rules, self._rules)
        if told.shape in self._shapes or len(self._shapes) >= _FAILURES:
            return False
        self._shapes.add(told.shape)
        return True

    def _count(self) -> None:
        """Count lines for the signatures of their rules; apart where facts, not known yet, decide if they count."""
        ids = self._base.index.ids
        for numbers, lines in self._told.items():
            rules = [self._base.rule(number) for number in numbers]
            plain = {ids[rule.signature] for rule in rules if not rule.conditional}
            self._occurrences.update(dict.fromkeys(plain, lines))
            others = {(ids[one.signature], one.needs, one.excludes) for one in rules if ids[one.signature] not in plain}
            self._conditional.update(dict.fromkeys(others, lines))
        self._told.clear()

    def _keep(self, block: Block) -> None:
        """Keep `block`, but for what was kept before."""
        done = self._kept[-1].end if self._kept else 0
        if block.end <= done:
            return
        if block.offset < done:
            block = rest_of(block, done - block.offset)
        self._kept.append(block)
        self._size += len(block.data)

    @staticmethod
    def _tail(last: Sequence[Block]) -> Iterator[Block]:
        """The end of the log, from its last two blocks."""
        if len(last) > 1 and len(last[1].data) < _EDGE:
            yield last_part(last[0], _EDGE - len(last[1].data))
        yield from (last_part(block, _EDGE) for block in last[-1:])

    def _source(self, name: str) -> Source:
        """The kept blocks as one text, an empty line where something is left out."""
        self._count()
        data, marks, count, end = bytearray(), [], 1, 0
        for block in self._kept:
            if block.offset > end:
                data += b"\n" if data.endswith(b"\n") else b"\n\n"
                count += 1
            marks.append((count, block.line))
            data += block.data if block.data.endswith(b"\n") else block.data + b"\n"
            count += block.data.count(b"\n") + (not block.data.endswith(b"\n"))
            end = block.end
        text, encoding = decode(bytes(data))
        return Source(name, text, encoding, tuple(marks), dict(self._occurrences), dict(self._conditional))


def _are_new(rules: tuple[int, ...], seen: Counter[int]) -> bool:
    """Whether one of `rules` was not seen often enough; counts them."""
    seen.update(rules)
    return any(seen[number] <= _EACH_RULE for number in rules)
