"""Words of the frame around all places: tabs, keys, help, palette, themes."""

from __future__ import annotations

FRAME_WORDS: dict[str, tuple[str, str]] = {
    "place-diagnose": ("Diagnose", "诊断"),
    "place-knowledge": ("Knowledge", "知识库"),
    "place-runs": ("Runs", "运行记录"),
    "place-doctor": ("Doctor", "环境检查"),
    "key-language": ("中文", "English"),
    "key-theme": ("Theme", "配色"),
    "key-help": ("Help", "帮助"),
    "key-quit": ("Quit", "退出"),
    "key-palette": ("All actions", "全部操作"),
    "key-close": ("Close", "关闭"),
    "palette-search": ("Search for an action…", "搜索操作…"),
    "theme-now": ("Theme: {name}", "配色：{name}"),
    "theme-voicelog-dark": ("dark", "深色"),
    "theme-voicelog-light": ("light", "浅色"),
    "theme-voicelog-contrast": ("high contrast", "高对比度"),
    "help-title": ("Keys", "按键"),
    "help-here": ("Here", "当前页面"),
    "help-everywhere": ("Everywhere", "所有页面"),
    "help-mouse": (
        "The mouse works too: click a tab, a key at the bottom, a line, a cause; the wheel scrolls.",
        "也可以用鼠标：点击标签、底部按键、日志行或原因；滚轮滚动。",
    ),
}
