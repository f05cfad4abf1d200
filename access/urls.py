from __future__ import annotations

from django.urls import path

from access.views import (
    by_hand,
    customer,
    customers,
    end,
    exit_kit,
    freezes,
    hand_over,
    my_customers,
    record,
    runs,
    who,
)

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers.csv", customers.customers_file, name="customers-file"),
    path("my-customers/", my_customers.my_customers, name="my-customers"),
    path("tenants/<slug:slug>/favourite/", my_customers.favourite, name="favourite"),
    path("tenants/<slug:slug>/opened/", my_customers.opened, name="opened"),
    path("tenants/<slug:slug>/read-access/", my_customers.read_access, name="read-access"),
    path("record/", record.everything, name="records"),
    path("tenants/<slug:slug>/by-hand/<slug:act>/confirm/", by_hand.confirm, name="confirm"),
    path("tenants/<slug:slug>/by-hand/<slug:act>/take-back/", by_hand.take_back, name="take-back"),
    path("tenants/<slug:slug>/record/", record.record, name="record"),
    path("tenants/<slug:slug>/record.csv", record.sheet_of, name="record-sheet"),
    path("tenants/<slug:slug>/record.jsonl", record.chain_of, name="record-chain"),
    path("runs/", runs.runs, name="runs"),
    path("tenants/<slug:slug>/", customer.customer, name="customer"),
    path("tenants/<slug:slug>/end/", end.page, name="end"),
    path("tenants/<slug:slug>/end/look/", end.look, name="end-look"),
    path("tenants/<slug:slug>/end/let-in/", end.let_in, name="end-let-in"),
    path("tenants/<slug:slug>/end/start/", end.start, name="end-start"),
    path("tenants/<slug:slug>/end/stop/", end.stop, name="end-stop"),
    path("tenants/<slug:slug>/exit-kit/", exit_kit.page, name="exit-kit"),
    path("tenants/<slug:slug>/exit-kit/<str:kit>.py", exit_kit.script, name="exit-kit-script"),
    path("tenants/<slug:slug>/freezes/", freezes.page, name="freezes"),
    path("tenants/<slug:slug>/freezes/add/", freezes.add, name="freeze-add"),
    path("tenants/<slug:slug>/freezes/<int:freeze>/remove/", freezes.remove, name="freeze-remove"),
    path("tenants/<slug:slug>/hand-over/", hand_over.page, name="hand-over"),
    path("tenants/<slug:slug>/who/", who.page, name="who"),
    path("tenants/<slug:slug>/who/read/", who.read, name="who-read"),
    path("tenants/<slug:slug>/read-back/", customer.read_back, name="read-back"),
    path("tenants/<slug:slug>/runs/<int:run>/", runs.run, name="run"),
]
