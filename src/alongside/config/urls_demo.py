"""The addresses of the demonstration: those of any installation, and a way to try its people."""

from django.urls import include, path

from alongside.config import urls

urlpatterns = [path("", include("alongside.web.demonstration.urls")), *urls.urlpatterns]

handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
