"""Un élève tel que son établissement le déclare : ce que l'import en garde, et en quoi deux déclarations diffèrent."""

from dataclasses import dataclass
from datetime import date

from app.referentiel.lieux import cle_de_recherche
from app.regles.vocabulaire import Civilite

IDENTITE = (
    "civilite", "nom_famille", "nom_usage", "prenoms", "date_naissance", "pays_naissance", "departement_naissance",
    "lieu_naissance",
)  # fmt: skip
"""Ce qui se fige quand l'élève a enregistré : ses documents portent cet état civil."""
RETOUR, COMPTE, DOUBLE = "retour", "compte", "double"
"""Ce qui se dit d'un élève et n'est pas une colonne : il revient, retrouve son compte, s'est peut-être inscrit seul."""
AUTRES_LIBELLES = {RETOUR: "Inscription", COMPTE: "Compte", DOUBLE: "À vérifier"}
LIBELLES = {
    "ine": "INE",
    "civilite": "Civilité",
    "nom_famille": "Nom de famille",
    "nom_usage": "Nom d’usage",
    "prenoms": "Prénoms",
    "date_naissance": "Date de naissance",
    "pays_naissance": "Pays de naissance",
    "departement_naissance": "Département de naissance",
    "lieu_naissance": "Commune de naissance",
    "division": "Division",
    "categorie": "Catégorie",
    "specialite": "Spécialité",
}


@dataclass(frozen=True, slots=True)
class Eleve:
    ine: str
    civilite: Civilite
    nom_famille: str
    nom_usage: str
    prenoms: str
    date_naissance: date
    pays_naissance: str
    departement_naissance: str | None
    commune_naissance: str | None
    commune_naissance_type: str | None
    lieu_naissance: str
    division: str
    categorie: str
    specialite: str
    courriel: str = ""
    """proposé à l'élève au premier onglet ; un changement ici ne le remplace pas"""

    @property
    def cle(self) -> str:
        """Ce qui reconnaît une personne sans INE."""
        return cle_de_personne(self.nom_famille, self.prenoms, self.date_naissance)

    @property
    def libelle(self) -> str:
        return f"{self.nom_famille} {self.prenoms}"


@dataclass(frozen=True, slots=True)
class Changement:
    champ: str
    avant: str
    apres: str

    @property
    def libelle(self) -> str:
        return libelle_de(self.champ)

    @property
    def est_d_identite(self) -> bool:
        return self.champ in IDENTITE


def libelle_de(champ: str) -> str:
    return LIBELLES.get(champ) or AUTRES_LIBELLES[champ]


def cle_de_personne(nom: str, prenoms: str, naissance: date) -> str:
    return f"{cle_de_recherche(nom)}|{cle_de_recherche(prenoms)}|{naissance.isoformat()}"


def changements(avant: Eleve, apres: Eleve) -> tuple[Changement, ...]:
    """Un INE effacé du fichier n'est pas un changement : on ne désapprend rien."""
    return tuple(
        Changement(champ, _dire(getattr(avant, champ)), _dire(getattr(apres, champ)))
        for champ in LIBELLES
        if getattr(avant, champ) != getattr(apres, champ) and not (champ == "ine" and not apres.ine)
    )


def _dire(valeur: object) -> str:
    if isinstance(valeur, Civilite):
        return valeur.value
    if isinstance(valeur, date):
        return f"{valeur.day:02}/{valeur.month:02}/{valeur.year:04}"
    return "" if valeur is None else str(valeur)
