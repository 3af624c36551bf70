"""Addresses under /a, short enough to be typed from a letter."""

from django.urls import path

from alongside.web.surveys import answers

urlpatterns = [
    path("", answers.code, name="answer-code"),
    path("/<str:code>", answers.start, name="answer"),
    path("/<str:code>/questions", answers.questions, name="answer-questions"),
    path("/<str:code>/questions/<int:number>", answers.question, name="answer-question"),
    path("/<str:code>/language", answers.language, name="answer-language"),
    path("/<str:code>/check", answers.check, name="answer-check"),
    path("/<str:code>/refuse", answers.refuse, name="answer-refuse"),
    path("/<str:code>/sent", answers.receipt, name="answer-sent"),
]
