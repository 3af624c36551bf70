"""A place may stand in several hierarchies (administrative, health); levels can be skipped."""

from django.db import models

from alongside.commons.places import naming
from alongside.core.access.models import Scope


class Hierarchy(models.TextChoices):
    ADMINISTRATIVE = "administrative", "administrative"
    HEALTH = "health", "health"


class CodeSystem(models.TextChoices):
    ISO_3166_1 = "iso-3166-1", "ISO 3166-1"
    ISO_3166_2 = "iso-3166-2", "ISO 3166-2"
    P_CODE = "p-code", "P-code"
    LOCAL = "local", "local"


class Place(models.Model):
    """A node. Its scope is opened when an organisation or a grant first needs it."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60, help_text="the level's own word: country, county, municipality")
    scope = models.OneToOneField(Scope, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["name"], name="place_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name to show."""
        return naming.name_of(self.name, self.kind)

    @property
    def kind_called(self) -> str:
        return naming.kind_of(self.kind)


class PlaceCode(models.Model):
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="codes")
    system = models.CharField(max_length=12, choices=CodeSystem.choices)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="place_code_once")]

    def __str__(self) -> str:
        return self.value


class Above(models.Model):
    """The closure of each hierarchy: every place above itself at depth 0 in the hierarchies it stands in."""

    hierarchy = models.CharField(max_length=16, choices=Hierarchy.choices)
    above = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="below_links")
    below = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="above_links")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hierarchy", "above", "below"], name="place_above_once")
        ]
        indexes = [
            models.Index(fields=["below", "hierarchy", "depth"], name="place_above_below"),
            models.Index(fields=["above", "hierarchy", "depth"], name="place_above_above"),
        ]

    def __str__(self) -> str:
        return f"{self.above_id} above {self.below_id}"
