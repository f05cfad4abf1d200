from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0005_deployments'),
    ]

    operations = [
        migrations.AddField(
            model_name='deployment',
            name='account_name',
            field=models.CharField(blank=True, help_text='As their sign-in named them.', max_length=300),
        ),
    ]
