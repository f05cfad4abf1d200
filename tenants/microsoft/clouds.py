"""Microsoft's clouds: the endpoints of each, and the one this deployment speaks to.

Endpoints are origins without a path. A sandbox is just a `custom` cloud; nobody asks which one it is, except
to say "not Microsoft" on the page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import certifi
from django.conf import settings


@dataclass(frozen=True, slots=True)
class Cloud:
    name: str
    login: str
    graph: str
    arm: str
    graph_scope: str
    arm_scope: str
    myaccess: str
    defender: str
    entra: str = ""
    azure: str = ""
    """Portals; where "", access/links.toml has the cloud's own."""
    ca_file: str = ""
    is_microsoft: bool = True

    @property
    def ca(self) -> str:
        """The file of roots to trust: always named, so that no environment variable chooses it."""
        return self.ca_file or certifi.where()

    @property
    def graph_v1(self) -> str:
        return f"{self.graph}/v1.0"


PUBLIC = Cloud(
    name="public",
    login="https://login.microsoftonline.com",
    graph="https://graph.microsoft.com",
    arm="https://management.azure.com",
    graph_scope="https://graph.microsoft.com/.default",
    arm_scope="https://management.azure.com/.default",
    myaccess="https://myaccess.microsoft.com",
    defender="https://security.microsoft.com",
)
USGOV = Cloud(
    name="usgov",
    login="https://login.microsoftonline.us",
    graph="https://graph.microsoft.us",
    arm="https://management.usgovcloudapi.net",
    graph_scope="https://graph.microsoft.us/.default",
    arm_scope="https://management.core.usgovcloudapi.net/.default",
    myaccess="https://myaccess.microsoft.us",
    defender="https://security.microsoft.us",
)
DOD = replace(
    USGOV,
    name="usgov-dod",
    graph="https://dod-graph.microsoft.us",
    graph_scope="https://dod-graph.microsoft.us/.default",
    defender="https://security.apps.mil",
)
# 21Vianet's My Access page is documented nowhere we found; the public one is the least wrong default.
CHINA = Cloud(
    name="china",
    login="https://login.partner.microsoftonline.cn",
    graph="https://microsoftgraph.chinacloudapi.cn",
    arm="https://management.chinacloudapi.cn",
    graph_scope="https://microsoftgraph.chinacloudapi.cn/.default",
    arm_scope="https://management.core.chinacloudapi.cn/.default",
    myaccess="https://myaccess.microsoft.com",
    defender="https://security.microsoftonline.cn",
)
CLOUDS = {cloud.name: cloud for cloud in (PUBLIC, USGOV, DOD, CHINA)}


def current() -> Cloud:
    """The cloud the settings name."""
    cloud = CLOUDS.get(settings.CLOUD) or custom()
    return replace(
        cloud,
        ca_file=settings.CLOUD_CA_FILE,
        myaccess=settings.CLOUD_MYACCESS_URL or cloud.myaccess,
        defender=settings.CLOUD_DEFENDER_URL or cloud.defender,
        entra=settings.CLOUD_ENTRA_URL,
        azure=settings.CLOUD_AZURE_URL,
    )


def custom() -> Cloud:
    """The public cloud's scopes and portals, at other addresses."""
    return replace(
        PUBLIC,
        name="custom",
        login=settings.CLOUD_LOGIN_URL,
        graph=settings.CLOUD_GRAPH_URL,
        arm=settings.CLOUD_ARM_URL,
        is_microsoft=False,
    )
