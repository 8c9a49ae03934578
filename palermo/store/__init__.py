"""Where do records rest? The one Django app with tables; rows leave it through `access` only."""
