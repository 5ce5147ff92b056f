"""What must not leave the machine, replaced: names, hosts, secrets, mails, addresses, on request file names.

A stand-in is stable (one value, one stand-in, so that correlations survive), keeps the grammar of what it replaces
(an address stays an address, a path in another script stays in another script, so that a diagnosis survives) and is
left alone when the text is redacted again. No line is added or lost.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from voicelog import redact_rules as rules
from voicelog.model import Evidence, Report

KINDS = ("user", "host", "token", "mail", "ip", "mac", "file")
_SHORTEST_NAME = 4
_SHORTEST_WIDE_NAME = 2
_TAKEN = re.compile(r"(?<![A-Za-z0-9])(user|用户|host|token|mail|file|文件)(\d{1,6})(?![0-9])")
_LOCAL_NETWORKS = tuple(ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
_DOCUMENTATION6 = ipaddress.ip_network("2001:db8::/32")


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data, and how many pieces of each kind were replaced in it."""

    text: str
    counts: Mapping[str, int]


def redact(text: str, *, users: Iterable[str] = (), hosts: Iterable[str] = (), files: bool = False) -> Redacted:
    """`text` without personal data; `users` and `hosts` are names known from elsewhere, `files` adds file names."""
    redactor = Redactor(users=users, hosts=hosts, files=files)
    redactor.learn(text)
    return Redacted(redactor.redact(text), dict(redactor.counts))


