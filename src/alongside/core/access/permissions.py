"""Every single thing that may be allowed. Who may is in roles.py and nowhere else."""

from enum import StrEnum


class Permission(StrEnum):
    """A permission is asked in a scope; its value stands in the audit and in docs/permissions.md."""

    ENTER = "enter"
    SIGN_IN_BY_LINK = "sign in by link"

    PLACE_VIEW = "see places"
    PLACE_IMPORT = "import places"
    PLACE_APPOINT = "appoint officials for a place"
    CATALOGUE_VIEW = "see the catalogue of activities"
    CATALOGUE_EDIT = "change the catalogue of activities"

    ORGANISATION_VIEW = "see an organisation"
    ORGANISATION_ADD = "add an organisation"
    ORGANISATION_EDIT = "change an organisation"
    UNIT_ADD = "add a unit or group"
    MEMBERSHIP_VIEW = "see who has which role"
    MEMBERSHIP_EDIT = "give and end roles"
    MEMBERSHIP_TIDY = "close roles whose last day has passed"

    PERSON_VIEW = "see that a person is here"
    IDENTITY_VIEW = "see a person's name and contacts"
    IDENTITY_EDIT = "change a person's name and contacts"
    ACCOUNT_KEEP = "keep one's own account"
    ACCOUNT_INVITE = "make a first sign-in link"
    ACCOUNT_LINK = "make a sign-in link for a member"
    ACCOUNT_RECOVER = "make a sign-in link on the machine itself"

    SURVEY_ADD = "make a survey"
    SURVEY_VIEW = "see a survey and its response rate"
    SURVEY_IMPORT = "import a survey's answers"
    SURVEY_PUBLISH = "say who may see a survey's table"
    SURVEY_TABLE_VIEW = "see a survey's table, small cells closed"
    SURVEY_TABLE_OPEN = "see a survey's table with all its cells"
    SURVEY_ANSWERS_EXPORT = "take out a survey's answers"
    SURVEY_TABLE_COMPUTE = "compute a survey's table"

    AUDIT_VIEW = "see the audit"
    AUDIT_SEAL = "seal the audit"
