"""What can go wrong in the register and the shop window.

Each error is one of four kinds (`core.errors`) and carries facts; templates and `catalog.report_texts` turn
facts into sentences. `reason` is a short fixed word that tells refusals of one kind apart.
"""

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


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


class InvalidListingError(InvalidFactError):
    """Some fields of a listing cannot be recorded; nothing has changed.

    field, variant, value, reason: of the first fault. faults: all of them, each a `Fault` of
    `catalog.operations.listing_fields`.
    """


class ListingClashError(ConflictError):
    """Somebody else changed the same fields meanwhile; nothing has changed. clashes: each a `Clash`."""


class StockClashError(ConflictError):
    """Somebody else counted meanwhile; nothing has changed. variant_id, seen, present, wanted: packs."""


class ListingIncompleteError(InvalidError):
    """What the shop needs is missing. missing: names of fields («variants», «price_vnd», «address» …)."""


class ListingTakenDownError(ConflictError):
    """An officer took the listing down and has not lifted that. reason: theirs."""


class ListingReviewedError(ConflictError):
    """The listing `product_id` was taken down, or lifted, before: nothing has changed. state: how it stands."""


class DraftNotFoundError(NotFoundError):
    """No draft of `product_id` is open."""


class DraftClashError(ConflictError):
    """Another phone changed the field `name` of the draft meanwhile. present, version: what it holds now."""


class ChangeNotFoundError(NotFoundError):
    """The product `product_id` has no change `change_id` that can be undone."""


class ProposalDecidedError(ConflictError):
    """The proposal `proposal_id` has ended before: `outcome`, `decided_at`."""


class OwnProposalError(ForbiddenError):
    """Who proposed `proposal_id` cannot release or return it, nor can another account of the same person."""


class DecisionFaultsError(InvalidError):
    """A decision cannot be recorded; nothing has changed. faults: each a `catalog.decision_facts.DecisionFault`."""


class ChangedPaperError(ConflictError):
    """The file of the decision is missing or has another content than when it was proposed. sha256."""


class AlreadyClosedError(ConflictError):
    """What was to be closed has been closed before. subject: «finding:3»."""


class EvidenceNotFoundError(NotFoundError):
    """The file of the private paper `evidence_id`, or its page `number`, cannot be read now."""


class PictureNotFoundError(NotFoundError):
    """No picture `key` of that size is shown anywhere."""


class TooManyPicturesError(ConflictError):
    """The product `product_id` shows `most` pictures already; nothing was added."""


class PictureGoneError(ConflictError):
    """The picture can be laid back no more: its time is over, or it is shown again already."""


class ClaimDecidedError(ConflictError):
    """The certificate `claim_id` was decided before (`outcome`), or taken back by its producer; nothing has changed."""


class AlreadyWithdrawnError(ConflictError):
    """The certificate `certificate_id` has been withdrawn before."""


class TooManyKeptError(ConflictError):
    """A person keeps as many favourites, or follows as many producers, as one may. most: how many that is."""


class QuestionNotFoundError(NotFoundError):
    """No question with that `question_id` that this person may see."""


class InvalidQuestionError(InvalidError):
    """A question, answer or report cannot be recorded. field; reason: `missing`, `too_long` or `contact`."""


class TooManyQuestionsError(ConflictError):
    """The person asked, or reported, as much today as one may. most: how much that is."""


class TooManyProducersError(ConflictError):
    """The person has registered `most` producers already."""


class ProducerOnRecordError(ConflictError):
    """There is a producer of that name in the province, or of that tax code. reason: «name» or «tax_code».

    slug: of its public page, None where it has none: what is private of it is told to nobody.
    """


class EntryNotClaimableError(ConflictError):
    """The entry cannot be claimed by this person. reason: «own», «open», «not_register» or «too_many»."""


class ClaimEndedError(ConflictError):
    """The claim was decided or withdrawn before. claim_id, outcome."""


class InvalidClaimError(InvalidFactError):
    """A claim without a word or a paper, or a decision without its reason."""


class InvitationEndedError(ConflictError):
    """The invitation cannot be accepted any more, or not by this person. reason: «ended», «expired» or «phone»."""


class InvalidInvitationError(InvalidFactError):
    """No Vietnamese number, an unknown role, or somebody who works there already."""


class LastOwnerError(ConflictError):
    """The only owner of a producer cannot leave or become less: somebody must answer for it."""


class AssistanceRefusedError(ConflictError):
    """Nobody can help on these terms. reason: «not_officer», «area», «term», «member», «code» or «ended»."""


class SellerCheckError(ConflictError):
    """The check cannot be asked for or decided now. reason: «asked», «answered», «tax_code», «place» or «nothing»."""


class InvalidDeclarationError(InvalidFactError):
    """A declaration of an unknown kind, without consent, or with a share that is none."""


class SheetClashError(ConflictError):
    """A file cannot be taken over as its dry run showed; nothing has changed. messages: each a `SheetMessage`."""


class OwnClaimError(ForbiddenError):
    """Who works for the producer cannot decide about its certificate `claim_id`."""


class OwnProducerError(ForbiddenError):
    """Who works for the producer, or helps it, cannot decide about it. subject: «product:3», «proposal:7»."""


class InvalidBodyError(InvalidError):
    """The body of a request cannot be used; nothing has changed. faults: pairs of a JSON Pointer and a reason."""


class InvalidWebhookError(InvalidError):
    """An address for messages cannot be used. field: url or events; reason: missing, or why the address is refused."""


class TooManyWebhooksError(ConflictError):
    """The producer has as many addresses for messages as it may. most: how many that is."""


class WebhookNotFoundError(NotFoundError):
    """The producer has no such address (`endpoint_id`), or no such message that can be sent (`delivery_id`)."""


class StockBookError(ConflictError):
    """Fewer packs are reserved than are to be sent or given back (`variant_id`, `packs`). The books contradict."""
