"""Where personal data stands in logs: the shapes by kind, and the words that look like names and are none."""

from __future__ import annotations

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """A shape whose group `value` is personal data of one kind."""

    kind: str
    pattern: re.Pattern[str]


def _rule(kind: str, pattern: str, flags: int = 0) -> Rule:
    return Rule(kind, re.compile(pattern, flags))


SECRETS = (
    _rule("token", r"(?<![\w-])(?P<value>hf_[A-Za-z0-9]{16,200})"),
    _rule("token", r"(?<![\w-])(?P<value>gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_\w{20,255}|glpat-[\w-]{16,255})"),
    _rule("token", r"(?<![\w-])(?P<value>sk-(?=[\w-]{0,60}\d)[A-Za-z0-9_-]{16,255})"),
    _rule("token", r"(?<![A-Z0-9])(?P<value>(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16})(?![A-Z0-9])"),
    _rule("token", r"(?<![\w-])(?P<value>AIza[\w-]{35}|ya29\.[\w-]{20,255}|xox[abprs]-[\w-]{10,255})"),
    _rule("token", r"(?<![\w-])(?P<value>(?:npm|r8|dckr_pat)_[\w-]{20,255}|pypi-[\w-]{50,255})"),
    _rule("token", r"(?<![\w.-])(?P<value>eyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{0,1000})"),
    _rule(
        "token",
        r"(?i)\b(?:proxy-)?authorization['\"]?\s{0,4}[:=]\s{0,4}(?:b?['\"])?(?:(?:bearer|basic|token|digest|apikey)\s+)?"
        r"(?P<value>[^\s'\",;}]{3,4000})",
    ),
    _rule("token", r"(?i)(?<![\w-])bearer\s{1,4}(?P<value>(?=[^\s'\",;]{0,200}\d)[\w.~+/=-]{12,4000})"),
    _rule(
        "token",
        r"(?i)\b(?:set-)?cookie['\"]?\s{0,4}:\s{0,4}['\"]?(?P<value>[\w.-]{1,100}=[^\s'\"]{3,4000}"
        r"(?:; [\w.-]{1,100}=[^\s'\";]{1,4000}){0,40})",
    ),
    _rule("token", r"(?<=://)(?P<value>[^\s/@:'\"<>]{1,256}:[^\s/@'\"<>]{1,256})(?=@)"),
    _rule("token", r"(?<=://)(?P<value>(?=[^\s/@:]{0,60}\d)[^\s/@:'\"<>]{16,256})(?=@)"),
    _rule(
        "token",
        r"(?i)[?&;](?:[\w-]{0,40}(?:token|signature|secret|password|api_?key|credential|security-token)|sig|key|auth|code"
        r"|pwd)=(?P<value>[^\s&'\"<>#;]{4,4000})",
    ),
    _rule(
        "token",
        r"(?i)(?<![A-Za-z0-9])(?:[\w-]{0,40}[_-])?(?:token|secret|api[_-]?key|apikey|access[_-]?key(?:[_-]?id)?"
        r"|secret[_-]?key|private[_-]?key|credential)s?['\"]?\s{0,4}[:=]\s{0,4}['\"]?"
        r"(?P<value>(?=[\w+/.=~-]{0,200}\d)(?=[\w+/.=~-]{0,200}[A-Za-z])[\w+/.=~-]{12,4000})",
    ),
    _rule(
        "token",
        r"(?i)(?<![A-Za-z0-9])(?:[\w-]{0,40}[_-])?(?:password|passwd|passphrase|pwd)['\"]?"
        r"(?:\s{0,4}=\s{0,4}['\"]?(?P<value>[^\s'\",;&)]{3,256})|\s{0,4}:\s{0,4}['\"](?P<quoted>[^\s'\"]{3,256})['\"])",
    ),
    _rule("token", r"(?m)^(?P<value>[A-Za-z0-9+/]{60,76}={0,2})$"),
)
"""Shapes of secrets, most telling first; the last one is a line of a key or a certificate."""

MAIL = _rule("mail", r"(?<![\w.+/-])(?P<value>[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24})(?![\w@-])")

