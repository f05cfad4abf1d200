import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0023_a_run_waits_to_be_read")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="paper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="onboarding.paper",
            ),
        ),
    ]
