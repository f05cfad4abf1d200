"""Readings that the command line saved named no address, so nothing of theirs can be shown beside an object."""

from typing import Any

from django.db import migrations


def forget_the_other_form(apps: Any, editor: Any) -> None:
    for reading in apps.get_model("onboarding", "Reading").objects.all():
        listed = [*(reading.found.get("changes") or ()), *(reading.found.get("questions") or ())]
        if any(isinstance(each, str) for each in listed):
            reading.delete()


class Migration(migrations.Migration):

    dependencies = [
        ("onboarding", "0012_app_stands"),
    ]

    operations = [migrations.RunPython(forget_the_other_form, migrations.RunPython.noop)]
