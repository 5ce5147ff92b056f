"""Words of the place that checks the environment."""

from __future__ import annotations

DOCTOR_WORDS: dict[str, tuple[str, str]] = {
    "doctor-start": ("Looking for the interpreter…", "正在查找解释器…"),
    "doctor-running": ("{done} of {count} checks; now: {steps}", "已完成 {done}/{count} 项检查，正在进行：{steps}"),
    "doctor-stopped": ("Stopped. r runs the checks again.", "已停止，按 r 重新检查。"),
    "doctor-broken": ("It cannot be examined: {reason}", "无法检查：{reason}"),
    "doctor-shown": ("What the machine shows", "机器上看到的"),
    "doctor-next": ("Do this next", "下一步"),
    "doctor-cause": ("Leads to", "会导致"),
    "doctor-check-name": ("check {name}", "检查项 {name}"),
    "doctor-where": ("What is to be examined", "检查哪个环境"),
    "doctor-python": (
        "Interpreter, or folder of an environment (empty: found)",
        "解释器或环境文件夹（留空则自动查找）",
    ),
    "doctor-project": ("Folder of the project (empty: the current one)", "项目文件夹（留空则为当前文件夹）"),
    "doctor-online": ("Also try connections to other machines", "同时测试网络连接"),
    "doctor-examine": ("Examine", "检查"),
    "status-fail": ("problem", "问题"),
    "status-crashed": ("problem", "问题"),
    "status-warn": ("warning", "警告"),
    "status-ok": ("fine", "正常"),
    "status-skip": ("not checked", "未检查"),
    "key-again": ("Check again", "重新检查"),
    "key-where": ("Interpreter, project", "解释器与项目"),
}
