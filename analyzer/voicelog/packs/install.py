"""Packs proved before they are put in place: by a digest that a person gives, or by the signature of a pinned key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

from voicelog.packs.fetch import fetch
from voicelog.packs.find import installed_folder
from voicelog.packs.store import Source, place, remember, source_of
from voicelog.signatures.location import areas, bundled
from voicelog.signatures.pack_files import PackError, pack_files, zip_files
from voicelog.signatures.packs import Pack, load_pack, to_pack

_SIGNATURE = ".sig"
_LARGEST_SIGNATURE = 4096


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pack that was read and proved, and is not yet in place."""

    pack: Pack
    files: dict[str, bytes]
    source: Source
    replaces: str = ""
    """Version that is installed now."""
    signed: bool = False


def is_address(place: str) -> bool:
    """Whether a pack is named by an address and not by a path."""
    return "://" in place


def candidate(where: str, *, sha256: str = "", timeout: float = 20.0) -> Candidate:
    """The pack at a path or address; raises PackError, FetchError where it cannot be had or is not what was meant."""
    if is_address(where):
        fetched = fetch(where, timeout=timeout)
        return _proved(where, fetched.data, fetched.etag, sha256=sha256, timeout=timeout)
    path = Path(where)
    if path.is_dir():
        files = pack_files(path)
        source = Source(str(path.absolute()), digest_of(files))
        _check_digest(where, source.sha256, sha256)
        return _candidate(files, where, source)
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = "check the path"
        raise PackError("no-pack", f"cannot be read: {error.strerror or error}", where=where, hint=hint) from None
    return _proved(str(path.absolute()), data, "", sha256=sha256, timeout=timeout)


def update(name: str, *, sha256: str = "", timeout: float = 20.0) -> Candidate | None:
    """The newer version of an installed pack, proved; None where the installed one is current. Raises VoicelogError."""
    known = source_of(name)
    if known is None:
        raise PackError("no-source", "does not say where it came from", where=name, hint="install it again")
    if not is_address(known.url):
        found = candidate(known.url, sha256=sha256)
        return None if found.source.sha256 == known.sha256 else found
    fetched = fetch(known.url, etag=known.etag, timeout=timeout)
    if not fetched.changed:
        return None
    if hashlib.sha256(fetched.data).hexdigest() == known.sha256:
        remember(name, replace(known, etag=fetched.etag))
        return None
    if not (sha256 or known.key):
        message = f"has changed (sha256 {hashlib.sha256(fetched.data).hexdigest()}) and is not signed"
        hint = "ask its author for the digest and give it with --sha256"
        raise PackError("unproved", message, where=known.url, hint=hint)
    found = _proved(known.url, fetched.data, fetched.etag, sha256=sha256, key=known.key, timeout=timeout)
    if found.pack.manifest.name != name:
        message = f"is now the pack '{found.pack.manifest.name}', not '{name}'"
        raise PackError("other-pack", message, where=known.url, hint="install it by its address if you want it")
    return found


def put(found: Candidate) -> Path:
    """Put a proved pack in place."""
    return place(found.pack.manifest.name, found.files, found.source)


def digest_of(files: dict[str, bytes]) -> str:
    """SHA-256 over names and contents of a folder's files."""
    key = hashlib.sha256()
    for name, data in sorted(files.items()):
        key.update(f"{name}\0{len(data)}\0".encode() + data)
    return key.hexdigest()


def _proved(where: str, data: bytes, etag: str, *, sha256: str, key: str = "", timeout: float) -> Candidate:
    """The pack in a zip, once its digest and its signature have been found right.

    The key of the installed version counts more than the one that the new version brings, which is pinned from then on.
    """
    found = hashlib.sha256(data).hexdigest()
    _check_digest(where, found, sha256)
    files = zip_files(io.BytesIO(data), where)
    read = _candidate(files, where, Source(where, found, etag))
    installed = source_of(read.pack.manifest.name)
    offered = read.pack.manifest.key
    pinned = key or (installed.key if installed else "")
    if proof := pinned or offered:
        _check_signature(where, data, proof, timeout)
    return replace(read, source=replace(read.source, key=offered or pinned), signed=bool(proof))


def _candidate(files: dict[str, bytes], where: str, source: Source) -> Candidate:
    pack = to_pack(files, where, areas(bundled()))
    return Candidate(pack, files, source, _installed_version(pack.manifest.name))


def _installed_version(name: str) -> str:
    folder = installed_folder() / name
    if not folder.is_dir():
        return ""
    try:
        return load_pack(folder).manifest.version
    except PackError:
        return "?"


def _check_digest(where: str, found: str, wanted: str) -> None:
    if wanted and found != wanted.strip().lower():
        message = f"has the digest {found}, not the one that was given"
        raise PackError("wrong-digest", message, where=where, hint="do not use it; ask its author")


def _check_signature(where: str, data: bytes, key: str, timeout: float) -> None:
    """Ed25519 over the whole zip; the signature lies beside it, in base64, with `.sig` added to its name."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        signature = base64.b64decode(_signature_text(where, timeout), validate=True)
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(signature, data)
    except (InvalidSignature, binascii.Error, ValueError):
        message = "its signature is not the one of the pack's key"
        raise PackError("wrong-signature", message, where=where, hint="do not use it; ask its author") from None


def _signature_text(where: str, timeout: float) -> bytes:
    if is_address(where):
        return fetch(where + _SIGNATURE, timeout=timeout, largest=_LARGEST_SIGNATURE).data.strip()
    try:
        return Path(where + _SIGNATURE).read_bytes()[:_LARGEST_SIGNATURE].strip()
    except OSError:
        hint = "put the .sig file beside the zip"
        message = "the pack has a key, but no signature lies beside it"
        raise PackError("no-signature", message, where=where, hint=hint) from None
