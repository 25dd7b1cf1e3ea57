"""Valeurs fermées du règlement. La valeur de chaque membre est le code enregistré ; `libelle` est le mot affiché."""

from enum import StrEnum


class FormePassage(StrEnum):
    """Code de l'éducation, D. 337-9 et D. 337-10."""

    GLOBALE = "globale"
    PROGRESSIVE = "progressive"

    @property
    def libelle(self) -> str:
        return {"globale": "Globale", "progressive": "Progressive"}[self.value]


class PositionEpreuve(StrEnum):
    """Ce que le candidat fait d'une épreuve. Le guide montre « Inscrit » et « Dispense ».

    « Bénéfice » (note gardée, D. 337-17) et « Non inscrit » (forme progressive, D. 337-10) sont des libellés
    supposés : aucune liste publique de CYCLADES n'a été trouvée.
    """

    INSCRIT = "inscrit"
    DISPENSE = "dispense"
    BENEFICE = "benefice"
    NON_INSCRIT = "non_inscrit"

    @property
    def libelle(self) -> str:
        return {
            "inscrit": "Inscrit",
            "dispense": "Dispense",
            "benefice": "Bénéfice",
            "non_inscrit": "Non inscrit",
        }[self.value]


class Evaluation(StrEnum):
    """Mode d'évaluation, déduit de la catégorie (D. 337-11 à D. 337-13). Jamais demandé au candidat."""

    PONCTUEL = "ponctuel"
    CCF = "ccf"
    MIXTE = "mixte"

    @property
    def libelle(self) -> str:
        return {"ponctuel": "Ponctuel", "ccf": "CCF", "mixte": "CCF et ponctuel"}[self.value]


class StatutCandidat(StrEnum):
    SCOLAIRE = "scolaire"
    APPRENTI = "apprenti"
    FORMATION_CONTINUE = "formation_continue"
    DISTANCE = "distance"
    INDIVIDUEL = "individuel"


class InscritPar(StrEnum):
    CANDIDAT = "candidat"
    ETABLISSEMENT = "etablissement"


class EffetAcquis(StrEnum):
    DISPENSE = "dispense"
    REPORT_NOTES = "report_notes"


class Portee(StrEnum):
    """Épreuves sur lesquelles un acquis peut porter."""

    TOUTES = "toutes"
    GENERALES = "generales"
    PROFESSIONNELLES = "professionnelles"


class Preuve(StrEnum):
    """Ce qui fonde un droit. Hors « texte » et « guide », rien n'est dit comme certain au candidat."""

    TEXTE = "texte"
    GUIDE = "guide"
    SECONDAIRE = "secondaire"
    DIVERGENT = "divergent"
    AUCUNE = "aucune"

    @property
    def est_certaine(self) -> bool:
        return self in (Preuve.TEXTE, Preuve.GUIDE)


class NatureEpreuve(StrEnum):
    OBLIGATOIRE = "obligatoire"
    FACULTATIVE = "facultative"


class PlaceLangue(StrEnum):
    """Place de la langue vivante dans une spécialité (arrêté du 30 août 2019, article 1er)."""

    OBLIGATOIRE = "obligatoire"
    FACULTATIVE = "facultative"
    AUCUNE = "aucune"


class ModeDepot(StrEnum):
    EN_LIGNE = "en_ligne"
    COURRIER = "courrier"
    AUTRE = "autre"

    @property
    def libelle(self) -> str:
        return {
            "en_ligne": "à déposer en ligne",
            "courrier": "à envoyer par courrier",
            "autre": "à remettre autrement",
        }[self.value]


class Civilite(StrEnum):
    MADAME = "MME"
    MONSIEUR = "M"

    @property
    def libelle(self) -> str:
        return {"MME": "Madame", "M": "Monsieur"}[self.value]


class EtatCandidature(StrEnum):
    BROUILLON = "brouillon"
    A_COMPLETER = "a_completer"
    INSCRIT = "inscrit"
    DESINSCRIT = "desinscrit"
    ECARTE = "ecarte"

    @property
    def libelle(self) -> str:
        return {
            "brouillon": "Brouillon",
            "a_completer": "À compléter",
            "inscrit": "Inscrit",
            "desinscrit": "Désinscrit par le candidat",
            "ecarte": "Écarté",
        }[self.value]


class StatutPiece(StrEnum):
    """Guide, chapitre 12 : « 4 cas se présentent ». Aucun statut tant que le gestionnaire n'a rien regardé."""

    AUCUN = "aucun"
    RECUE = "recue"
    NON_CONFORME = "non_conforme"
    CONFORME = "conforme"

    @property
    def libelle(self) -> str:
        return {"aucun": "", "recue": "Reçue", "non_conforme": "Non conforme", "conforme": "Conforme"}[self.value]


class FormatFichier(StrEnum):
    """Formats que le guide recommande (chapitre 12). Ce qu'une pièce en accepte se lit dans pieces.toml."""

    PDF = "PDF"
    PNG = "PNG"
    JPG = "JPG"
    DOC = "DOC"
    DOCX = "DOCX"
    ZIP = "ZIP"
    AVI = "AVI"
    MP3 = "MP3"
    MP4 = "MP4"


class EtatExamen(StrEnum):
    """Ce que l'examen a dit d'un fichier déposé. En attente, il n'est montré à personne d'autre que son déposant."""

    EN_ATTENTE = "en_attente"
    SAIN = "sain"
    REFUSE = "refuse"


class EtatService(StrEnum):
    """Service d'inscription à un instant donné."""

    A_VENIR = "a_venir"
    OUVERT = "ouvert"
    FERME = "ferme"
