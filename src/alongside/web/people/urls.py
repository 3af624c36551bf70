"""Addresses of organisations, groups, people and roles."""

from django.urls import path

from alongside.web.people import keeping, memberships, organisations, persons

urlpatterns = [
    path("organisations", organisations.organisations, name="organisations"),
    path("organisations/add", organisations.organisation_add, name="organisation-add"),
    path("organisations/<uuid:pk>", organisations.organisation, name="organisation"),
    path("organisations/<uuid:pk>/change", organisations.organisation_change, name="organisation-change"),
    path("organisations/<uuid:pk>/units/add", organisations.unit_add, name="unit-add"),
    path("organisations/<uuid:pk>/groups/add", organisations.group_add, name="group-add"),
    path("organisations/<uuid:pk>/people", memberships.organisation_people, name="organisation-people"),
    path("organisations/<uuid:pk>/people/add", persons.person_add, name="person-add"),
    path("groups/<uuid:pk>", organisations.group, name="group"),
    path("people", persons.people, name="people"),
    path("people/<uuid:pk>", persons.person, name="person"),
    path("people/<uuid:pk>/card", persons.person_card, name="person-card"),
    path("people/<uuid:pk>/role", memberships.role_add, name="role-add"),
    path("people/<uuid:pk>/return", memberships.person_return, name="person-return"),
    path("people/<uuid:pk>/account", keeping.person_account, name="person-account"),
    path("people/<uuid:pk>/invite", persons.person_invite, name="person-invite"),
    path("people/<uuid:pk>/link", persons.person_link, name="person-link"),
    path("administrators", keeping.administrators, name="administrators"),
    path("administrators/<uuid:pk>/end", keeping.administrator_end, name="administrator-end"),
    path("memberships/<uuid:pk>/end", memberships.membership_end, name="membership-end"),
]
