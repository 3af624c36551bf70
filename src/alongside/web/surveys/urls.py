"""Addresses under /surveys."""

from django.urls import path

from alongside.web.surveys import asking, bias, calls, comparing, files, making, respondents, running, views

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
    path("/<int:pk>/response", running.response, name="survey-response"),
    path("/<int:pk>/response.csv", bias.response_file, name="survey-response-csv"),
    path("/<int:pk>/compare", comparing.compare, name="survey-compare"),
    path("/<int:pk>/compare.csv", comparing.compare_file, name="survey-compare-csv"),
    path("/<int:pk>/years", comparing.years, name="survey-years"),
    path("/<int:pk>/years.csv", comparing.years_file, name="survey-years-csv"),
    path("/<int:pk>/close", running.close, name="survey-close"),
    path("/<int:pk>/team", running.team, name="survey-team"),
    path("/<int:pk>/asking", asking.asking, name="survey-asking"),
    path("/<int:pk>/asking/state", asking.state, name="survey-asking-state"),
    path("/<int:pk>/invite", asking.invite, name="survey-invite"),
    path("/<int:pk>/remind", asking.remind, name="survey-remind"),
    path("/<int:pk>/respondents", respondents.respondents, name="survey-respondents"),
    path("/<int:pk>/respondents/add", respondents.respondent_add, name="survey-respondent-add"),
    path("/<int:pk>/respondents/import", respondents.respondents_import, name="survey-respondents-import"),
    path("/respondents/<int:respondent>", respondents.respondent, name="survey-respondent"),
    path(
        "/respondents/<int:respondent>/replace",
        respondents.respondent_replace,
        name="survey-respondent-replace",
    ),
    path("/respondents/<int:respondent>/code", respondents.respondent_code, name="survey-respondent-code"),
    path("/<int:pk>/calls", calls.calls, name="survey-calls"),
    path("/calls/<int:respondent>", calls.call, name="survey-call"),
    path("/calls/<int:respondent>/take", calls.call_take, name="survey-call-take"),
    path("/calls/<int:respondent>/result", calls.call_result, name="survey-call-result"),
    path("/<int:pk>/state", views.state, name="survey-state"),
]
