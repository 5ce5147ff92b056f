"""How a log ends: with its aim reached, or not."""

from __future__ import annotations

from collections.abc import Sequence

from voicelog.linear import any_of, compile_pattern, either
from voicelog.model import Event, Record
from voicelog.parse.cleaning import is_progress

_REACHED = any_of(
    r"\bcomplete(?:[.!:]|$)|\b(?:done|finished|completed|success(?:ful(?:ly)?)?|succeeded|saved|passed|(?-i:[Rr]eady)|exported|wrote|written"
    r"|converted|generated|transcribed|synthesi[sz]ed|built target|up to date|all ok)\b",
    r"print_timings: +total time|^#? *To activate this environment",
    r"POST [^\"]*\" 200\b|\"status\": ?\"ok\"|exit(?:ed with)?(?: code| status)? 0\b|\bok \d",
    r"\ball (?:\w+ ){1,2}(?:are )?ready\b|^OK(?: \(skipped=\d+\))?$",
    r"完成|成功|已保存|保存到|保存至|生成完毕|就绪|転換完了|処理が完了",
    ignore_case=True,
)
_NOT_REACHED = any_of(
    r"\bDEBUG\b|^\S+: line \d+: ",
    r"\b(?:will be|to be|every|not|never|un|without|fail(?:ed|ure)?|error|cannot|couldn't|could not)\b[^.]{0,40}"
    r"(?:done|finish|complet|success|saved|ready)",
    r"\b(?:loaded|initiali[sz]ed|imported|connected|started|registered|applied|detected|resumed|synced)\b"
    r".{0,20}\bsuccessfully"
    r"|\bsuccessfully (?:loaded|initiali[sz]ed|imported|(?:re)?connected|started|registered|applied|detected|resumed"
    r"|synced|authenticated|logged in)\b",
    r"\b[1-9]\d* (?:failed|errors?)\b|\b(?:failed|errors?) ?[:=] ?[1-9]",
    r"\b(?:before|until|if|when)\b[^.]{0,40}(?:done|finish|complet|success|saved|ready)",
    r"(?:未|没有|没|无法|不)(?:能)?(?:完成|成功|保存)|失败|is not |unsuccessful|incomplete",
    ignore_case=True,
)
_DENIES = any_of(
    r"\bnot (?:yet )?(?:initiali[sz]ed|loaded|ready)\b|\bwaiting generate\b",
    r"未(?:初始化|加载|就绪|启动)|没有(?:声音|输出|结果)",
    ignore_case=True,
)
_NONE_FAILED = any_of(
    r"\b0 (?:failed|failures?|errors?|missing)\b|\b(?:failed|failures?|errors?|missing)[ \w]{0,12}[:=] ?0\b",
    r"(?:失败|错误|缺失)(?:数)?[:： =]*0\b|(?:^|[^\d.])0 ?[个条项次件]? ?(?:失败|错误|出错)",
    ignore_case=True,
)
_STOPPED = any_of(
    r"\bshut(?:ting)?[ -]?down\b|\b(?:server|worker|child) process\b|\bterminating\b",
    r"\b(?:processors?|streams?|threads?|sessions?|connections?|sockets?|listeners?|producers?|consumers?|loop)"
    r" (?:has |have |is |was |were )?(?:been )?(?:finished|completed|done|closed)\b",
    ignore_case=True,
)
"""An orderly stop: a server reaches it whatever its requests came to."""
_PASSING = either(_STOPPED, _NONE_FAILED)
"""What a server says in passing, whatever came before."""
_STEP = compile_pattern(r"(?i)^\s*(?:\d+%|epoch|step)")
_NAMED = compile_pattern(r"https?://\S+|'\w+' is already\b")
"""Words that only name something."""
_LONGEST = 200
"""Characters from which a line is prose, and its words are about something else."""
_LONGEST_RUN = 2000
"""Lines from which a log is a server's, and its end speaks for the last request only."""
_SOON = 60
"""Lines after a failure of such a log that may still speak of it."""
_MESSAGE = 4
"""Lines of an exception's message that are surely its own."""
_LAST = 12
"""Lines at the end that may tell of the aim: prompts, timings and tables follow it."""


def ends_well(records: Sequence[Record], events: Sequence[Event]) -> bool:
    """Whether one of the last lines says that the aim was reached and no failure comes after it."""
    last_failure = max((_end(event) for event in events if event.fatal), default=-1)
    if records and records[-1].line > _LONGEST_RUN:
        return last_failure >= 0 and _goes_on_well(records, last_failure)
    tail = [at for at in range(len(records)) if records[at].text.strip()][-_LAST:]
    for at in reversed(tail):
        if at <= last_failure or _DENIES.search(records[at].text):
            return False
        if _tells(records[at].text) and (last_failure < 0 or not _STOPPED.search(records[at].text)):
            return True
    return False


def _goes_on_well(records: Sequence[Record], failure: int) -> bool:
    """Whether the program itself says soon after the last failure that its aim was reached; what a server tells of
    its other requests, with a level, is not that."""
    near = records[failure + 1 : failure + _SOON]
    after = [record for record in near if record.line <= records[failure].line + _SOON]
    told = (record for record in after if not record.level and not is_progress(record.text))
    return any(_tells(record.text) and not _PASSING.search(record.text) for record in told)


def _end(event: Event) -> int:
    """The last record that surely belongs to the event: what a program prints next can look like more message."""
    return min(event.last, event.chain[-1].first + _MESSAGE) if event.chain else event.last


def _tells(text: str) -> bool:
    text = _NAMED.sub("", text)
    if len(text) > _LONGEST:
        return False
    if is_progress(text) and "100%" in text:
        return True
    if _NONE_FAILED.search(text):
        return True
    if _NOT_REACHED.search(text) or _STEP.match(text):
        return False
    return bool(_REACHED.search(text))
