"""What surveys, agreements and activities share: one list of kinds."""

from django.db import models

from alongside.commons.places.models import Place


class ActivityKind(models.Model):
    """A kind of activity. `name` is in the catalogue's own language; standard kinds are translated by key."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    about = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Statutory(models.Model):
    """In this country a public body is bound by law to provide this kind."""

    kind = models.ForeignKey(ActivityKind, on_delete=models.CASCADE, related_name="statutory_in")
    country = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    law = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "country"], name="statutory_once")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.country}"
