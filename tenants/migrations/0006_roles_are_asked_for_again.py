from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F
from django.utils.timezone import now


def with_the_sign_in(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """So far they came with it and were never asked for again."""
    apps.get_model("tenants", "SignIn").objects.update(roles_at=F("started_at"))


class Migration(migrations.Migration):
    dependencies = [("tenants", "0005_first_names_of_the_provider")]

    operations = [
        migrations.AddField(
            model_name="signin",
            name="roles_at",
            field=models.DateTimeField(
                default=now, help_text="When Microsoft last said which roles there are."
            ),
        ),
        migrations.RunPython(with_the_sign_in, migrations.RunPython.noop),
    ]
