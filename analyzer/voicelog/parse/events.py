"""What happened in a log besides tracebacks: crashes, exit codes, lines that say that something failed."""

from __future__ import annotations

from collections.abc import Sequence

from voicelog.linear import any_of, compile_pattern, holds, lines_where
from voicelog.model import Event, EventKind, Level, Record
from voicelog.parse import prefixes
from voicelog.parse.cleaning import is_progress
from voicelog.parse.tracebacks import find_tracebacks

_CRASH = any_of(
    r"Segmentation fault|segfault at |core dumped|\bSIG(?:SEGV|ABRT|ILL|BUS|KILL|FPE)\b|access violation",
    r"Windows fatal exception|Fatal Python error|terminate called|has stopped working",
    r"^Aborted|^Killed\b|: Killed\b|\bKilled\s+python|^已杀死|^已终止|已放弃|非法指令|段错误|总线错误",
    r"Illegal instruction|Bus error|stack smashing|double free|free\(\): invalid|malloc\(\): ",
    r"[Oo]ut of memory: Kill|oom-kill|Check failed: |panicked at|libc\+\+abi|Unhandled [Ee]xception",
    r"^BUG: |\bOops: |[Kk]ernel panic|general protection fault|goroutine \d+ \[running\]",
    r"0xC000[0-9A-Fa-f]{4}|-10737\d{5}|32212\d{5}|NVRM: Xid",
)
_EXIT = any_of(
    r"(?:exit(?:ed)?|return(?:ed)?|finished|terminated|退出|返回)[\w ,'-]{0,30}?"
    r"(?:code|status|代码|码|值)[ :=为]*\(?(?P<code>-?\d+|0x[0-9A-Fa-f]+)",
    r"\[process exited with code (?P<code2>-?\d+)",
)
_ERROR = any_of(
    r"^(?:[\w./\\ ()-]{1,40}: )?(?:fatal |internal |unexpected |[Rr]untime |[Bb]uild )?"
    r"(?:[Ee]rror|ERROR|fatal|FATAL|Fatal|E)\b ?(?:\[\w+\])?[:：]",
    r"^(?:×|✗|❌|✖)\s?\S",
    r"\b(?:[A-Za-z_]\w*\.)*[A-Z]\w+(?:Error|Exception)(?::|\(['\"]|$)",
    r"^Exception: |\b[Ee]rror (?:code|occurred|starting|loading|running)\b|[Ff]aile?d with\b",
    r"Failed to execute script|\"error\": ?\"[^\"]|发生错误|发生异常",
    r"\b[Ff]ailed ?[:!]|\b[Ff]ailed\.?$|\b(?:load|init|initialization|download|conversion|inference) failed\b",
    r"^(?:[a-z_]\w*\.)+error: ",
    r"^##\[error\]|The operation was cancell?ed|received a shutdown signal|The runner has received",
    r"^ERR!|^npm ERR|\berror [A-Z]+\d{3,5}: ",
    r"\.(?:c|cc|cpp|cu|h|hpp|pyx|rs)[:(]\d+.{0,12}(?:fatal )?error",
    r"^\s*\+ CategoryInfo|FullyQualifiedErrorId|^CMake Error|^make(?:\[\d+\])?: \*\*\*|ninja: build stopped|FAILED: ",
    r"^FAILED\b|=+ [1-9]\d* failed\b",
    r"错误[:：]|报错|出错|异常[:：]|^失败|失败[:：!！。]|エラー|ошибка|Ошибка|오류|erreur|Fehler:",
    r"command not found|No such file or directory|is not recognized as|不是内部或外部命令|Permission denied",
    r"[Cc]annot (?:open|load|find|import|execute)|[Nn]ot enough memory|[Oo]ut of memory",
    r"[Cc]ould not (?:load|find|open|locate|create|connect|select|allocate)",
    r"[Ff]ailed to (?:load|open|create|initialize|import|build|start|connect|download|find|allocate|get)",
    r"[Uu]nable to (?:load|open|find|locate|init|allocate|create|connect|import)",
)
_NO_ERROR = any_of(
    r"\b(?:PASSED|SKIPPED|XFAIL|XPASS)\b|\.\.\. ok$|^ok\b",
    r"\b(?:0|no|No|without) (?:errors?|failures?)|errors?[=: ]+0\b|[Ee]rrors?: ?0",
    r"error[_ ]rate|word error|character error|mean.{0,12}error|WER|CER|loss",
    r"(?:if|If|when|should|in case) .{0,60}(?:error|fail)|error_?(?:handler|log|callback)|on_error",
)
_TELLING = (_CRASH, _EXIT, _ERROR)
"""Most lines match none of them; as one pattern they have too many states for RE2 to remember."""
_ERROR_WORD = compile_pattern(
    r"(?i)error|fail|fatal|exception|cannot|unable|could not|denied|refused|无法|失败|错误|找不到"
)


def find_events(records: Sequence[Record]) -> tuple[Event, ...]:
    """Everything that happened, in order; tracebacks first claim their records."""
    tracebacks = find_tracebacks(records)
    taken: set[int] = set()
    for event in tracebacks:
        taken.update(range(event.first, event.last + 1))
    telling = lines_where([record.text for record in records], *_TELLING)
    others: list[Event] = []
    for at, record in enumerate(records):
        if at in taken or not record.text or (at not in telling and record.level < Level.WARNING):
            continue
        if kind := _kind(record):
            others.append(Event(kind, at, at))
    return tuple(sorted([*tracebacks, *others], key=lambda event: event.first))


def _kind(record: Record) -> EventKind | None:
    text = record.text
    if is_progress(text):
        return None
    if _CRASH.search(text) and record.level <= Level.FATAL and record.level != Level.INFO:
        return "crash"
    if found := _EXIT.search(text):
        code = found["code"] or found["code2"]
        return "exit" if code not in ("0", "0x0") else None
    if record.level >= Level.ERROR:
        return None if _NO_ERROR.search(text) else "error"
    if record.level == Level.WARNING:
        return "warning"
    if record.level == Level.INFO:
        return None
    if _ERROR.search(text) and not _NO_ERROR.search(text):
        return "error"
    return None


def tells_of_failure(text: str) -> bool:
    """Whether a line, alone, says that something failed, loudly or in words."""
    if "Traceback (most recent" in text or "Stack (most recent" in text:
        return True
    loudness = prefixes.level(text)
    if loudness < Level.WARNING and not any(holds(pattern, text) for pattern in _TELLING):
        return False
    return _kind(Record(0, text, loudness)) in ("crash", "exit", "error")


def speaks_of_failure(text: str) -> bool:
    """Whether a line uses any word of failure at all: worth comparing with known wordings."""
    return bool(_ERROR_WORD.search(text))
