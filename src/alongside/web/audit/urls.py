"""The address of the audit."""

from django.urls import path

from alongside.web.audit import views

urlpatterns = [path("", views.audit, name="audit")]
