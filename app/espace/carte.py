"""Ce que l'espace montre d'une candidature : où elle en est, qui agit ensuite, avant quand."""

from dataclasses import dataclass
from datetime import datetime

from app.candidatures.avancement import Avancement, avancement
from app.candidatures.desinscription import est_individuel
from app.candidatures.queries import CandidatureLue, VersionLue
from app.candidatures.redaction import EXAMENS
from app.espace.attendues import PieceSuivie
from app.espace.suite import Suite, suite
from app.referentiel.fiches import FichePeriode
from app.referentiel.horaires import fin
from app.regles.dossier import Brouillon
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import EtatCandidature, StatutPiece


@dataclass(frozen=True, slots=True)
class DossierSuivi:
    lue: CandidatureLue
    version: VersionLue | None
    """la dernière enregistrée"""
    pieces: tuple[PieceSuivie, ...]


@dataclass(frozen=True, slots=True)
class Carte:
    suivi: DossierSuivi
    reglement: Reglement
    maintenant: datetime
    avancement: Avancement

    @property
    def id(self) -> str:
        return self.suivi.lue.id

    @property
    def periode(self) -> FichePeriode:
        return self.suivi.lue.periode

    @property
    def version(self) -> VersionLue | None:
        return self.suivi.version

    @property
    def numero_inscription(self) -> str:
        return self.suivi.lue.numero_inscription or ""

    @property
    def examen(self) -> str:
        return EXAMENS.get(self.periode.session.examen, self.periode.session.examen)

    @property
    def specialite(self) -> str:
        """Celle qui est enregistrée ; à défaut, celle du brouillon. Vide tant qu'elle n'est pas choisie."""
        if self.version:
            return self.version.fiche.specialite
        trouvee = self.reglement.specialites.get(self.suivi.lue.brouillon.specialite or "")
        return trouvee.titre_ecran if trouvee else ""

    @property
    def etablissement(self) -> str:
        """« INDIV TOULOUSE (03100003) »."""
        possibles = self.suivi.lue.contexte.etablissements
        return next((e.libelle_complet for e in possibles if e.code == self.reponses.etablissement), "")

    @property
    def reponses(self) -> Brouillon:
        return self.suivi.lue.brouillon_enregistre or self.suivi.lue.brouillon

    @property
    def etat(self) -> str:
        return self.suivi.lue.etat.libelle

    @property
    def est_enregistree(self) -> bool:
        return self.suivi.lue.est_enregistree

    @property
    def est_a_completer(self) -> bool:
        return self.suivi.lue.etat is EtatCandidature.A_COMPLETER

    @property
    def est_ouverte(self) -> bool:
        return self.suivi.lue.est_ouverte(self.maintenant)

    @property
    def cloture(self) -> str:
        """Ce qui suit « avant le », « jusqu'au » : à Paris, et là-bas."""
        return fin(self.periode.ferme_le, self.periode.academie)

    @property
    def est_en_modification(self) -> bool:
        """Des réponses ont changé depuis la dernière version et peuvent encore être enregistrées."""
        return self.est_enregistree and self.est_ouverte and not self.suivi.lue.est_a_jour

    @property
    def est_a_reprendre(self) -> bool:
        return self.est_ouverte and not self.est_enregistree and not self.est_a_completer

    @property
    def est_supprimable(self) -> bool:
        """Un brouillon que le candidat a commencé lui-même."""
        return not self.est_enregistree and not self.est_a_completer

    @property
    def est_individuelle(self) -> bool:
        return not self.suivi.lue.contexte.pose_par and est_individuel(self.reglement, self.reponses.categorie)

    @property
    def peut_se_desinscrire(self) -> bool:
        return self.suivi.lue.etat is EtatCandidature.INSCRIT and self.est_ouverte and self.est_individuelle

    @property
    def conformes(self) -> int:
        return sum(suivie.statut is StatutPiece.CONFORME for suivie in self.suivi.pieces)

    @property
    def suite(self) -> Suite:
        return suite(self.suivi.lue, self.avancement, self.suivi.pieces, self.maintenant)


def composer(suivi: DossierSuivi, reglement: Reglement, maintenant: datetime) -> Carte:
    lue = suivi.lue
    ou = avancement(lue.dossier(reglement), est_enregistre=lue.est_enregistree, est_a_jour=lue.est_a_jour)
    return Carte(suivi, reglement, maintenant, ou)
