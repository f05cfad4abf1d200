from typing import Any

from django.db import migrations


def as_confirmed(apps: Any, schema_editor: Any) -> None:
    """From the paper that is entered for the plan, where the record says that this very file was confirmed."""
    entries = apps.get_model("tenants", "LedgerEntry").objects
    found = apps.get_model("onboarding", "Agreement").objects.filter(form="recorded").exclude(plan__paper=None)
    for agreed in found.select_related("plan__tenant", "plan__paper__file"):
        file = agreed.plan.paper.file
        entry = entries.filter(customer=agreed.plan.tenant.customer_id, number=agreed.ledger_number).first()
        if file and entry and entry.facts.get("paper") == file.sha256:
            agreed.paper = file
            agreed.save(update_fields=["paper"])


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0024_agreement_paper")]

    operations = [migrations.RunPython(as_confirmed, migrations.RunPython.noop)]
