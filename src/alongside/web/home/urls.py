"""Addresses that belong to no part."""

from django.urls import path

from alongside.web.home import permissions, views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/<str:code>", views.language, name="language"),
    path("health", views.health, name="health"),
    path("who-sees-what", permissions.who_sees_what, name="who-sees-what"),
]
