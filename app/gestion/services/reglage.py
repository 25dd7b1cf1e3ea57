"""Ce qu'un service d'inscription a de réglable : ses dates, sa confirmation, son contact, son avis public."""

from dataclasses import asdict, dataclass
from datetime import datetime

from app.infra.identifiants import empreinte
from app.referentiel.fiches import FichePeriode
from app.referentiel.models import RegimeConfirmation


@dataclass(frozen=True, slots=True)
class Reglage:
    """Instants en UTC. Les champs portent le nom des colonnes de `periode_inscription`."""

    ouvre_le: datetime
    ferme_le: datetime
    depot_ouvre_le: datetime
    depot_ferme_le: datetime
    regime_confirmation: RegimeConfirmation
    service: str
    adresse: str
    code_postal: str
    ville: str
    courriel: str
    telephone: str
    horaires: str
    avis_public: str

    @property
    def marque(self) -> str:
        """Deux agents ne s'écrasent pas : chacun dit de quel état il partait."""
        return empreinte(repr(asdict(self)))

    def changes(self, avant: "Reglage") -> dict[str, tuple[object, object]]:
        """champ → (avant, après)"""
        anciens, nouveaux = asdict(avant), asdict(self)
        return {nom: (anciens[nom], valeur) for nom, valeur in nouveaux.items() if valeur != anciens[nom]}


def reglage_de(periode: FichePeriode) -> Reglage:
    contact = periode.service
    return Reglage(
        ouvre_le=periode.ouvre_le,
        ferme_le=periode.ferme_le,
        depot_ouvre_le=periode.depot_ouvre_le,
        depot_ferme_le=periode.depot_ferme_le,
        regime_confirmation=periode.regime_confirmation,
        service=contact.nom,
        adresse=contact.adresse,
        code_postal=contact.code_postal,
        ville=contact.ville,
        courriel=contact.courriel,
        telephone=contact.telephone,
        horaires=contact.horaires,
        avis_public=periode.avis_public,
    )
