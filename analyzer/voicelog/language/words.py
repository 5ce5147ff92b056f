"""voicelog's own words: name to (English, Chinese)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "evidence": ("Evidence", "依据"),
    "line": ("line {line}", "第 {line} 行"),
    "first": ("Do this first", "先这样做"),
    "otherwise": ("If that does not help", "如果不行，再试"),
    "check": ("How to see that it worked", "怎样确认修好了"),
    "also": ("Could also be", "也可能是"),
    "also-failed": ("Also in this log", "日志里还有"),
    "follows": ("Follows from it", "由此引起的后果"),
    "harmless": ("Harmless, though it looks bad", "看着吓人，其实没事"),
    "references": ("More", "参考"),
    "facts": ("Machine, as the log tells", "日志里看到的环境"),
    "sure": ("{percent} % sure", "把握 {percent}%"),
    "unknown": (
        "There is a failure here, and no known cause explains it.",
        "日志里确实有报错，但不符合任何已知的原因。",
    ),
    "unknown-where": ("It failed here", "出错的位置"),
    "unknown-near": ("Nearest known causes (not a diagnosis)", "最接近的已知原因（不是诊断结论）"),
    "unknown-next": (
        "Run it again and keep the whole output, from the command you typed to the last line; then analyze that file.",
        "请重新运行一次，把从输入命令到最后一行的完整输出都保存下来，再分析那个文件。",
    ),
    "healthy": ("No failure in this log.", "日志里没有发现失败。"),
    "healthy-next": (
        "If something still goes wrong, give the output of the run that fails, to its last line.",
        "如果仍有问题，请提供出错那次运行的完整输出，直到最后一行。",
    ),
    "empty": ("The log is empty, so there is no failure in it.", "日志是空的，里面没有失败。"),
    "when": ("when", "适用于"),
    "risk-advice": ("advice", "建议"),
    "risk-check": ("only looks", "仅检查"),
    "risk-command": ("changes the installation", "会修改环境"),
    "risk-edit": ("changes a file", "会修改文件"),
    "set": ("Set before starting", "启动前设置"),
    "decides": ("Would decide it", "还需确认"),
    "more-fixes": ("{count} more: voicelog analyze --all", "还有 {count} 种：voicelog analyze --all"),
    "report": ("voicelog report", "voicelog 报告"),
    "verdict": ("Verdict", "结论"),
    "cause": ("Cause", "原因"),
    "fix": ("Fix", "解决办法"),
}
