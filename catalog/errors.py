"""What can go wrong in the register and the shop window.

Each error is one of four kinds (`core.errors`) and carries facts; templates and `catalog.report_texts` turn
facts into sentences. `reason` is a short fixed word that tells refusals of one kind apart.
"""

from core.errors import ConflictError, InvalidError, NotFoundError


class ProductNotFoundError(NotFoundError):
    """No listed product of that `slug`."""


class ProducerNotFoundError(NotFoundError):
    """No producer of that `slug`."""


class PlaceNotFoundError(NotFoundError):
    """No province or commune of that `slug`."""


class GroupNotFoundError(NotFoundError):
    """No product group of that `slug`."""


class CertificationNotFoundError(NotFoundError):
    """The product `slug` has no recognition with that `decision_number`."""


class RenewalNotFoundError(NotFoundError):
    """No renewal dossier with that `reference`."""


class DocumentNotFoundError(NotFoundError):
    """No document with that `sha256`."""


class DocumentUnavailableError(NotFoundError):
    """The document `sha256` («title») is on record, but its file cannot be read now."""


class InvalidFactError(InvalidError):
    """A stated fact cannot be recorded. field: its name; value: as handed in; reason: one of `catalog.facts`."""


class InvalidCertificationError(InvalidFactError):
    """The facts of a recognition break a rule of the programme."""


class InvalidRenewalError(InvalidFactError):
    """A renewal dossier outside its window, or for a recognition that cannot be renewed."""


class InvalidDocumentError(InvalidFactError):
    """The bytes are no PDF, JPEG or PNG, or too many."""


class InvalidInquiryError(InvalidFactError):
    """A field of an inquiry is missing, too long or no Vietnamese telephone number."""


class ContradictingRecordError(ConflictError):
    """Another fact is on record under the same key. field, recorded, stated."""


class AlreadyRevokedError(ConflictError):
    """The recognition was withdrawn before, by other facts. certification_id, revoked_on."""


class RegisterFileError(InvalidError):
    """The register file cannot be read at all. reason: one of `catalog.spreadsheets.FileFault`."""


class RegisterImportError(InvalidError):
    """Some rows cannot be recorded, so none was. report: the `ImportReport`."""


class VariantNotFoundError(NotFoundError):
    """The product `slug` has no pack `label`, or several and none was named. labels: those it has."""


class InvalidParameterError(InvalidError):
    """A parameter of a request for data cannot be used. parameter, value, reason (`catalog.api.parameters.Fault`).

    allowed: the values it takes, where they are few enough to list. most: its largest value or length.
    """
