"""Un lot de candidatures d'essai, en lignes prêtes à insérer : toutes les tables d'un dossier, d'un coup.

Cent mille enregistrements par l'acte ordinaire prendraient une heure. Les lignes sont les mêmes, par INSERT groupés.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.base_fictive.noms import Personne, personne, tirage
from app.base_fictive.patrons import Patron
from app.candidatures import fiche as fiches
from app.candidatures.annuaire import MotDuNom, cle, lignes_de_mots
from app.candidatures.models import Candidature, EpreuveCandidature, Evenement, VersionCandidature
from app.comptes.models import Candidat, Compte
from app.documents.codes import nouveau_code
from app.documents.models import Document, TypeDocument
from app.infra.clock import PARIS, jour_de_paris
from app.infra.database import Base
from app.infra.identifiants import nouvel_id
from app.infra.outbox import Courriel
from app.pieces.models import PieceDemandee
from app.regles.vocabulaire import EtatCandidature, ModeDepot, StatutPiece

ETATS = (
    EtatCandidature.INSCRIT,
    EtatCandidature.BROUILLON,
    EtatCandidature.A_COMPLETER,
    EtatCandidature.DESINSCRIT,
)
POIDS_ETATS = (68, 20, 8, 4)
STATUTS = (StatutPiece.CONFORME, StatutPiece.AUCUN, StatutPiece.RECUE, StatutPiece.NON_CONFORME)
POIDS_STATUTS = (62, 24, 8, 6)
NI_OUVERT = "!"
"""n'est l'empreinte d'aucun mot de passe : personne ne se connecte à ces comptes"""

Tables = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Service:
    """Le service d'inscription que la base remplit."""

    periode_id: str
    session_examen_id: str
    ouvre_le: datetime
    depot_ouvre_le: datetime
    depot_ferme_le: datetime
    version_referentiel_id: int


