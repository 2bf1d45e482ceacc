"""The tables, grouped by what they are about."""

from catalog.tables.base import Base
from catalog.tables.batches import Batch, BatchPart, ChatBatch, SightingBatch
from catalog.tables.lessons import ConfirmedPhoto, Switch
from catalog.tables.look_alikes import LookAlike, Relation
from catalog.tables.parts import (
    CatalogueVersion,
    Customer,
    OrderLine,
    Part,
    PartSignature,
    PartState,
)
from catalog.tables.people import Group, Invite, Person, Question, Role, Stranger
from catalog.tables.sightings import (
    AwaitedPhoto,
    Candidate,
    Sighting,
    SightingOutcome,
    SightingPhoto,
    Verdict,
)
from catalog.tables.tuning import DescriberInUse, TunedNetwork, Tuning, TuningState
from catalog.tables.work import (
    Delivery,
    DeliveryState,
    Job,
    JobKind,
    JobState,
    Leader,
    Queue,
    Update,
)

__all__ = [
    "AwaitedPhoto",
    "Base",
    "Batch",
    "BatchPart",
    "Candidate",
    "CatalogueVersion",
    "ChatBatch",
    "ConfirmedPhoto",
    "Customer",
    "Delivery",
    "DeliveryState",
    "DescriberInUse",
    "Group",
    "Invite",
    "Job",
    "JobKind",
    "JobState",
    "Leader",
    "LookAlike",
    "OrderLine",
    "Part",
    "PartSignature",
    "PartState",
    "Person",
    "Question",
    "Queue",
    "Relation",
    "Role",
    "Sighting",
    "SightingBatch",
    "SightingOutcome",
    "SightingPhoto",
    "Stranger",
    "Switch",
    "TunedNetwork",
    "Tuning",
    "TuningState",
    "Update",
    "Verdict",
]
