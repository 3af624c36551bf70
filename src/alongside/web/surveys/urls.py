"""Addresses under /surveys."""

from django.urls import path

from alongside.web.surveys import files, making, views

urlpatterns = [
    path("", views.surveys, name="surveys"),
    path("/add", making.survey_add, name="survey-add"),
    path("/<int:pk>", views.survey, name="survey"),
    path("/<int:pk>/units.csv", files.units_file, name="survey-units"),
    path("/<int:pk>/import", files.import_answers, name="survey-import"),
    path("/<int:pk>/table", views.table, name="survey-table"),
    path("/<int:pk>/table.csv", files.table_file, name="survey-table-csv"),
    path("/<int:pk>/answers.csv", files.answers_file, name="survey-answers"),
    path("/<int:pk>/how", views.how, name="survey-how"),
    path("/<int:pk>/publish", views.publish, name="survey-publish"),
    path("/<int:pk>/state", views.state, name="survey-state"),
]
