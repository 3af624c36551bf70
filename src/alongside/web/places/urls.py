"""Addresses under /places."""

from django.urls import path

from alongside.web.places import views

urlpatterns = [
    path("", views.places, name="places"),
    path("/<int:pk>", views.place, name="place"),
]
