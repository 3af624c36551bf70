"""Addresses of signing in and of one's own account."""

from django.urls import path

from alongside.web.signin import account, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("link/<str:secret>", views.link, name="link"),
    path("account", account.account, name="account"),
    path("account/sessions", account.own_sessions, name="own-sessions"),
]
