"""The questions of a survey that is being made: one form a question, and the row in which they are asked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alongside.assess.surveys import making, making_queries, queries, questionnaire
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.rules import plain
from alongside.core.kit.refusal import NotVisible
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.once import attempt_once
from alongside.web.shell.pages import go, page
from alongside.web.surveys.answers import asked_in
from alongside.web.surveys.making import about, draft_crumbs, form_page
from alongside.web.surveys.making_forms import QuestionForm

OWN = [kind for kind in QuestionKind if kind != QuestionKind.COORDINATION]


@require_safe
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every question in order, and what can be done with each."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    asked = queries.asked_questions(shown)
    main, *others = shown.version.languages
    language = questionnaire.written_in(shown.version, shown.title, asked)
    items = questionnaire.items(shown.version, asked, language)
    return page(
        request,
        "surveys/questions.html",
        items=items,
        kinds=_kinds(),
        asked_in=asked_in(language),
        main_language=capfirst(questionnaire.language_name(main)),
        other_languages=[
            {
                "name": capfirst(questionnaire.language_name(each)),
                "missing": len(questionnaire.missing(shown.version, shown.title, asked, each)),
            }
            for each in others
        ],
        has_coordination=any(q.kind == QuestionKind.COORDINATION for q in asked),
        crumbs=draft_crumbs(shown),
        **about(actor, shown, "questions"),
    )


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, capfirst(str(kind.label))) for kind in OWN]


@form_page
def question_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more question; first of all what an answer to it looks like."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    kind = request.GET.get("kind", "")
    if kind not in OWN:
        kind = ""
    form = QuestionForm(sent(request), kind=kind, is_new=True)
    back = reverse("survey-questions", args=[pk])
    made = attempt_once(
        request,
        form,
        lambda said: making.add_question(shown, by=actor, kind=kind, **said),
        leads_to=lambda _made: back,
    )
    if made:
        messages.success(request, _("The question stands at the end. You can move it."))
        return go(back)
    return page(
        request,
        "surveys/question_add.html",
        status=status_of(form),
        form=form,
        kind=kind,
        kind_words=dict(_kinds()).get(kind, ""),
        kinds=_kinds(),
        crumbs=draft_crumbs(shown, _("Add a question")),
        **about(actor, shown, "questions"),
    )


@form_page
def question_change(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Put a question into other words."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    asked = _question(shown, key)
    form = QuestionForm(sent(request), kind=asked.kind, is_new=False)
    if attempt(form, lambda said: making.change_question(shown, by=actor, question=key, **said)):
        messages.success(request, _("The change is saved."))
        return go(reverse("survey-questions", args=[pk]))
    main = shown.version.languages[0]
    form.initial = {
        "text": asked.text,
        "help": asked.help.get(main, ""),
        "labels": "\n".join(asked.labels.get(code, {}).get(main, "") for code in asked.choices),
        "required": asked.required,
        "least": "" if asked.least is None else plain(asked.least),
        "most": "" if asked.most is None else plain(asked.most),
        "is_whole": asked.is_whole,
    }
    return page(
        request,
        "surveys/question_change.html",
        status=status_of(form),
        form=form,
        asked=asked,
        kind_words=capfirst(str(QuestionKind(asked.kind).label)),
        crumbs=draft_crumbs(shown, _("Change a question")),
        **about(actor, shown, "questions"),
    )


@form_page
def question_remove(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Take a question away; asked once more before."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    asked = _question(shown, key)
    if request.method == "POST":
        making.remove_question(shown, by=actor, question=key)
        messages.success(request, _("The question is gone."))
        return go(reverse("survey-questions", args=[pk]))
    language = questionnaire.written_in(shown.version, shown.title, [asked])
    (item,) = questionnaire.items(shown.version, [asked], language)
    return page(
        request,
        "surveys/question_remove.html",
        item=item,
        asked_in=asked_in(language),
        crumbs=draft_crumbs(shown, _("Remove a question")),
        **about(actor, shown, "questions"),
    )


@require_POST
def question_move(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One place up or down; the page comes back where the question stands."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    making.move_question(shown, by=actor, question=key, up=request.POST.get("way") == "up")
    return go(f"{reverse('survey-questions', args=[pk])}#question-{key}")


def _question(survey: Any, key: str) -> Any:
    found = next((q for q in queries.asked_questions(survey) if q.key == key), None)
    if found is None:
        raise NotVisible("question", key)
    return found
