"""HTTP: routes, problems and the page."""
