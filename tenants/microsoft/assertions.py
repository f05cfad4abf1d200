"""How we prove ourselves with a certificate: an assertion for one tenant's token endpoint, signed by its key.

azure-identity's CertificateCredential reads the key anew for every tenant, and msal for every token; each
time OpenSSL tries a key of 2,048 bits for 70 ms. Here it is read once a process. What is signed is what msal
would sign, by msal's own class.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msal.oauth2cli.assertion import JwtAssertionCreator

from tenants.microsoft.apps import App
from tenants.microsoft.clouds import Cloud
from tenants.microsoft.errors import Refused


def assertion(cloud: Cloud, app: App, tenant_id: str) -> str:
    """The file is looked at each time, so that a renewed certificate needs no restart.

    Raises Refused where the file cannot be read or does not hold an RSA key and its certificate.
    """
    endpoint = f"{cloud.login}/{tenant_id}/oauth2/v2.0/token"
    try:
        signer = _signer(Path(app.certificate_file).read_bytes())
        signed: bytes = signer.create_normal_assertion(endpoint, app.client_id)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError):  # TypeError: the key wants a password, or is not an RSA one
        raise Refused("bad_credential", app=app.purpose, tenant=tenant_id, code="") from None
    return signed.decode()


@lru_cache(maxsize=8)
def _signer(pem: bytes) -> JwtAssertionCreator:
    thumbprint = x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex()
    key = load_pem_private_key(pem, password=None)
    return JwtAssertionCreator(key, "PS256", sha256_thumbprint=thumbprint)  # type: ignore[no-untyped-call]
