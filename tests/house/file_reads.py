"""The matrix of reads, of files of answers that are read in: see tests/house/reads.py."""

from alongside.assess.surveys import file_queries, importing
from alongside.assess.surveys.models import AnswersImport
from alongside.core.access.permissions import Permission as P
from tests.house.reading import Read, each, every, found, these
from tests.house.world import IMPORTS, SURVEYS

FILE_READS: dict[str, Read] = {
    "assess.surveys.file_queries.imports": Read(
        P.SURVEY_IMPORT,
        every(AnswersImport),
        lambda a, w: {each.pk for name in SURVEYS for each in file_queries.imports(a, w.rows[name])},
    ),
    "assess.surveys.file_queries.answers_import": Read(
        P.SURVEY_IMPORT,
        these(*IMPORTS),
        each(lambda a, i: file_queries.answers_import(a, i.survey_id, i.pk), *IMPORTS),
    ),
    "assess.surveys.importing.due_imports": Read(
        P.SURVEY_FILE_READ, these("due import"), lambda a, w: found(importing.due_imports(a))
    ),
}
