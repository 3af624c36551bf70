"""Addresses of messages."""

from django.urls import path

from alongside.web.outbox import returned, views

urlpatterns = [
    path("", views.messages_page, name="messages"),
    path("/letters", views.letters, name="message-letters"),
    path("/returned", returned.returned, name="messages-returned"),
    path("/<uuid:pk>/returned", returned.one_returned, name="message-returned"),
    path("/<uuid:pk>/retry", views.retry, name="message-retry"),
    path("/<uuid:pk>/arrived", views.arrived, name="message-arrived"),
    path("/<uuid:pk>/drop", views.drop, name="message-drop"),
]
