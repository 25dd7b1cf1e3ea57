"""Qui inviter, avec quelle fonction et pour quelles académies."""

from typing import Any

from app.comptes.guards import AGENTS
from app.comptes.models import RoleCompte
from app.referentiel.fiches import FicheAcademie
from app.referentiel.horaires import nom_academie
from app.web.forms import CasesACocher, Champ, Choix, Courriel, Formulaire, Option, TexteCourt

PRECISIONS = {
    RoleCompte.GESTIONNAIRE: "Services, candidatures et pièces de ses académies.",
    RoleCompte.LECTEUR: "Lit ce que lit un gestionnaire, ne change rien.",
    RoleCompte.AMENAGEMENTS: "Demandes d’aménagements d’épreuves : seule fonction qui les lit en entier.",
    RoleCompte.ADMINISTRATEUR: "Comptes d’agents, sessions d’examen, référentiel. Ne lit aucun dossier.",
}
SANS_ACADEMIE = frozenset({RoleCompte.ADMINISTRATEUR})


def formulaire_d_invitation(
    academies: tuple[FicheAcademie, ...], recu: dict[str, list[Any]] | None = None
) -> Formulaire:
    qui: dict[str, Champ] = {
        "courriel": Courriel(
            "Adresse mail",
            sujet="l’adresse mail",
            requis=True,
            aide="Son identifiant de connexion. L’invitation y est envoyée.",
            autocomplete="off",
        ),
        "nom": TexteCourt("Nom", sujet="le nom", requis=True),
        "prenoms": TexteCourt("Prénoms", sujet="les prénoms", requis=True),
    }
    return Formulaire(qui | _droits(academies), recu)


def formulaire_des_droits(
    academies: tuple[FicheAcademie, ...],
    recu: dict[str, list[Any]] | None = None,
    *,
    role: RoleCompte | None = None,
    siennes: tuple[str, ...] = (),
) -> Formulaire:
    return Formulaire(_droits(academies), recu, {"role": role.value if role else None, "academies": list(siennes)})


def droits_lus(formulaire: Formulaire) -> tuple[RoleCompte, tuple[str, ...]] | None:
    """Nul s'il y a une erreur, à côté de son champ. Un administrateur n'a pas d'académie : il n'en garde aucune."""
    if not formulaire.valide():
        return None
    role = RoleCompte(formulaire.valeurs["role"])
    academies = tuple(formulaire.valeurs["academies"])
    if role in SANS_ACADEMIE:
        return role, ()
    if not academies:
        formulaire.ajouter_erreur("academies", "Cochez au moins une académie pour cette fonction")
        return None
    return role, academies


def _droits(academies: tuple[FicheAcademie, ...]) -> dict[str, Champ]:
    return {
        "role": Choix(
            "Fonction",
            sujet="la fonction",
            requis=True,
            radios=True,
            options=[
                Option(role.value, role.libelle, precision=precision)
                for role, precision in PRECISIONS.items()
                if role in AGENTS
            ],
        ),
        "academies": CasesACocher(
            "Académies",
            sujet="les académies",
            aide="Sans objet pour un administrateur.",
            options=[(a.code, nom_academie(a)) for a in academies],
        ),
    }
