"""The words in which programs say that they crashed, ended or failed, and those that only sound so."""

from __future__ import annotations

from voicelog.linear import any_of, compile_pattern

CRASH = any_of(
    r"Segmentation fault|segfault at |core dumped|\bSIG(?:SEGV|ABRT|ILL|BUS|KILL|FPE)\b|access violation",
    r"Windows fatal exception|Fatal Python error|terminate called|has stopped working",
    r"^Aborted|^Killed\b|: Killed\b|\bKilled\s+python|^已杀死|^已终止|已放弃|非法指令|段错误|总线错误",
    r"Illegal instruction|Bus error|stack smashing|double free|free\(\): invalid|malloc\(\): ",
    r"[Oo]ut of memory: Kill|oom-kill|Check failed: |panicked at|libc\+\+abi|Unhandled [Ee]xception",
    r"^BUG: |\bOops: |[Kk]ernel panic|general protection fault|goroutine \d+ \[running\]",
    r"0xC000[0-9A-Fa-f]{4}|-10737\d{5}|32212\d{5}|NVRM: Xid",
)
EXIT = any_of(
    r"(?:exit(?:ed)?|return(?:ed)?|finished|terminated|退出|返回)[\w ,'-]{0,30}?"
    r"(?:code|status|代码|码|值)[ :=为]*\(?(?P<code>-?\d+|0x[0-9A-Fa-f]+)",
    r"\[process exited with code (?P<code2>-?\d+)",
)
ERROR = any_of(
    r"^(?:[\w./\\ ()-]{1,40}: )?(?:fatal |internal |unexpected |[Rr]untime |[Bb]uild )?"
    r"(?:[Ee]rror|ERROR|fatal|FATAL|Fatal|E)\b ?(?:\[\w+\])?[:：]",
    r"^(?:×|✗|❌|✖)\s?\S",
    r"\b(?:[A-Za-z_]\w*\.)*[A-Z]\w+(?:Error|Exception)(?:[:：]|\(['\"]|$)",
    r"^Exception: |\b[Ee]rror (?:code|occurred|starting|loading|running|executing)\b|[Ff]aile?d with\b",
    r"\b(?:ERROR|Error|EXCEPTION|Exception)!+(?:\s|$)|Failed to execute script",
    r"\"error\": ?\"[^\"]|发生错误|发生异常|Exception during processing !!!|\[TRT\] \[E\]",
    r"\b[Ff]ailed ?[:!]|(?:^|\s)[Ff]ailed\.?$|\b(?:load|init|initialization|download|conversion|inference) failed\b",
    r"^(?:[a-z_]\w*\.)+[Ee]rror: ",
    r"^##\[error\]|The operation was cancell?ed|received a shutdown signal|The runner has received",
    r"^ERR!|^npm ERR|\berror [A-Z]+\d{3,5}: ",
    r"\.(?:c|cc|cpp|cu|h|hpp|pyx|rs)[:(]\d+.{0,12}(?:fatal )?error",
    r"^\s*\+ CategoryInfo|FullyQualifiedErrorId|^CMake Error|^make(?:\[\d+\])?: \*\*\*|ninja: build stopped|FAILED: ",
    r"^FAILED\b|=+ [1-9]\d* failed\b",
    r"错误[:：]|【(?:错误|失败|异常)】|报错|出错|异常[:：]|^失败|失败[:：!！。]|エラー|ошибка|Ошибка|오류|erreur|Fehler:",
    r"command not found|No such file or directory|is not recognized as|不是内部或外部命令|Permission denied",
    r"[Cc]annot (?:open|load|find|import|execute)|[Nn]ot enough memory|[Oo]ut of memory",
    r"[Cc]ould not (?:load|find|open|locate|create|connect|select|allocate)",
    r"[Ff]ailed to (?:load|open|create|initialize|import|build|start|connect|download|find|allocate|get)",
    r"[Uu]nable to (?:load|open|find|locate|init|allocate|create|connect|import)",
)
ELSEWHERE = any_of(
    # verdicts of runners, and counts that are not nought
    r"^\s*(?:--- )?FAIL\b|^not ok \d|\bBUILD FAILED\b|(?:: |\.\.\. )FAILED\b|::\S.* FAILED\b",
    r"\b[1-9]\d* (?:tests? |examples?, [1-9]\d* )?(?:failed|failures?)\b|[Dd]ue to (?:\d+ )?(?:previous )?errors?\b",
    r"\b\w+ failed (?:for|due to|because|after|at|on)\b|\bfailed;|\baborted: ",
    # shells, interpreters and compilers of other languages
    r"(?i:\b(?:syntax|parse|compile|compilation|link|i/o|medium|media|protocol|hardware|read) error\b)",
    r"^\S*sh: \d+: .+: not found$|^\S+: line \d+: \S|undefined reference to|unresolved external symbol",
    r"\((?:\w+(?:::|\.))*\w+(?:Error|Exception)\)$|\bUncaught \w|\bUnhandled\w* ?(?:Rejection|Promise|Error)",
    r"\bat \S+\.p[lm] line \d+\b|^npm error\b|^ERROR \d{4} \(\w+\)",
    # programs that put their own name before what they say, as Unix tools do
    r"^[a-z][\w.+-]*: .*\b(?:error|fatal|invalid|illegal|unterminated|unexpected|wrong|refused"
    r"|denied|not in|no such|unknown|unrecognized|expected)\b",
    r"^\w[\w.-]* error: |^\(error\) |\berror \d+ at\b|^[a-z]\w* FAIL \w+: ",
    r"\b[Ee]rror (?:processing|reading|writing|opening|parsing|connecting|from|near|at|in|on) \S",
    # version control, clusters, services, kernels
    r"^CONFLICT \(|^ ?! \[(?:remote )?rejected\]|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|\bFailedScheduling\b",
    r"\b[Cc]onnection (?:was )?(?:refused|closed by remote)|\b(?:was|were) refused\b|^\w+ timed out$",
    r"^(?:[a-z_]\w*\.)+(?:exceptions?|errors?|_exceptions)\.[A-Z]\w+: ",
    r"^(?:httpx|httpcore|requests|aiohttp)\.[A-Z]\w+: ",
    r"^! (?:[A-Z][\w ]*)?(?:Error|error|Undefined|Emergency stop|Missing)\b|\bMSB\d{4}: ",
    r"^\S+\.(?:go|swift|kt):\d+:\d+: ",
    r"^\w+: Error is not recoverable|\b0/\d+ nodes are available\b",
    r"^E \d+:\d\d:\d\d[:.]\d{3,4} |^SCRIPT ERROR: ",
    r"repeated too quickly|soft lockup|-fs error \(device|/(?:ERROR|FATAL)\]",
)
"""The same in other worlds; apart, because one pattern would have more states than RE2 remembers."""
BARE = any_of(
    r"^(?:list|tuple|string|pop|list assignment) index out of range$|^pop from (?:an )?empty \w+$",
    r"^(?:integer |float )?(?:division|modulo)(?: or modulo)? by zero$|^maximum recursion depth exceeded\b",
    r"^'\w+' object (?:has no attribute '\w+'|is not (?:subscriptable|callable|iterable)"
    r"|does not support item assignment)$",
    r"^(?:module|type object) '[\w.]+' has no attribute '\w+'$|^name '\w+' is not defined$",
    r"^(?:cannot access )?(?:free |local )variable '\w+' (?:referenced before assignment"
    r"|where it is not associated with a value(?: in enclosing scope)?)$",
    r"^(?:not enough|too many) values to unpack \(expected \d+(?:, got \d+)?\)$",
    r"^dictionary changed size during iteration$",
    r"^unsupported operand type\(s\) for .{1,12}: '\w+' and '\w+'$|^object of type '\w+' has no len\(\)$",
    r"^invalid literal for int\(\) with base \d+: '.*'$|^could not convert string to float: '.*'$",
    r"^argument of type '\w+' is not iterable$|^expected str, bytes or os\.PathLike object, not \w+$",
    r"^[\w.]+\(\) (?:missing \d+ required (?:positional|keyword-only) arguments?: .*"
    r"|takes (?:from )?\d+ (?:to \d+ )?positional arguments? but \d+ (?:was|were) given"
    r"|got an unexpected keyword argument '\w+')$",
    r"^(?:can only concatenate \w+ \(not \"\w+\"\) to \w+|list indices must be integers or slices, not \w+"
    r"|string indices must be integers(?:, not '\w+')?)$",
)
"""What Python says of a mistake in the code, printed alone by `print(e)`."""
NO_ERROR = any_of(
    r"\b(?:PASSED|SKIPPED|XFAIL|XPASS)\b|\.\.\. ok$|^ok\b",
    r"\b(?:0|no|No|NO|without) (?:[Ee]rrors?|ERRORS?|failures?|failed)\b",
    r"\b(?:[Ee]rrors?|[Ff]ail(?:ed|ures?))(?:[=:]| [=:]?) ?0\b",
    r"(?:失败|错误)数?[:： =]*0\b|\bexpected failures?\b|Use of uninitialized value",
    r"error[_ ]rate|word error|character error|mean.{0,12}error|WER|CER|loss",
    r"(?:if|If|when|should|in case) .{0,60}(?:error|fail)|error_?(?:handler|log|callback)|on_error",
)
ERROR_WORD = compile_pattern(
    r"(?i)error|fail|fatal|exception|cannot|unable|could not|denied|refused|无法|失败|错误|找不到"
)
