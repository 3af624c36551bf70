"""The reads of what stands beside what, and of who answered; they belong to tests/house/reads.py."""

from alongside.assess.surveys import asking_queries as asking
from alongside.assess.surveys import bias, response
from alongside.assess.surveys import comparison_queries as comparisons
from alongside.core.access.permissions import Permission as P
from tests.house.reading import Read, each, found, these
from tests.house.world import SURVEYS

COMPARISONS: dict[str, Read] = {
    "assess.surveys.comparison_queries.sides": Read(
        P.SURVEY_TABLE_OPEN,
        these(*SURVEYS),
        each(lambda a, s: comparisons.sides(a, s, "staff", "volunteers").is_open or None, *SURVEYS),
    ),
    "assess.surveys.comparison_queries.earlier": Read(
        P.SURVEY_TABLE_VIEW,
        these("earlier survey"),
        lambda a, w: found(comparisons.earlier(a, w.rows["survey for anyone"])),
    ),
    "assess.surveys.comparison_queries.years": Read(
        P.SURVEY_TABLE_OPEN,
        these(*SURVEYS),
        lambda a, w: {
            w.rows[name].pk
            for name in SURVEYS
            if comparisons.years(a, w.rows[name], w.rows["earlier survey"], "staff").is_open
        },
        also=lambda w, who, row: w.may(who, P.SURVEY_TABLE_OPEN, w.rows["earlier survey"]),
    ),
    "assess.surveys.bias.sizes": Read(
        P.SURVEY_TABLE_OPEN, these(*SURVEYS), each(lambda a, s: bias.sizes(a, s, "staff"), *SURVEYS)
    ),
    "assess.surveys.response.response_by": Read(
        P.SURVEY_TABLE_OPEN,
        these(*SURVEYS),
        each(lambda a, s: response.response_by(a, s).groups.get("place"), *SURVEYS),
    ),
    "assess.surveys.asking_queries.plans": Read(
        P.SURVEY_WRITE, these(*SURVEYS), each(lambda a, s: asking.plans(a, s) or None, *SURVEYS)
    ),
}
