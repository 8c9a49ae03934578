"""How is an allegation against personnel reported? Sealed to a key outside the mission, or by the channel
shown.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from palermo import NotAllowed, PalermoError
from palermo.actions import conduct
from palermo.web import words
from palermo.web.doors import actor, may
from palermo.web.vault_forms import ConductKeyForm, ConductReportForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form where a conduct key is configured; else whom to reach outside."""
    channel = conduct.channel(actor(request))
    form = ConductReportForm(request.POST) if request.method == "POST" else ConductReportForm()
    if form.is_bound and form.is_valid():
        if conduct.report_allegation(actor(request), form.cleaned_data["text"]):
            return render(request, "palermo/conduct_sent.html", {"channel": channel})
        messages.error(request, _("Nothing was kept: no conduct key is configured. Use the channel below."))
    shown = {"form": form, "channel": channel, "may_set_key": may(request, "conduct.set_key")}
    shown["may_confirm"] = may(request, "conduct.confirm_key")
    return render(request, "palermo/conduct.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    """The public conduct key and whom to reach outside the mission."""
    conduct.check_can_set_key(actor(request))
    channel = conduct.channel(actor(request))
    first = {"public": channel.public.hex(), "contact": channel.contact}
    form = ConductKeyForm(request.POST) if request.method == "POST" else ConductKeyForm(initial=first)
    if form.is_bound and form.is_valid():
        try:
            given = form.cleaned_data
            done = conduct.set_key(actor(request), given["public"], contact=given["contact"])
            waits = _("The change of the key waits until another person, an auditor, confirms it.")
            messages.success(request, _("The conduct channel was changed.") if done else waits)
            return redirect("conduct")
        except NotAllowed:
            raise
        except PalermoError as problem:
            form.add_error("public", words.why(problem))
    return render(request, "palermo/conduct_key.html", {"form": form})


@require_http_methods(["POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Another person confirms the key that waits."""
    try:
        conduct.confirm_key(actor(request), request.POST.get("fingerprint", "")[:40])
        messages.success(request, _("The conduct key was confirmed."))
    except NotAllowed:
        raise
    except PalermoError as problem:
        messages.error(request, words.why(problem))
    return redirect("conduct")
