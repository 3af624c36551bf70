"""Deeds about files of answers. Order of locks: survey, then import.

How far a file has been read is no deed: `importing` notes that. To have it taken in is one, in the name of whoever
handed the file in and with the rights that she has then, also where the worker does it for her.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import translation

from alongside.assess.surveys import queries, rules, staging
from alongside.assess.surveys.kinds import ENDED, UNDER_WAY, ImportState, ImportTrouble, Keep
from alongside.assess.surveys.models import AnswersImport, Survey
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.kit.refusal import Reason, Refused

LEASE = timedelta(seconds=60)
_LONGEST_NAME = 200


@action(Permission.SURVEY_IMPORT)
def hand_in(
    survey: Survey,
    *,
    by: Actor,
    name: str = "",
    side: str = "",
    replace: bool = False,
    keep: str = Keep.ALL,
    file: str = "",
) -> AnswersImport:
    """Hand in a file of one side's answers, to be read by the worker from where `import_files` keeps it.

    Without `file` whoever calls reads it at once and holds the lease for that. What an earlier file still asked
    is settled: it is called off.
    """
    survey = (
        Survey.objects.select_for_update(of=("self",)).select_related("version", "scope").get(pk=survey.pk)
    )
    return opened(survey, by=by, name=name, side=side, replace=replace, keep=keep, file=file)


def opened(
    survey: Survey,
    *,
    by: Actor,
    name: str,
    side: str,
    replace: bool,
    keep: str = Keep.ALL,
    file: str = "",
) -> AnswersImport:
    """The row of a new import; called from inside actions that hold the survey's lock."""
    earlier = AnswersImport.objects.filter(survey=survey)
    _refuse(rules.why_not_hand_in(under_way=earlier.filter(state__in=UNDER_WAY).exists()))
    earlier.filter(state=ImportState.ASKS).update(
        state=ImportState.CANCELLED, trouble=ImportTrouble.OTHER_FILE, ended_at=by.at
    )
    return AnswersImport.objects.create(
        scope_id=survey.scope_id,
        survey=survey,
        side=queries.side_of(survey, side),
        by=by.subject,
        name=name[-_LONGEST_NAME:],
        language=translation.get_language() or settings.LANGUAGE_CODE,
        replace=replace,
        keep=keep,
        state=ImportState.WAITING if file else ImportState.READING,
        file=file,
        handed_in_at=by.at,
        leased_until=None if file else by.at + LEASE,
    )


@action(Permission.SURVEY_IMPORT)
def keep_good(importing: AnswersImport, *, by: Actor) -> AnswersImport:
    """Take in the rows that could be read, and leave out those that could not."""
    held = locked(importing)
    _refuse(rules.why_not_take_in(asks=held.state == ImportState.ASKS and held.good > 0))
    held.state, held.keep, held.leased_until = ImportState.WRITING, Keep.GOOD, None
    held.by = by.subject
    held.save(update_fields=["state", "keep", "leased_until", "by"])
    return held


@action(Permission.SURVEY_IMPORT)
def call_off(importing: AnswersImport, *, by: Actor) -> AnswersImport:
    """Take nothing in of this file; whoever reads it stops at the next step."""
    held = locked(importing)
    _refuse(rules.why_not_call_off(ended=held.state in ENDED, begun=held.taken_through > 0))
    held.state, held.ended_at, held.leased_until = ImportState.CANCELLED, by.at, None
    held.save(update_fields=["state", "ended_at", "leased_until"])
    return held


@action(Permission.SURVEY_IMPORT)
def take_in(importing: AnswersImport, *, by: Actor) -> AnswersImport:
    """What was laid aside of it counts from now on; of very much the first part, and `importing` goes on.

    Where all of the file was wanted and units have answered otherwise meanwhile, nothing is taken in: then it
    asks what should become of the rest.
    """
    held = locked(importing)
    _refuse(rules.why_not_take_in(asks=held.state == ImportState.WRITING))
    staging.take_in(held, at=by.at)
    return held


def locked(importing: AnswersImport) -> AnswersImport:
    """The import, locked after its survey: whoever answers waits for the survey alone."""
    rows = Survey.objects.select_for_update(of=("self",)).select_related("version", "scope")
    survey = rows.get(pk=importing.survey_id)
    held = AnswersImport.objects.select_for_update().get(pk=importing.pk)
    held.survey = survey
    return held


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