HOMES = (
    _rule(
        "user",
        r"(?i)(?<![A-Za-z])[A-Za-z](?::|%3A)(?:[\\/]{1,4}|%5C|%2F)(?:Users|Documents and Settings|用户)"
        r"(?:[\\/]{1,4}|%5C|%2F)"
        r"(?P<value>[^\\/:*?\"'<>|\s%]{1,40}(?: [^\\/:*?\"'<>|\s]{1,40}){1,3}(?=[\\/])|[^\\/:*?\"'<>|\s,;)\]%]{1,60})",
    ),
    _rule("user", r"(?i)(?<![\w.-])/(?:[a-z]/|mnt/[a-z]/)?(?:Users|用户)/{1,2}(?P<value>[^\\/:*?\"'<>|\s,;)\]]{1,60})"),
    _rule("user", r"(?<=/home/)(?P<value>[^\\/:*?\"'<>|\s,;)\]]{1,60})"),
    _rule("user", r"(?i)\\home\\{1,2}(?P<value>[^\\/:*?\"'<>|\s,;)\]]{1,60})"),
    _rule("user", r"(?<=/run/media/)(?P<value>[^\\/:*?\"'<>|\s,;)\]]{1,60})"),
)
"""Home folders of every system, also as WSL, Git Bash, URLs and escaped strings write them."""

_PROMPT = r"(?m)^\s{0,8}(?:\([^()\n]{1,40}\)\s{0,2}){0,3}\[?"
PEOPLE = (
    _rule("user", r"(?<=://)(?P<value>[\w.-]{1,60})(?=@)"),
    _rule("user", _PROMPT + r"(?P<value>[\w.-]{1,40})@[\w.-]{1,64}(?:[: ~][^\n$#%]{0,200})?\]?\s?[$#%](?:\s|$)"),
    _rule("user", r"\b(?:USER|USERNAME|LOGNAME|SUDO_USER)\s{0,2}=\s{0,2}['\"]?(?P<value>[\w.-]{1,60})"),
    _rule("user", r"(?m)^[-dlrwxst]{10}[.+@]?\s{1,4}\d{1,6}\s{1,4}(?P<value>[\w.-]{1,60})\s"),
)
"""Where a log names who is logged in."""

_PRIVATE = r"(?:local|lan|internal|intranet|intra|corp|home|localdomain|private|ts\.net)"
HOSTS = (
    _rule("host", _PROMPT + r"[\w.-]{1,40}@(?P<value>[\w.-]{1,64})(?:[: ~][^\n$#%]{0,200})?\]?\s?[$#%](?:\s|$)"),
    _rule("host", r"(?m)^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?P<value>[\w.-]{1,64}) [\w./@()-]{1,60}(?:\[\d+\])?: "),
    _rule("host", r"(?m)^\d{4}-\d\d-\d\dT[\d:.,+-]{8,24}Z? (?P<value>[\w.-]{1,64}) [\w./@()-]{1,60}(?:\[\d+\])?: "),
    _rule(
        "host", r"\b(?:COMPUTERNAME|HOSTNAME|USERDOMAIN|LOGONSERVER)\s{0,2}=\s{0,2}['\"]?\\{0,4}(?P<value>[\w.-]{1,64})"
    ),
    _rule(
        "host",
        r"(?i)\b(?:node|host|machine|computer)[ _]?name['\"]?\s{0,2}[:=]\s{0,2}['\"]?(?P<value>[\w-]{2,64})(?![\w.])",
    ),
    _rule("host", r"\bLinux (?P<value>[\w.-]{1,64}) \d{1,2}\.\d{1,3}\.\d{1,3}[-.\w]{0,60} #\d"),
    _rule("host", r"(?<![\w:\\/.])\\\\(?P<value>[A-Za-z][\w.-]{1,63})\\(?=[\w$])"),
    _rule(
        "host",
        rf"(?i)\b(?:https?|socks[45]h?|ftp|ssh|tcp|wss?|grpc|rtmp|redis)://(?:[^\s/@]{{1,512}}@)?"
        rf"(?P<value>[a-z][\w-]{{0,62}}(?:\.[\w-]{{1,62}}){{0,4}}\.{_PRIVATE}|[a-z][\w-]{{0,62}})(?=[:/?\s'\")\]]|$)",
    ),
    _rule("host", rf"(?i)\bhost=['\"](?P<value>[a-z][\w-]{{0,62}}(?:(?:\.[\w-]{{1,62}}){{0,3}}\.{_PRIVATE})?)['\"]"),
)
"""Where a log names the machine, or another one of the same house."""

