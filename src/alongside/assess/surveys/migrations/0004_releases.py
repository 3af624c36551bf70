import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Max, OuterRef, Subquery


def keep_what_stands(apps, schema_editor):
    """Kinds and places as they are now; of each side the newest table is what others have seen so far."""
    unit = apps.get_model("surveys", "SurveyUnit")
    organisations = apps.get_model("people", "Organisation").objects.filter(pk=OuterRef("unit_id"))
    unit.objects.update(
        kind=Subquery(organisations.values("unit_kind")[:1]), place_id=Subquery(organisations.values("place_id")[:1])
    )
    table = apps.get_model("surveys", "CoordinationTable")
    submission = apps.get_model("forms", "Submission")
    newest = set()
    for each in table.objects.select_related("survey").defer("result").order_by("-revision"):
        if (each.survey_id, each.side) in newest:
            continue
        newest.add((each.survey_id, each.side))
        given = submission.objects.filter(
            scope_id=each.survey.scope_id,
            version_id=each.survey.version_id,
            side=each.side,
            made_at__lte=each.computed_at,
        )
        each.through = given.aggregate(last=Max("pk"))["last"] or 0
        each.released_at = each.computed_at
        each.save(update_fields=["through", "released_at"])


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0002_sides'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
        ('surveys', '0003_respondents'),
    ]

    operations = [
        migrations.AddField(
            model_name='coordinationtable',
            name='through',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='coordinationtable',
            name='response',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='coordinationtable',
            name='released_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='surveyunit',
            name='kind',
            field=models.CharField(blank=True, help_text="the unit's kind when it was asked", max_length=40),
        ),
        migrations.AddField(
            model_name='surveyunit',
            name='place',
            field=models.ForeignKey(blank=True, help_text='where the unit lay when it was asked', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.RunPython(keep_what_stands, migrations.RunPython.noop),
    ]
