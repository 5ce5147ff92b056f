"""Words of the place that shows recorded runs, and of the dialog that runs one again."""

from __future__ import annotations

RUNS_WORDS: dict[str, tuple[str, str]] = {
    "runs-none": (
        "No run is recorded yet. This records one and explains it when it fails:",
        "还没有运行记录。用下面的命令运行程序，失败时会自动解释：",
    ),
    "runs-none-failed": ("No recorded run has failed.", "没有失败的运行记录。"),
    "runs-count": ("Runs: {count}", "共 {count} 次运行"),
    "runs-failed-count": ("Failed runs: {count}", "{count} 次失败的运行"),
    "runs-reading": ("Reading the records…", "正在读取运行记录…"),
    "runs-pick": ("Choose a run to see what became of it.", "选择一次运行查看详情。"),
    "runs-damaged": ("Damaged records, left out: {count}", "有 {count} 条记录已损坏，未列出。"),
    "run-alive": ("running", "运行中"),
    "run-gone": ("lost", "中断"),
    "column-when": ("When", "时间"),
    "column-end": ("End", "结果"),
    "column-took": ("Took", "用时"),
    "column-cause": ("Cause", "原因"),
    "column-command": ("Command", "命令"),
    "run-cause": ("What went wrong", "失败原因"),
    "run-changed": ("What changed since the run before", "与上一次运行相比的变化"),
    "run-fixes": ("Run it again with", "可以这样再次运行"),
    "run-memory": (
        "Memory of the program in {seconds} s: at most {most} of {limit}",
        "程序内存（{seconds} 秒内）：最多 {most}，共 {limit}",
    ),
    "run-card": (
        "Memory of {card} in {seconds} s: at most {most} of {limit}",
        "{card} 显存（{seconds} 秒内）：最多 {most}，共 {limit}",
    ),
    "key-open": ("Open", "打开"),
    "key-log": ("Its log", "查看日志"),
    "key-run-again": ("Run again", "再次运行"),
    "key-failed": ("Failed only", "只看失败"),
    "key-refresh": ("Read again", "刷新"),
    "rerun-title": ("Run it again", "再次运行"),
    "rerun-unchanged": ("unchanged, without a fix", "不做改动，原样再跑一次"),
    "rerun-planning": ("Looking what can be done…", "正在查看可用的修复…"),
    "rerun-shown": (
        "This is all that will be done. Nothing has been done yet.",
        "以下是将要做的全部操作，目前什么都还没有做。",
    ),
    "rerun-start": ("From run {id}, which its failed fixes go back to", "从运行 {id} 开始（没用的修复不会带上）"),
    "rerun-environment": ("Environment that differs from now", "与当前环境不同的变量"),
    "rerun-untrusted": (
        "This fix comes from a rule pack, not from voicelog.",
        "这个修复来自规则包，不是 voicelog 自带的。",
    ),
    "rerun-nobody": (
        "Nothing that voicelog could do by itself fits this run. The fixes to do by hand stand with its diagnosis.",
        "没有 voicelog 能自动完成的修复。需要手动做的修复见诊断页面。",
    ),
    "rerun-by-hand": (
        "The fix that you chose has to be done by hand. This is what voicelog can do instead.",
        "你选的修复需要手动完成。voicelog 可以代为执行的是下面这个。",
    ),
    "rerun-running": ("Running, {seconds} s", "正在运行，{seconds} 秒"),
    "rerun-stopping": ("Stopping…", "正在停止…"),
    "rerun-left-out": (
        "… {count} lines left out here, the record has them",
        "… 此处省略 {count} 行，运行记录里有完整内容",
    ),
    "rerun-yes": ("Yes, run it", "是，运行"),
    "rerun-no": ("No", "否"),
    "rerun-not": ("It was not run: {reason}", "没有运行：{reason}"),
    "key-yes": ("Yes, run it", "是，运行"),
}