@dataclass(slots=True)
class Fabrique:
    service: Service
    patrons: Sequence[Patron]
    maintenant: datetime
    hasard: Random = field(default_factory=lambda: Random(2027))  # noqa: S311 — des données d'essai, refaites à l'identique
    premier: int = 0
    """rang du premier compte : deux appels à la commande ne se marchent pas dessus"""

    def lot(self, debut: int, nombre: int) -> Tables:
        tables: Tables = defaultdict(list)
        for rang in range(debut, debut + nombre):
            self._dossier(tables, self.premier + rang)
        return tables

    def _dossier(self, tables: Tables, rang: int) -> None:
        qui = personne(self.hasard, jour_de_paris(self.maintenant))
        patron = self.patrons[tirage(self.hasard, [1 / (2 + place) for place in range(len(self.patrons))])]
        etat = ETATS[tirage(self.hasard, POIDS_ETATS)]
        commencee_le = self._instant()
        numero, courriel = f"0{commencee_le.year % 100:02}9{rang:07}", f"essai{rang}@exemple.fr"
        compte_id, candidature_id = nouvel_id(), nouvel_id()
        self._compte(tables, compte_id, qui, numero, courriel, commencee_le)
        enregistree = etat in (EtatCandidature.INSCRIT, EtatCandidature.DESINSCRIT)
        reponses = patron.reponses(courriel)
        if not enregistree and self.hasard.random() < 0.3:  # commencé, et pas encore choisi
            reponses = {nom: reponses[nom] for nom in ("nationalite", "pays_adresse", "courriel") if nom in reponses}
        tables[Candidature].append(
            {
                "id": candidature_id,
                "compte_id": compte_id,
                "periode_id": self.service.periode_id,
                "session_examen_id": self.service.session_examen_id,
                "derogation_specialite": "",
                "etat": etat,
                "numero_inscription": "001" if enregistree or etat is EtatCandidature.A_COMPLETER else None,
                "cree_le": commencee_le,
                "brouillon": reponses,
                "traces": {},
                "concurrences": {},
                "garde_le": commencee_le,
                "version": int(enregistree),
                "dispense_a_confirmer": enregistree and patron.fiche.dispense_a_confirmer,
                "enregistree_le": commencee_le if enregistree else None,
                "inscrite_le": commencee_le if enregistree else None,
                "desinscrite_le": self.maintenant if etat is EtatCandidature.DESINSCRIT else None,
                "cle_nom": cle(qui.nom_famille, qui.prenoms),
                **{nom: reponses.get(nom, "") for nom in ("specialite", "etablissement", "categorie")},
            }
        )
        noms = (qui.nom_famille, qui.nom_usage, qui.prenoms)
        tables[MotDuNom] += lignes_de_mots(candidature_id, self.service.periode_id, noms)
        faits = ["commencee", *(["enregistree"] if enregistree else [])]
        faits += ["desinscrite"] if etat is EtatCandidature.DESINSCRIT else []
        for nature in faits:
            tables[Evenement].append(
                {
                    "candidature_id": candidature_id,
                    "compte_id": compte_id,
                    "nature": nature,
                    "detail": "" if nature == "commencee" else "version 1",
                    "survenu_le": commencee_le,
                }
            )
        if enregistree:
            self._version(tables, candidature_id, compte_id, patron, qui, numero, courriel, commencee_le)
        if etat is EtatCandidature.DESINSCRIT:
            self._mail(tables, "desinscription", compte_id, candidature_id, courriel, self.maintenant)

    def _compte(
        self, tables: Tables, compte_id: str, qui: Personne, numero: str, courriel: str, cree_le: datetime
    ) -> None:
        tables[Compte].append(
            {
                "id": compte_id,
                "identifiant": courriel,
                "courriel": courriel,
                "mot_de_passe": NI_OUVERT,
                "cree_le": cree_le,
                "active_le": cree_le,
            }
        )
        tables[Candidat].append(
            {
                "compte_id": compte_id,
                "numero_candidat": numero,
                "civilite": qui.civilite,
                "nom_famille": qui.nom_famille,
                "nom_usage": qui.nom_usage,
                "prenoms": qui.prenoms,
                "date_naissance": qui.date_naissance,
                "pays_naissance": "FR",
                "departement_naissance": "14",
                "commune_naissance": "14408",
                "commune_naissance_type": "commune-deleguee",
                "lieu_naissance": "MAY-SUR-ORNE",
            }
        )

    def _version(
        self,
        tables: Tables,
        candidature_id: str,
        compte_id: str,
        patron: Patron,
        qui: Personne,
        numero: str,
        courriel: str,
        le: datetime,
    ) -> None:
        fiche = patron.de(qui.nom_famille, qui.prenoms, f"{qui.date_naissance:%d/%m/%Y}", numero)
        version_id = nouvel_id()
        tables[VersionCandidature].append(
            {
                "id": version_id,
                "candidature_id": candidature_id,
                "numero": 1,
                "version_referentiel_id": self.service.version_referentiel_id,
                "brouillon": patron.reponses(courriel),
                "fiche": fiches.en_json(fiche),
                "enregistree_le": le,
            }
        )
        for ordre, epreuve in enumerate(fiche.epreuves, start=1):
            tables[EpreuveCandidature].append(
                {
                    "version_id": version_id,
                    "ordre": ordre,
                    "code": epreuve.code,
                    "repere": epreuve.repere,
                    "libelle": epreuve.libelle,
                    "nature": epreuve.nature,
                    "position": epreuve.position,
                    "evaluation": epreuve.evaluation or None,
                    "est_certaine": epreuve.est_certaine,
                }
            )
        for genre in (TypeDocument.CONFIRMATION, TypeDocument.DEMANDE_PIECES):
            tables[Document].append(
                {
                    "id": nouvel_id(),
                    "candidature_id": candidature_id,
                    "version_id": version_id,
                    "type": genre,
                    "numero": 1,
                    "publie_le": le,
                    "code": nouveau_code(),
                    "depot_ouvre_le": self.service.depot_ouvre_le,
                    "depot_ferme_le": self.service.depot_ferme_le,
                }
            )
        self._pieces(tables, candidature_id, fiche, le)
        self._mail(tables, "enregistrement", compte_id, candidature_id, courriel, le)

    def _mail(
        self, tables: Tables, nature: str, compte_id: str, candidature_id: str, courriel: str, le: datetime
    ) -> None:
        tables[Courriel].append(
            {
                "id": nouvel_id(),
                "nature": nature,
                "destinataire": courriel,
                "sujet": f"[CYCLADES] Essai, {nature}",
                "texte": "Mail d’essai.\n",
                "secret": False,
                "compte_id": compte_id,
                "candidature_id": candidature_id,
                "cree_le": le,
                "a_envoyer_le": le,
                "tentatives": 1,
                "envoye_le": le,
            }
        )

    def _pieces(self, tables: Tables, candidature_id: str, fiche: fiches.Fiche, le: datetime) -> None:
        """Ce qui est jugé est venu par la poste : aucun fichier n'est inventé, et la file du contrôle reste vraie."""
        for ordre, piece in enumerate(fiche.pieces):
            statut = STATUTS[tirage(self.hasard, POIDS_STATUTS)]
            tables[PieceDemandee].append(
                {
                    "id": nouvel_id(),
                    "candidature_id": candidature_id,
                    "code": piece.code,
                    "libelle": piece.libelle,
                    "groupe": piece.groupe,
                    "groupe_libelle": piece.groupe_libelle,
                    "mode": ModeDepot(piece.mode) if statut is StatutPiece.AUCUN else ModeDepot.COURRIER,
                    "est_obligatoire": piece.est_obligatoire,
                    "est_certaine": piece.est_certaine,
                    "documents_acceptes": list(piece.documents_acceptes),
                    "ordre": ordre,
                    "demandee_le": le,
                    "statut": statut,
                    "recue_le": jour_de_paris(le) if statut is not StatutPiece.AUCUN else None,
                    "commentaire": "Illisible." if statut is StatutPiece.NON_CONFORME else "",
                }
            )

    def _instant(self) -> datetime:
        """Un jour ouvert, plutôt au début et à la fin, moins la fin de semaine ; en journée, à Paris."""
        jours = max(1, (jour_de_paris(self.maintenant) - jour_de_paris(self.service.ouvre_le)).days)
        jour = self._jour(jours)
        heure = time(self.hasard.randint(9, 20), self.hasard.randint(0, 59))
        return min(datetime.combine(jour, heure, tzinfo=PARIS), self.maintenant)

    def _jour(self, jours: int) -> date:
        debut = jour_de_paris(self.service.ouvre_le)
        jour = debut + timedelta(days=int(jours * self.hasard.betavariate(0.8, 0.8)))
        if jour.weekday() >= 5 and self.hasard.random() < 0.6:
            jour = max(debut, jour - timedelta(days=2))
        return jour


def inserer(db: Session, tables: Tables) -> None:
    """Dans l'ordre des clés étrangères. À confier à `ecrire` : un lot, une transaction."""
    ordre = (
        Compte,
        Candidat,
        Candidature,
        MotDuNom,
        VersionCandidature,
        EpreuveCandidature,
        Document,
        PieceDemandee,
        Evenement,
        Courriel,
    )
    for table in ordre:
        if lignes := tables.get(table):
            db.execute(insert(table), lignes)
