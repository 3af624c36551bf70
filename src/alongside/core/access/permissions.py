"""Every single thing that may be allowed. Who may is in roles.py and nowhere else."""

from enum import StrEnum

from alongside.core.kit.marking import noop


class Permission(StrEnum):
    """A permission is asked in a scope; its value stands in the audit and in docs/permissions.md."""

    SIGN_IN_BY_LINK = noop("sign in by link")

    INSTALLATION_KEEP = noop("appoint administrators and end their role")
    PLACE_VIEW = noop("see places")
    PLACE_IMPORT = noop("import places")
    PLACE_APPOINT = noop("appoint officials for a place")
    CATALOGUE_VIEW = noop("see the catalogue of activities")
    CATALOGUE_EDIT = noop("change the catalogue of activities")

    ORGANISATION_VIEW = noop("see an organisation")
    ORGANISATION_ADD = noop("add an organisation")
    ORGANISATION_EDIT = noop("change an organisation")
    UNIT_ADD = noop("add a unit or group")
    MEMBERSHIP_VIEW = noop("see who has which role")
    MEMBERSHIP_EDIT = noop("give and end roles")
    MEMBERSHIP_RETURN = noop("give a role to somebody who has none any more")
    MEMBERSHIP_TIDY = noop("close roles whose last day has passed")

    PERSON_VIEW = noop("see that a person is here")
    IDENTITY_VIEW = noop("see a person's name and contacts")
    IDENTITY_EDIT = noop("change a person's name and contacts")
    IDENTITY_REACH = noop("read where a person's messages go, to send them")
    ACCOUNT_KEEP = noop("keep one's own account")
    ACCOUNT_INVITE = noop("make a first sign-in link")
    ACCOUNT_LINK = noop("make a sign-in link for a member")
    ACCOUNT_CLOSE = noop("close an account and open it again")
    ACCOUNT_RECOVER = noop("make a sign-in link on the machine itself")

    SURVEY_ADD = noop("make a survey")
    SURVEY_EDIT = noop("change what a survey asks, until it is sent out")
    SURVEY_VIEW = noop("see a survey and its response rate")
    SURVEY_IMPORT = noop("import a survey's answers")
    SURVEY_FILE_READ = noop("read files of answers that were handed in")
    SURVEY_PUBLISH = noop("say who may see a survey's table")
    SURVEY_TABLE_VIEW = noop("see a survey's table, small cells closed")
    SURVEY_TABLE_OPEN = noop("see a survey's table with all its cells")
    SURVEY_ANSWERS_EXPORT = noop("take out a survey's answers")
    SURVEY_CLOSE = noop("close and reopen a survey")
    SURVEY_WRITE = noop("send a survey's invitations and reminders")
    SURVEY_TEAM_EDIT = noop("say who telephones for a survey")
    SURVEY_CALL = noop("work through a survey's telephone list")
    SURVEY_ANSWER = noop("answer a survey oneself")
    SURVEY_ANSWER_FOR = noop("fill in a survey for somebody on the telephone")
    RESPONDENT_VIEW = noop("see who is asked in a survey")
    RESPONDENT_EDIT = noop("name and replace who is asked in a survey")
    RESPONDENT_INVITE = noop("make the code with which somebody answers a survey")
    SURVEY_TABLE_COMPUTE = noop("compute a survey's table")

    OUTBOX_VIEW = noop("see which messages wait, went or failed")
    OUTBOX_RETRY = noop("have a message sent again, or drop it")
    OUTBOX_PRINT = noop("take out letters to print")
    OUTBOX_SEND = noop("send messages")

    AUDIT_VIEW = noop("see the audit")
