"""Included by config/urls_demo.py alone: in any other installation these addresses do not exist."""

from django.urls import path

from alongside.web.demonstration import gallery, views

urlpatterns = [
    path("demo", views.demo_people, name="demo-people"),
    path("gallery", gallery.gallery, name="gallery"),
    path("demo/as/<slug:handle>", views.demo_as, name="demo-as"),
]
