"""This deployment from one command: web and worker, for a desk or one small machine."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal import processes
from portal.supervisor import Stopped, Supervisor


class Command(BaseCommand):
    help = "Migrate, then run web and worker (with beat) and restart what dies. Ctrl-C stops both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", verbosity=0, interactive=False)
        try:
            with Supervisor(self.stdout.write) as up:
                up.add(processes.worker(os.environ, settings.BASE_DIR / "var" / "celerybeat-schedule"))
                up.add(processes.web(os.environ, options["port"]))
                self.stdout.write(f"Gatehouse runs at http://localhost:{options['port']}/. Ctrl-C stops it.")
                up.forever()
        except Stopped:
            self.stdout.write("Stopped.")
