from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce


def told_when_it_ended(apps, schema_editor):
    """Until now that was taken for the time, where Azure had said anything."""
    deployments = apps.get_model('access', 'Deployment').objects.exclude(changes=[])
    deployments.update(told_at=Coalesce(F('ended_at'), F('asked_at')))


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_deployment_account_name'),
    ]

    operations = [
        migrations.AddField(
            model_name='deployment',
            name='told_at',
            field=models.DateTimeField(blank=True, help_text='When Azure told last how it stands there.', null=True),
        ),
        migrations.RunPython(told_when_it_ended, migrations.RunPython.noop),
    ]
