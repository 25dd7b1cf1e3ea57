"""Les patrons : quelques dizaines de dossiers valables, chacun mis en fiche par les règles, que la base recopie."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.candidatures import serialisation
from app.candidatures.fiche import Fiche
from app.candidatures.queries import CandidatureLue
from app.candidatures.redaction import rediger
from app.dossiers_fictifs import REPONSES
from app.inscription.onglets import ONGLETS
from app.referentiel import queries as referentiel
from app.referentiel.models import PeriodeInscription
from app.regles.controle import anomalies
from app.regles.dossier import Brouillon, Contexte
from app.regles.referentiel import EtablissementInscription, Identite, Reglement
from app.regles.vocabulaire import EtatCandidature

PAR_CATEGORIE = 40
"""spécialités au plus pour une catégorie"""
SANS_ACQUIS: dict[str, Any] = {"familles": ["AUCUN"], "acquis": [], "eps": "dispense"}
VUS = [onglet.slug for onglet in ONGLETS if onglet.champs]


@dataclass(frozen=True, slots=True)
class Patron:
    brouillon: Brouillon
    fiche: Fiche

    def reponses(self, courriel: str) -> dict[str, Any]:
        return serialisation.en_json(self.brouillon.avec(courriel=courriel))

    def de(self, nom: str, prenoms: str, naissance: str, numero: str) -> Fiche:
        return replace(self.fiche, nom=nom, prenoms=prenoms, date_naissance=naissance, numero_candidat=numero)


def patrons(db: Session, academie: str, reglement: Reglement, version_id: int, jour: date) -> tuple[Patron, ...]:
    """Du plus présenté au moins présenté."""
    periode_id = db.scalars(
        select(PeriodeInscription.id).where(PeriodeInscription.academie_code == academie).limit(1)
    ).first()
    service = referentiel.periode(db, periode_id) if periode_id else None
    contexte = referentiel.contexte(db, periode_id, jour) if periode_id else None
    if service is None or contexte is None:
        return ()
    qui = Identite("Madame", "EXEMPLE", "", "Camille", date(1994, 4, 12), "FRANCE", "CALVADOS", "MAY-SUR-ORNE")
    trouves = []
    for brouillon in _brouillons(reglement, contexte):
        lue = CandidatureLue(
            id="",
            etat=EtatCandidature.BROUILLON,
            numero_inscription=None,
            version=0,
            enregistree_le=None,
            garde_le=None,
            brouillon=brouillon,
            brouillon_enregistre=None,
            traces={},
            concurrences={},
            numero_candidat="",
            identite=qui,
            periode=service,
            contexte=contexte,
            nationalite="FRANÇAISE",
            pays_adresse="FRANCE",
            version_referentiel_id=version_id,
        )
        dossier = lue.dossier(reglement)
        if not anomalies(dossier):
            trouves.append(Patron(brouillon, rediger(lue, dossier)))
    return tuple(trouves)


def _brouillons(reglement: Reglement, contexte: Contexte) -> Iterator[Brouillon]:
    for categorie in reglement.categories.values():
        lieux = [lieu for lieu in contexte.etablissements if _accueille(lieu, categorie.statut.value)]
        for rang, code in enumerate(list(reglement.specialites)[:PAR_CATEGORIE]):
            if not lieux or code in contexte.specialites_non_organisees:
                continue
            acquis = SANS_ACQUIS if rang % 3 == 2 else {}
            autres = {
                "specialite": code,
                "categorie": categorie.code,
                "etablissement": lieux[rang % len(lieux)].code,
                "courriel": "exemple@exemple.fr",
                "amenagement_epreuves": False,
                "vus": VUS,
            }
            yield serialisation.de_json(REPONSES | acquis | autres)


def _accueille(lieu: EtablissementInscription, statut: str) -> bool:
    return not lieu.statuts or statut in lieu.statuts
