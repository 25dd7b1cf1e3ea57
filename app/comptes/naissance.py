"""Le lieu de naissance : le pays, puis en France le département et la commune cherchée, à l'étranger la ville."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.referentiel.fiches import FicheCommune, FicheDepartement, FichePays
from app.referentiel.lieux import cle_de_recherche, commune, communes, departements, pays
from app.web.forms import Champ, Choix, ChoixReplie, Option, RequisSi, TexteCourt

FRANCE = "FR"
ABSENTE = "absente"
TROUVEES_MAX = 20


@dataclass(frozen=True, slots=True)
class Listes:
    """Les choix du lieu de naissance, selon ce qui est déjà répondu."""

    pays: tuple[FichePays, ...]
    departements: tuple[FicheDepartement, ...]
    trouvees: tuple[FicheCommune, ...]
    est_en_france: bool
    recherche: str
    choisie: str
    """clé de la commune, ABSENTE, ou vide"""

    @property
    def completees(self) -> dict[str, list[str]]:
        """Les réponses que ces listes complètent : le choix retenu, et le nom cherché s'il a été effacé."""
        retenue = next((c for c in self.trouvees if c.cle == self.choisie), None)
        completees = {"commune_naissance": [self.choisie]} if self.choisie else {}
        if retenue and not self.recherche:
            completees["commune_recherche"] = [retenue.nom]
        return completees

    @property
    def il_y_en_a_plus(self) -> bool:
        return len(self.trouvees) >= TROUVEES_MAX

    @property
    def est_cherchee(self) -> bool:
        return bool(self.recherche)


def listes_de_naissance(db: Session, *, pays_naissance: str, departement: str, recherche: str, choisie: str) -> Listes:
    """Tout texte reçu est permis : ce qui n'est pas un code connu ne choisit rien."""
    tous = departements(db)
    connu = departement in {d.code for d in tous}
    recherche = recherche if cle_de_recherche(recherche) else ""
    trouvees = communes(db, departement, recherche, TROUVEES_MAX) if connu and recherche else ()
    if choisie != ABSENTE:
        choisie, trouvees = _choix(db, choisie, departement, recherche, trouvees)
    return Listes(pays(db), tous, trouvees, pays_naissance == FRANCE, recherche, choisie)


def champs_de_naissance(listes: Listes) -> dict[str, Champ]:
    champs: dict[str, Champ] = {
        "pays_naissance": ChoixReplie(
            "Pays de naissance",
            sujet="le pays de naissance",
            requis=True,
            options=[Option(p.code, p.libelle_naissance) for p in listes.pays],
            autres="Autre pays : voir la liste…",
            default=FRANCE,
        )
    }
    if not listes.est_en_france:
        champs["ville_naissance"] = TexteCourt(
            "Ville de naissance", sujet="la ville de naissance", requis=True, aide="Telle que sur la pièce d’identité."
        )
        return champs
    champs["departement_naissance"] = Choix(
        "Département, DOM ou COM de naissance",
        sujet="le département de naissance",
        requis=True,
        options=[Option(d.code, d.libelle) for d in listes.departements],
    )
    champs["commune_recherche"] = TexteCourt(
        "Commune de naissance",
        sujet="la commune de naissance",
        requis=listes.choisie != ABSENTE and "Cherchez la commune de naissance, puis choisissez-la dans la liste",
        aide="Écrivez les premières lettres, puis choisissez dans la liste. Les communes fusionnées y figurent.",
        autocomplete="off",
    )
    if listes.est_cherchee or listes.choisie:
        champs["commune_naissance"] = Choix(
            "Choisissez la commune",
            sujet="la commune de naissance",
            requis=True,
            radios=True,
            options=[
                *(Option(c.cle, c.libelle) for c in listes.trouvees),
                Option(ABSENTE, "Ma commune n’est pas dans la liste"),
            ],
        )
        champs["commune_libre"] = TexteCourt(
            "Si elle n’est pas dans la liste, son nom",
            sujet="le nom de la commune de naissance",
            aide="Tel que sur la pièce d’identité.",
            validators=[RequisSi("commune_naissance", ABSENTE)],
        )
    return champs


def lieu_choisi(valeurs: Mapping[str, Any], listes: Listes) -> dict[str, str | None]:
    """Les colonnes du lieu de naissance, le nom figé compris."""
    if not listes.est_en_france:
        return _lieu(None, None, None, valeurs["ville_naissance"])
    departement = valeurs["departement_naissance"]
    fiche = next((c for c in listes.trouvees if c.cle == valeurs["commune_naissance"]), None)
    if fiche is None:
        return _lieu(departement, None, None, str(valeurs["commune_libre"]).upper())
    return _lieu(departement, fiche.code_insee, fiche.type, fiche.nom_affiche)


def _convient(fiche: FicheCommune, recherche: str, trouvees: tuple[FicheCommune, ...]) -> bool:
    return not recherche or fiche in trouvees or cle_de_recherche(recherche) in cle_de_recherche(fiche.nom)


def _lieu(departement: str | None, code: str | None, type_: str | None, nom: str) -> dict[str, str | None]:
    return {
        "departement_naissance": departement,
        "commune_naissance": code,
        "commune_naissance_type": type_,
        "lieu_naissance": nom,
    }


def _choix(
    db: Session, choisie: str, departement: str, recherche: str, trouvees: tuple[FicheCommune, ...]
) -> tuple[str, tuple[FicheCommune, ...]]:
    """Le choix déjà fait reste tant que ni le département ni le nom cherché ne le démentent.

    Un nom entier et seul vaut choix. Qui écrit un autre nom sans choisir ne garde pas l'ancienne commune en silence.
    """
    fiche = commune(db, choisie) if choisie.isascii() and 0 < len(choisie) <= 60 else None
    if fiche is not None and fiche.departement == departement and _convient(fiche, recherche, trouvees):
        return fiche.cle, trouvees if fiche in trouvees else (fiche, *trouvees)
    entieres = [c for c in trouvees if cle_de_recherche(c.nom) == cle_de_recherche(recherche)]
    return (entieres[0].cle if len(entieres) == 1 else ""), trouvees