class Redactor:
    """Replaces personal data in several texts that belong together: one value has one stand-in in all of them."""

    def __init__(self, *, users: Iterable[str] = (), hosts: Iterable[str] = (), files: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        """Replacements by kind (`KINDS`), over all texts."""
        self._files = files
        self._taken: set[str] = set()
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()
        for name in users:
            self._name("user", name)
        for name in hosts:
            self._name("host", name)

    def learn(self, text: str) -> None:
        """Note the names that `text` gives away somewhere, so that they are replaced everywhere."""
        self._taken.update(word + number for word, number in _TAKEN.findall(text))
        for rule in (*rules.HOMES, *rules.PEOPLE, *rules.HOSTS):
            for found in rule.pattern.finditer(text):
                self._name(rule.kind, found["value"])

    def redact(self, text: str) -> str:
        """`text` with a stand-in for every piece of personal data."""
        self.learn(text)
        for rule in rules.SECRETS:
            text = self._apply(rule, text, self._secret)
        text = self._apply(rules.MAIL, text, self._mail)
        for rule in (*rules.HOMES, *rules.PEOPLE, *rules.HOSTS):
            text = self._apply(rule, text, lambda value, _, kind=rule.kind: self._name(kind, value))  # type: ignore[misc]
        text = self._everywhere(text)
        text = self._apply(rules.MAC, text, self._mac)
        text = self._apply(rules.IP6, text, self._ip)
        text = self._apply(rules.IP4, text, self._ip)
        return self._apply(rules.FILE, text, self._file) if self._files else text

    def redact_report(self, report: Report) -> Report:
        """`report` without personal data in anything that it quotes from the log."""

        def quoted(evidence: Evidence) -> Evidence:
            return evidence._replace(text=self.redact(evidence.text))

        return report._replace(
            source=self.redact(report.source),
            diagnoses=tuple(
                one._replace(
                    evidence=tuple(map(quoted, one.evidence)),
                    captures={name: self.redact(value) for name, value in one.captures.items()},
                )
                for one in report.diagnoses
            ),
            failure=quoted(report.failure) if report.failure else None,
            facts={name: self.redact(value) for name, value in report.facts.items()},
        )

    def _apply(self, rule: rules.Rule, text: str, stand_in: Callable[[str, str], str]) -> str:
        """`stand_in` gets the value and what stands before it on its line, and gives the value back to keep it."""

        def replaced(found: re.Match[str]) -> str:
            group = "value" if found["value"] is not None else "quoted"
            value, start = found[group], found.start(group)
            line = max(text.rfind("\n", 0, start) + 1, start - 80)
            new = stand_in(value, text[line:start])
            if new == value:
                return found.group()
            self.counts[rule.kind] += 1
            whole, at = found.group(), start - found.start()
            return whole[:at] + new + whole[at + len(value) :]

        return rule.pattern.sub(replaced, text)

    def _everywhere(self, text: str) -> str:
        """Known names wherever they stand as words of their own, longest first."""
        names = {value: (kind, new) for (kind, value), new in self._stand_ins.items() if kind in ("user", "host")}
        wanted = sorted((name for name in names if _is_telling(name)), key=len, reverse=True)
        if not wanted:
            return text
        pattern = "|".join(rf"(?<![A-Za-z0-9]){re.escape(one)}(?![A-Za-z0-9])" for one in wanted)

        def replaced(found: re.Match[str]) -> str:
            kind, new = names[found.group()]
            self.counts[kind] += 1
            return new

        return re.sub(pattern, replaced, text)

    def _name(self, kind: str, value: str) -> str:
        """The stand-in of a person's or a machine's name; the name itself where it names nobody."""
        value = value.rstrip(".")
        nobody = rules.NO_PERSON if kind == "user" else rules.NO_HOST
        if not value or value.isdigit() or nobody.fullmatch(value):
            return value
        if kind == "host" and rules.IP4.pattern.fullmatch(value):
            return value
        stem = "host" if kind == "host" else "user" if value.isascii() else "用户"
        first, *rest = value.split(" ")
        new = self._numbered(kind, first, stem)
        if rest:
            new = self._stand_ins[kind, value] = f"{new} name"
        return new

    def _secret(self, value: str, before: str) -> str:
        if rules.NO_SECRET.fullmatch(value) or set(value.split(":")) <= {"", "***", "****"}:
            return value
        return self._numbered("token", value, "token")

    def _mail(self, value: str, before: str) -> str:
        name, _, domain = value.partition("@")
        if name == "git" or domain == "example.com":
            return value
        return self._numbered("mail", value.lower(), "mail") + "@example.com"

    def _ip(self, value: str, before: str) -> str:
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return value
        if address.is_loopback or address.is_unspecified or value.startswith("255."):
            return value
        if address.version == 6:
            return self._numbered("ip", value.lower(), "2001:db8::", style=hex) if _is_address6(address) else value
        if any(address in network for network in _LOCAL_NETWORKS) or rules.VERSION_BEFORE.search(before):
            return value
        return self._numbered("ip", value, "", style=_address4)

    def _mac(self, value: str, before: str) -> str:
        mark = value[2]
        if value.lower().replace("-", ":").startswith("00:00:5e:00:53") or (
            mark == "-" and not re.search("[A-Fa-f]", value)
        ):
            return value
        return self._numbered("mac", value.lower().replace("-", ":"), "", style=_address_mac).replace(":", mark)

    def _file(self, value: str, before: str) -> str:
        if rules.PUBLIC_FILE.fullmatch(value):
            return value
        return self._numbered("file", value, "file" if value.isascii() else "文件")

    def _numbered(self, kind: str, value: str, stem: str, style: Callable[[int], str] = str) -> str:
        known = self._stand_ins.get((kind, value))
        while known is None:
            self._numbers[kind] += 1
            number = style(self._numbers[kind])
            new = stem + (number.removeprefix("0x") if style is hex else number)
            known = None if new in self._taken else new
        self._stand_ins[kind, value] = known
        return known


def this_machine() -> Redactor:
    """A redactor that knows the names of this machine and of who is logged in."""
    import getpass
    import platform

    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    return Redactor(users=[user], hosts=[platform.node()])


def _is_telling(name: str) -> bool:
    """Whether a name is long and rare enough to mean the person or machine wherever it stands."""
    if not name.isascii():
        return len(name) >= _SHORTEST_WIDE_NAME
    return len(name) >= _SHORTEST_NAME and name.lower() not in rules.ORDINARY and not name.isdigit()


def _address4(number: int) -> str:
    """An address that RFC 5737 keeps for documentation; after 762 of them they repeat."""
    block, host = divmod(number - 1, 254)
    return f"{('192.0.2', '198.51.100', '203.0.113')[block % 3]}.{host + 1}"


def _address_mac(number: int) -> str:
    """An address that RFC 7042 keeps for documentation."""
    return f"00:00:5e:00:53:{number % 256:02x}"


def _is_address6(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether it is long enough to be no piece of code or time, and not a documentation address already."""
    groups = [group for group in address.exploded.split(":") if group.strip("0")]
    return len(groups) >= 3 and address not in _DOCUMENTATION6
