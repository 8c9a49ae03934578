"""The pages' views, a file per step. A view reads the request, calls one action, fills one template."""