IP4 = _rule("ip", r"(?<![\w.+-])(?P<value>(?:\d{1,3}\.){3}\d{1,3})(?![\w-]|\.\d)")
IP6 = _rule("ip", r"(?<![\w:.])(?P<value>(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4})(?![\w:.])")
MAC = _rule(
    "mac", r"(?<![\w:-])(?P<value>(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2})(?![\w:-])"
)
FILE = _rule(
    "file",
    r"(?P<value>[^\\/:*?\"'<>|\s=(\[,，：。]{1,120})(?=\.(?:wav|mp3|flac|ogg|opus|m4a|aac|wma|aiff?|mp4|mkv|mov|webm|avi|flv"
    r"|srt|lrc|ass|pth|index|ckpt|onnx|pt|safetensors)\b)",
    re.IGNORECASE,
)

VERSION_BEFORE = re.compile(
    r"(?i)(?:[=<>~!]=?\s*|\b(?:version|ver\.?|v|release|driver|版本)['\"]?[ :=]*v?"
    r"|(?:cu\d+|[a-z]-[\w.-]+|\blib\w+|cudnn|cublas|\w+==[\d.]+)['\"]?,?\s*\(?)$"
)
"""What stands before four numbers that are the version of a package and not an address."""

NO_PERSON = re.compile(
    r"(?i)(?:root|user|users|username|your[_-]?(?:user)?name|name|me|admin|administrator|public|default|all users"
    r"|shared|guest|ubuntu|debian|centos|fedora|arch|pi|runner|runneradmin|vsts|jovyan|colab|kaggle|docker"
    r"|app|appuser|node|vscode|codespace|gitpod|conda|mambauser|ec2-user|azureuser|opc|nobody|www-data"
    r"|daemon|systemd|nvidia|container|sandbox|git"
    r"|x+|\.+|\*+|%\w+%|\$\w+|\{\w+\}|用户名?|你的用户名|token\d+|(?:user|用户)\d+(?: name)?)"
)
"""Accounts that name nobody; the stand-ins are among them."""

NO_HOST = re.compile(
    r"(?i)(?:localhost|local|host|hostname|server|none|null|unknown|gateway|proxy|kernel|container|docker|true|false|test|example"
    r"|node|host\d+|your[-_]?\w+|wsl\$?|wsl\.localhost|users|\.|\?)"
)
"""Hosts that name no machine."""

NO_SECRET = re.compile(
    r"(?i)(?:none|null|true|false|undefined|empty|missing|required|redacted|token\d+|<\S*>?|\*+\S*|x{3,}\S*|\.{3,}|\$\S+|\{\S*"
    r"|your[_-]\S*|str|string|optional\S*|getpass\S*|os\.\S+)"
)
"""Values that are no secrets."""

ORDINARY = frozenset(
    """
    about access account addr after again agent alpha array audio author back backend base batch beta bin block
    board bool boot both box branch browser buffer build byte cache call chat chrome class clean client clone
    cloud code command common compile computer config console core count crash create cuda current custom data
    date debug deep delete demo desktop dev develop device dict disk done down download drive driver edge else
    empty engine entry error event example exec exit export fail false fast file files final find first float
    folder format found free from func game gate give global good grant group half hard have head help here high
    home hope hosts http image import index infer info init inner input install into item just keep kernel kind
    know lab laptop large last layer learn left length less level light like line linux list load local lock
    long main make many mark master match memory mini mode model module more most move music name need network
    never next none null number object office open option other output over owner pack package page park part
    past path personal pipe play point port power print process project public pull push python query queue
    ready real record remote report rest result rich right rose rule save script self send server service
    session shape share show side sign since size slow small some song sound source space speak speech speed
    stable stack stage start state station step stop storage store stream string studio style support system
    table take task team temp tensor test text that them then they this thread time tool torch trace track train
    true tune turn type unit update upload used user value verify version video view vocal voice wait warn wave
    well were when which will window windows with word work worker workspace world write zero
    """.split()  # noqa: SIM905 - three hundred quoted words would be hard to read
)
"""Words that logs are made of: a person of that name is replaced in paths and prompts, not in every sentence."""

PUBLIC_FILE = re.compile(
    r"(?i).*(?:hubert|contentvec|rmvpe|crepe|fcpe|pretrain|vocoder|hifi-?gan|bigvgan|nsf|whisper|wav2vec|bert|silero|vits|tts|gpt"
    r"|sovits|encoder|decoder|model|config|uvr|mdx|demucs|htdemucs|roformer|sample|input|output|temp|tmp|test|audio|reference|ref"
    r"|prompt|example|voice|speaker|checkpoint|diffusion|flow|campplus|speech|tokenizer|vad|onnx|file\d).*|[GD]_?\d*|f0[GD]\d*\w*"
    r"|\d+|[a-z]|added_\S*|total_fea\S*|文件\d+"
)
"""File names that software ships or makes by itself."""
