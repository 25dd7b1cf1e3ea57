"""Le brouillon (ce que le candidat a dit) et le dossier (ce qu'il a dit, et le règlement qui s'y applique).

On enregistre les réponses, jamais ce qui en découle : changer de spécialité ne demande alors aucun nettoyage.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from app.regles.referentiel import Categorie, EtablissementInscription, Identite, Reglement, Specialite
from app.regles.vocabulaire import FormePassage, InscritPar, PositionEpreuve

T = TypeVar("T")

POSES_PAR_L_ETABLISSEMENT = frozenset({"categorie", "specialite", "etablissement"})


@dataclass(frozen=True, slots=True)
class AcquisDeclare:
    """Un acquis de l'onglet 4. Les clés de `notes`, `epreuves` et `repasse` sont des repères (voir referentiel)."""

    code: str
    annee: int | None = None
    academie: str | None = None
    """code d'académie"""
    specialite: str | None = None
    notes: Mapping[str, float] = field(default_factory=dict)
    """sur 20 ; le candidat demande à les garder"""
    annees_notes: Mapping[str, int] = field(default_factory=dict)
    """session de la note, quand elle n'est pas celle de `annee` (D. 337-17 : note par note, session par session)"""
    matieres_justifiees: tuple[str, ...] = ()
    """matières sous condition dont la condition est remplie (LV : épreuve de langue au titre ; FR_HG_EMC :
    épreuve en français ou niveau A2 pour un titre européen)"""
    matieres_ecartees: tuple[str, ...] = ()
    """matières sous condition où le candidat a répondu non"""
    epreuves: tuple[str, ...] = ()
    """épreuves validées, quand l'acquis ne les dit pas lui-même (VAE, attestation de blocs)"""
    repasse: tuple[str, ...] = ()
    """épreuves décochées : le candidat renonce à la dispense"""
    est_coche: bool = True
    """un titre décoché ne compte plus, et retrouve son année et ses notes si on le recoche"""


@dataclass(frozen=True, slots=True)
class Brouillon:
    """Les réponses, onglet par onglet. `None` : pas encore répondu."""

    # 1 - Identification
    nationalite: str | None = None
    pays_adresse: str | None = None
    voie: str = ""
    complement_1: str = ""
    complement_2: str = ""
    complement_3: str = ""
    code_postal: str = ""
    localite: str = ""
    telephone_mobile: str = ""
    telephone_fixe: str = ""
    courriel: str = ""
    # 2 - Informations candidature
    situation: str | None = None
    categorie: str | None = None
    amenagement_duree: bool | None = None
    etablissement: str | None = None
    amenagement_epreuves: bool | None = None
    accord_presse: bool | None = None
    accord_collectivites: bool | None = None
    # 3 - Qualification présentée
    specialite: str | None = None
    choix: Mapping[str, str] = field(default_factory=dict)
    """code du choix → valeur"""
    forme_passage: FormePassage | None = None
    derogation: bool | None = None
    motif_derogation: str | None = None
    # 4 - Acquis
    familles: tuple[str, ...] = ()
    acquis: tuple[AcquisDeclare, ...] = ()
    # 5 - Épreuves
    options: Mapping[str, str] = field(default_factory=dict)
    """code de sous-épreuve → code d'option"""
    langue: str | None = None
    eps: PositionEpreuve | None = None
    activite_eps: str | None = None
    epreuves_presentees: tuple[str, ...] | None = None
    """forme progressive : repères des épreuves présentées à cette session"""
    facultatives: tuple[str, ...] = ()
    """clés : LV, ARTS, MOBILITE"""
    langue_facultative: str | None = None
    # Ce que le candidat a tapé et qui n'est pas encore valable : onglet → champ → valeurs telles quelles
    saisies: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    vus: tuple[str, ...] = ()
    """onglets passés par « Suivant » : un onglet sans question obligatoire n'est rempli qu'une fois vu"""

    def avec(self, **reponses: object) -> "Brouillon":
        return replace(self, **reponses)  # type: ignore[arg-type]  # replace() n'est pas typé champ par champ


@dataclass(frozen=True, slots=True)
class DecisionDispense:
    """Ce que le service a décidé d'une dispense, ou d'une note gardée, qui était à confirmer."""

    specialite: str
    code_acquis: str
    repere: str
    annee: int | None
    academie: str | None
    note: float | None
    est_accordee: bool


@dataclass(frozen=True, slots=True)
class Contexte:
    """Le service d'inscription où le dossier se remplit."""

    annee: int
    """session d'examen"""
    date_inscription: date
    """jour de Paris : l'âge de la JDC se compte ce jour-là (code du service national, L. 114-6)"""
    academie: str
    etablissements: tuple[EtablissementInscription, ...] = ()
    specialites_non_organisees: frozenset[str] = frozenset()
    messages_specialites: Mapping[str, str] = field(default_factory=dict)
    """code de spécialité → ce que l'académie en dit"""
    confirmation_signee: bool = True
    """sinon, le service a choisi la validation en ligne : enregistrer vaut signature, rien ne revient signé"""
    derogation_forme_accordee: bool = False
    inscrit_par: InscritPar = InscritPar.CANDIDAT
    """qui a créé la candidature : un élève importé par son établissement en garde la catégorie"""
    pose_par: str = ""
    """l'établissement qui a posé catégorie, spécialité et établissement : l'élève les lit, ne les change pas"""
    autres_specialites: tuple[str, ...] = ()
    """spécialités de CAP où la même personne est déjà inscrite à cette session (D. 337-21)"""
    derogation_specialite_accordee: bool = False
    contrat_plusieurs_employeurs: bool = False
    """contrat conclu avec plusieurs employeurs (code du travail, L. 6222-5-1 et L. 6325-4-1)"""
    pieces_refusees: frozenset[str] = frozenset()
    """pièces jugées non conformes, ou absentes à la date fixée, par le gestionnaire"""
    decisions: tuple[DecisionDispense, ...] = ()
    """les plus récentes à la fin"""
    noms_academies: Mapping[str, str] = field(default_factory=dict)
    """code → nom, pour dire « (2020, Toulouse) » ; sans nom, l'année seule"""


@dataclass(frozen=True, slots=True)
class Dossier:
    identite: Identite
    brouillon: Brouillon
    reglement: Reglement
    contexte: Contexte
    conclusions: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """règle → ce qu'elle a conclu (voir `une_fois`)"""

    @property
    def specialite(self) -> Specialite | None:
        return self.reglement.specialites.get(self.brouillon.specialite or "")

    @property
    def categorie(self) -> Categorie | None:
        return self.reglement.categories.get(self.brouillon.categorie or "")

    def est_pose(self, champ: str) -> bool:
        """Cette réponse vient de l'établissement."""
        return bool(self.contexte.pose_par) and champ in POSES_PAR_L_ETABLISSEMENT

    def avec(self, **reponses: object) -> "Dossier":
        return replace(self, brouillon=self.brouillon.avec(**reponses))


def une_fois(regle: Callable[[Dossier], T]) -> Callable[[Dossier], T]:
    """Une page pose dix fois la même question à un dossier, qui ne change jamais : la règle ne conclut qu'une fois.

    Pour une règle sans autre argument, dont personne ne modifie la conclusion.
    """

    @wraps(regle)
    def conclue(dossier: Dossier) -> T:
        if regle not in dossier.conclusions:
            dossier.conclusions[regle] = regle(dossier)
        conclusion: T = dossier.conclusions[regle]
        return conclusion

    return conclue
