"""Le règlement applicable, en valeurs gelées : ce que disent les fichiers de `db/referentiel`, ni plus ni moins.

Les épreuves générales se désignent par leur **matière** (`FR_HG_EMC`, `MATHS_PC`, `EPS`, `PSE`, `LV`), les
professionnelles par leur code (`EP1`). Ce nom commun s'appelle ici `repere` : « EG4 » change de matière d'une
spécialité à l'autre, un repère jamais.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.regles.vocabulaire import (
    EffetAcquis,
    Evaluation,
    FormatFichier,
    FormePassage,
    InscritPar,
    ModeDepot,
    PlaceLangue,
    Portee,
    Preuve,
    StatutCandidat,
)

FORMATS_PAR_DEFAUT = (FormatFichier.PDF, FormatFichier.PNG, FormatFichier.JPG)


@dataclass(frozen=True, slots=True)
class Texte:
    """Une règle en français simple et son article. `depuis` et `jusqu_a` : sessions d'application, comprises."""

    code: str
    regle: str
    source: str
    est_verifie: bool
    version: str = ""
    depuis: int | None = None
    jusqu_a: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    libelle: str
    est_verifiee: bool = True


@dataclass(frozen=True, slots=True)
class SousEpreuve:
    """`code` complet pour une épreuve professionnelle (EP2A), simple suffixe pour une matière générale (A)."""

    code: str
    titre: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class EpreuveProfessionnelle:
    code: str
    titre: str
    titre_est_verifie: bool
    coefficient: float | None
    coefficient_est_verifie: bool
    sous_epreuves: tuple[SousEpreuve, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoixSpecialite:
    """Question propre à une spécialité (« Situation professionnelle »)."""

    code: str
    libelle: str
    est_obligatoire: bool
    valeurs: tuple[Option, ...]
    est_verifie: bool


@dataclass(frozen=True, slots=True)
class Specialite:
    code: str
    titre: str
    titre_ecran: str
    secteur: str
    premiere_session: int
    derniere_session: int | None
    delivre_diplome: bool
    exige_experience: bool
    modele: str
    langue_vivante: PlaceLangue
    langue_vivante_est_verifiee: bool
    facultatives: tuple[str, ...]
    facultatives_sont_verifiees: bool
    epreuves: tuple[EpreuveProfessionnelle, ...]
    choix: tuple[ChoixSpecialite, ...]
    est_verifiee: bool
    note: str = ""

    def est_ouverte_a(self, annee: int) -> bool:
        return self.premiere_session <= annee and (self.derniere_session is None or annee <= self.derniere_session)


@dataclass(frozen=True, slots=True)
class FicheCatalogue:
    """Spécialité de la liste nationale. Sans détail d'épreuves, elle se montre et ne se choisit pas."""

    code: str
    libelle: str
    premiere_session: int | None
    derniere_session: int | None
    groupe: str
    est_detaillee: bool


@dataclass(frozen=True, slots=True)
class Matiere:
    code: str
    titre: str
    libelle: str
    coefficient: float
    sous_epreuves: tuple[SousEpreuve, ...] = ()
    se_choisit_en_langue: bool = False
    dispense_sur_demande: bool = False
    activites_ponctuel: tuple[Option, ...] = ()
    activites_depuis: int | None = None


@dataclass(frozen=True, slots=True)
class Facultative:
    """Épreuve facultative (arrêté du 30 août 2019, article 2). `cle` : LV, ARTS, MOBILITE."""

    cle: str
    code: str
    titre: str
    se_choisit_en_langue: bool = False


@dataclass(frozen=True, slots=True)
class Langue:
    code: str
    libelle: str
    est_obligatoire_possible: bool
    est_facultative_possible: bool
    est_verifiee: bool


@dataclass(frozen=True, slots=True)
class FamilleAcquis:
    code: str
    ordre: int
    libelle: str
    effet: EffetAcquis
    type_de_droit: str


@dataclass(frozen=True, slots=True)
class RegleSpecialite:
    """Épreuves professionnelles qu'un titre dispense dans une seule spécialité."""

    specialite: str
    epreuves: tuple[str, ...]
    est_verifiee: bool


@dataclass(frozen=True, slots=True)
class Acquis:
    """Un titre ou des notes que le candidat peut déclarer, et les épreuves que cela peut couvrir."""

    code: str
    famille: str
    diplome: str
    libelle: str
    demande: tuple[str, ...]
    effet: EffetAcquis
    matieres: tuple[str, ...]
    matieres_sous_condition: tuple[str, ...]
    preuves: Mapping[str, Preuve]
    matieres_incertaines: tuple[str, ...]
    regles: tuple[RegleSpecialite, ...]
    est_verifie: bool
    portee: Portee | None = None
    depuis: int | None = None
    jusqu_a: int | None = None
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReglesAcquis:
    """Durées de `[regles]` d'acquis.toml. `duree_report` en années, note de bloc sur 20."""

    duree_report: int
    note_minimale_attestation: float
    premiere_session_attestation: int


@dataclass(frozen=True, slots=True)
class Categorie:
    code: str
    libelle: str
    statut: StatutCandidat
    etablissement: str
    inscrit_par: InscritPar
    formes: tuple[FormePassage, ...]
    derogation_possible: bool
    evaluation: Evaluation
    mineur_admis: bool
    mineur_admis_est_verifie: bool
    formation_justifiee: bool
    eps_dispense_sur_demande: bool
    mobilite: bool
    est_verifiee: bool


@dataclass(frozen=True, slots=True)
class DocumentAccepte:
    """Document qui vaut la pièce entre deux âges révolus, bornes comprises, en années."""

    libelle: str
    age_min: int
    age_max: int


@dataclass(frozen=True, slots=True)
class ConditionPiece:
    """Toutes les conditions données doivent être vraies. `None` ou vide : non posée."""

    statuts: tuple[StatutCandidat, ...] = ()
    categories: tuple[str, ...] = ()
    nationalite: str | None = None
    age_min: int | None = None
    age_max: int | None = None
    mineur: bool | None = None
    handicap: bool | None = None
    derogation: bool | None = None
    forme: FormePassage | None = None
    familles_acquis: tuple[str, ...] = ()
    specialites: tuple[str, ...] = ()
    experience: bool | None = None
    choix: Mapping[str, tuple[str, ...]] | None = None
    amenagement_duree: bool | None = None
    acquis: tuple[str, ...] = ()
    confirmation_signee: bool | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    code: str
    groupe: str
    libelle: str
    mode: ModeDepot
    est_obligatoire: bool
    code_officiel: bool
    est_verifiee: bool
    condition: ConditionPiece
    documents_acceptes: tuple[DocumentAccepte, ...] = ()
    formats: tuple[FormatFichier, ...] = FORMATS_PAR_DEFAUT
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RegleDepot:
    taille_max: int
    """en octets"""
    taille_max_libelle: str
    formats: tuple[FormatFichier, ...]
    """tous ceux qu'une pièce peut nommer"""
    formats_par_defaut: tuple[FormatFichier, ...] = FORMATS_PAR_DEFAUT
    """ceux d'une pièce qui n'en nomme aucun"""


@dataclass(frozen=True, slots=True)
class Reglement:
    """Tout le règlement d'un examen, indexé par code. Bâti par `lecture.reglement(instantane)`."""

    specialites: Mapping[str, Specialite]
    catalogue: tuple[FicheCatalogue, ...]
    matieres: Mapping[str, Matiere]
    modeles: Mapping[str, tuple[str, ...]]
    facultatives: Mapping[str, Facultative]
    facultatives_maximum: int
    langues: Mapping[str, Langue]
    familles: Mapping[str, FamilleAcquis]
    acquis: Mapping[str, Acquis]
    regles_acquis: ReglesAcquis
    categories: Mapping[str, Categorie]
    derogations: Mapping[str, Option]
    situations: Mapping[str, Option]
    age_majorite: int
    groupes_pieces: Mapping[str, str]
    pieces: Mapping[str, Piece]
    depot: RegleDepot
    textes: Mapping[str, Texte]


@dataclass(frozen=True, slots=True)
class EtablissementInscription:
    """Établissement proposé à l'onglet 2 (« INDIV TOULOUSE », CNED…). `statuts` vide : ouvert à tous."""

    code: str
    libelle: str
    uai: str = ""
    academie: str = ""
    statuts: tuple[StatutCandidat, ...] = ()

    @property
    def libelle_complet(self) -> str:
        return f"{self.libelle} ({self.uai})" if self.uai else self.libelle


@dataclass(frozen=True, slots=True)
class Identite:
    """État civil du compte. Les onglets le montrent, ne le lisent jamais d'un formulaire."""

    civilite: str
    nom_famille: str
    nom_usage: str
    prenoms: str
    date_naissance: date
    pays_naissance: str
    departement_naissance: str
    commune_naissance: str
    """libellé affiché"""
