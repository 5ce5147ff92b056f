"""System codes in every form in which software prints them, as patterns."""

from __future__ import annotations

import re

_SIGNALS = {"SIGSEGV": 11, "SIGABRT": 6, "SIGKILL": 9, "SIGILL": 4, "SIGBUS": 7, "SIGFPE": 8, "SIGTERM": 15}
_EXIT = r"(?:exit|exited|returned|return|finished|terminated|退出|返回)[\w ,'-]{0,30}(?:code|status|value|代码|码|值)"
_AMBIGUOUS = 100
"""Smaller numbers follow the words `error code` in too many programs."""
_FORM = re.compile(r"(?P<kind>WinError|Errno|exit|signal|status) (?P<value>[\w-]+)")


def patterns_of(code: str) -> tuple[str, ...]:
    """Patterns for a code such as `WinError 126`; each holds a plain piece. Empty where the form is unknown."""
    found = _FORM.fullmatch(code)
    if not found:
        return ()
    kind, value = found["kind"], found["value"]
    if kind == "signal":
        return _signal(value)
    if kind == "status":
        return _status(value)
    if not re.fullmatch(r"-?\d+", value):
        return ()
    if kind == "WinError":
        named = rf"(?i)winerror[ :]*{value}\b"
        if int(value) < _AMBIGUOUS:
            return (named,)
        return (
            named,
            rf"(?i)error code:? ?{value}\b",
            rf"(?i)error:? 0x0*{int(value):x}\b",
            rf"(?i)system error {value}\b",
            rf"\(os error {value}\)",
            rf"错误代码[:：]? ?{value}\b",
        )
    if kind == "Errno":
        return (rf"(?i)errno[ :=]*{value}\b", rf"\(os error {value}\)")
    return _exit(value)


def _exit(value: str) -> tuple[str, ...]:
    return (
        rf"(?i){_EXIT}[ :=为]*\(?{re.escape(value)}\b",
        rf"(?i)(?:returncode|exitcode|exit_code)[ :=]+{re.escape(value)}\b",
    )


def _signal(name: str) -> tuple[str, ...]:
    number = _SIGNALS.get(name)
    if number is None:
        return ()
    return (
        rf"\b{name}\b",
        rf"(?i)\bsignal:? {number}\b",
        *_exit(str(-number)),
        *_exit(str(128 + number)),
    )


def _status(value: str) -> tuple[str, ...]:
    try:
        number = int(value, 16)
    except ValueError:
        return ()
    signed = number - 2**32 if number >= 2**31 else number
    return (rf"(?i){value.lower()}\b", rf"{signed}\b", rf"\b{number}\b")
