"""Every address of an installation. A new one has to be listed in the authorisation matrix, or a test fails."""

from django.urls import URLPattern, URLResolver, include, path

from alongside.web.shell import errors

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("alongside.web.home.urls")),
    path("", include("alongside.web.signin.urls")),
    path("places", include("alongside.web.places.urls")),
    path("", include("alongside.web.people.urls")),
    path("surveys", include("alongside.web.surveys.urls")),
    path("a", include("alongside.web.surveys.answer_urls")),
    path("messages", include("alongside.web.outbox.urls")),
    path("audit", include("alongside.web.audit.urls")),
]

handler400 = errors.bad_request
handler403 = errors.not_found_page
handler404 = errors.not_found_page
handler500 = errors.server_error
