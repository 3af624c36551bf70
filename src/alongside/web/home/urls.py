"""Addresses that belong to no part."""

from django.urls import path

from alongside.web.home import computing, permissions, views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/<str:code>", views.language, name="language"),
    path("health", views.health, name="health"),
    path("how-we-compute", computing.how_we_compute, name="how-we-compute"),
    path("who-sees-what", permissions.who_sees_what, name="who-sees-what"),
]
