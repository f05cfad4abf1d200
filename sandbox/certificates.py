"""The sandbox's own certificate authority and keys, made once in a folder and then reused.

ca.pem is what clients trust, server.pem what the server shows, signing.pem signs tokens: because it stays,
tokens survive a restart. The authority's own key is thrown away at once.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

LOCAL = ("localhost", "127.0.0.1", "::1")


def ensure(folder: Path, names: Sequence[str] = ()) -> Path:
    """Afterwards the folder holds ca.pem, server.pem, good for `names`, and signing.pem. Gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if not {"localhost", *names} <= _names(folder / "server.pem"):
        _make_server(folder, names)
    if not (folder / "signing.pem").exists():
        write_private(folder / "signing.pem", new_key_pem())
    return folder


def _names(server: Path) -> set[str]:
    """What the certificate is good for; nothing where there is none."""
    if not server.exists():
        return set()
    certificate = x509.load_pem_x509_certificates(server.read_bytes())[0]
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(held.get_values_for_type(x509.DNSName))


def _make_server(folder: Path, names: Sequence[str]) -> None:
    authority = trustme.CA(organization_name="Gatehouse sandbox")
    server = authority.issue_cert(*LOCAL, *(name for name in names if name not in LOCAL))
    (folder / "ca.pem").write_bytes(authority.cert_pem.bytes())
    write_private(folder / "server.pem", server.private_key_and_cert_chain_pem.bytes())


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def new_key_pem() -> bytes:
    return key_pem(new_key())


def key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def client_certificate(name: str) -> tuple[bytes, bytes]:
    """A self-signed certificate for an app registration: (key, certificate) as PEM."""
    key = new_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=1))
    builder = builder.not_valid_after(now + dt.timedelta(days=365))
    certificate = builder.sign(key, hashes.SHA256())
    return key_pem(key), certificate.public_bytes(serialization.Encoding.PEM)


def write_private(path: Path, content: bytes) -> None:
    """Readable by the owner alone, from the first byte."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
