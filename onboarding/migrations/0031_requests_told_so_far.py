from django.db import migrations
from django.utils.dateparse import parse_datetime


def as_told_so_far(apps, schema_editor):
    """What earlier looks kept in their answers, the last word of each. One without an id is known by nothing."""
    asked = apps.get_model('onboarding', 'Inquiry').objects.filter(what='requests', reason='')
    requests = apps.get_model('onboarding', 'PackageRequest').objects
    for look in asked.exclude(answered_at=None).order_by('pk').iterator():
        began = parse_datetime(look.answer.get('began') or '') or look.answered_at
        for each in filter(lambda each: each.get('id'), look.answer.get('requests', ())):
            told = {'about': each, 'asked_at': each['asked'], 'over_at': each['over'], 'seen_until': began}
            first = {**told, 'seen_from': began}
            requests.update_or_create(told, first, tenant_id=look.tenant_id, request=each['id'])


class Migration(migrations.Migration):

    dependencies = [
        ('onboarding', '0030_package_requests'),
    ]

    operations = [
        migrations.RunPython(as_told_so_far, migrations.RunPython.noop),
    ]
