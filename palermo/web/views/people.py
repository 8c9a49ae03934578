"""How is a person found by name? By POST, so that no address, history or log holds what was asked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from palermo.actions import key_work, people, vault
from palermo.actions.people import FoundCase
from palermo.web import words
from palermo.web.doors import actor, needs_second_factor
from palermo.web.vault_forms import NameSearch


@needs_second_factor
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    people.check_can_search_names(actor(request))
    state = vault.state(actor(request))
    if not state.exists or (not state.unlocked and not state.has_key):
        messages.info(request, _("Finding a person by name needs the vault, and a key of your own to it."))
        return redirect("vault")
    if not state.unlocked:
        return redirect(f"{reverse('vault-unlock')}?next={reverse('people')}")
    form = NameSearch(request.POST) if request.method == "POST" else NameSearch()
    shown: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        found = people.search_names(actor(request), form.cleaned_data["name"])
        shown |= {"search": found, "lines": tuple(map(_line, found.found))}
        if found.pending:
            key_work.index_names(actor(request))
    return render(request, "palermo/people.html", shown)


def _line(found: FoundCase) -> dict[str, Any]:
    degrees = {
        "exact": _("same spelling"),
        "sound": _("same sound"),
        "partial": _("similar"),
        "none": _("not found"),
    }
    return {
        "case": found.case,
        "names": found.names,
        "because": ", ".join(dict.fromkeys(degrees[each] for each in found.because)),
        "status": words.label(found.status, of="status_steps"),
        "area": words.area(found.area),
        "detected": words.month_of(found.month),
        "sex": words.label(found.sex, of="sex"),
        "age_group": words.label(found.age_group, of="age_groups"),
    }
