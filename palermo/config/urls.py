"""Which address answers what? All of it is the pages' own list."""

from django.urls import include, path

urlpatterns = [path("", include("palermo.web.urls"))]

handler400 = "palermo.web.views.problems.bad_request"
handler403 = "palermo.web.views.problems.not_allowed"
handler404 = "palermo.web.views.problems.not_found"
handler500 = "palermo.web.views.problems.broken"
handler429 = "palermo.web.views.problems.too_many"
