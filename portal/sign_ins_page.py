"""Where somebody is signed in: each browser, since when and when last used; one of them is ended, or all.

Nothing is kept of a browser but its key's hash and three times, so no place and no device can be named.
"""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal import signin
from tenants import sessions
from tenants.guards import Request, door


@door()
@require_safe
def page(request: Request) -> HttpResponse:
    mine = sessions.of(request.visitor.person)
    here = request.visitor.sign_in.pk if request.visitor.sign_in else None
    context = {"rows": [(each, sessions.ends(each)) for each in mine], "here": here}
    return render(request, "portal/sign_ins.html", context)


@door()
@require_POST
def end(request: Request, sign_in: int) -> HttpResponse:
    """One of one's own: anybody else's is not there. This browser's is a sign-out like any other."""
    if request.visitor.sign_in is not None and request.visitor.sign_in.pk == sign_in:
        return signin.out(request)
    if not sessions.end_one(request.visitor.person, sign_in):
        raise Http404
    return redirect("sign-ins")
