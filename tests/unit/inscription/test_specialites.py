"""Les spécialités détaillées vont toutes jusqu'au récapitulatif ; celles du seul catalogue se montrent, refusées."""

import tomllib

import pytest

from tests.depart import reponses
from tests.instance import RACINE
from tests.unit.arbre import Element
from tests.unit.client import Navigateur
from tests.unit.inscription.conftest import Portail

FICHIERS = sorted((RACINE / "db" / "referentiel" / "specialites").glob("*.toml"))
DETAILLEES = {str(tomllib.loads(f.read_text("utf-8"))["code"]): f.stem for f in FICHIERS}
TOURS = 5


def test_il_y_en_a_cinquante_deux():
    assert len(DETAILLEES) == 52


@pytest.mark.parametrize("categorie", ["globale", "progressive"])
@pytest.mark.parametrize("code", DETAILLEES.keys(), ids=DETAILLEES.values())
def test_une_specialite_detaillee_va_jusqu_au_recapitulatif(portail_partage: Portail, code: str, categorie: str):
    portail = portail_partage
    navigateur = portail.navigateur()
    adresse = portail.poser(reponses("qualification", entame={"specialite": code, "forme_passage": categorie}))
    if code == NON_ORGANISEE:
        navigateur.get(f"{adresse}/onglets/qualification")
        page = navigateur.envoyer(bouton="Suivant", statut=422)
        assert "académie" in page.erreurs[0]
        return
    for onglet in ("qualification", "acquis", "epreuves"):
        navigateur.get(f"{adresse}/onglets/{onglet}")
        repondre_au_premier_choix(navigateur)
    page = navigateur.suivre()
    assert page.h1 == "Récapitulatif", page.erreurs
    tableaux = [ligne for t in page.arbre.tous("table") for ligne in t.tous("tr")]
    assert len(tableaux) > 2, "aucune épreuve"
    assert any(b.texte == "Enregistrer" for b in page.arbre.tous("button"))


NON_ORGANISEE = "50023443"
"""Celle que l'académie d'essai n'organise pas."""


def repondre_au_premier_choix(navigateur: Navigateur) -> None:
    """Comme quelqu'un de pressé : la première réponse proposée à chaque question vide, jusqu'à passer."""
    for _ in range(TOURS):
        assert navigateur.page
        page = navigateur.page
        reponses = premieres_reponses(page.formulaires[0])
        chemin = page.formulaires[0]["action"]
        statut = navigateur.client.post(
            chemin,
            data={"jeton_csrf": navigateur.jeton, "intention": "suivant", "revision": "9999", **reponses},
            follow_redirects=False,
        )
        if statut.status_code == 303:
            navigateur.post(chemin, {"intention": "suivant", "revision": "9999", **reponses})
            return
        navigateur.get(chemin)
    raise AssertionError(f"{navigateur.page.h1 if navigateur.page else ''} : {page.texte[:300]}")


def premieres_reponses(formulaire: Element) -> dict[str, str | list[str]]:
    choisies: dict[str, str | list[str]] = {}
    for champ in formulaire.tous("input", "select"):
        nom = champ["name"]
        if not nom or "disabled" in champ.attributs or champ["type"] == "search":
            continue
        if champ.nom == "select":
            options = [o for o in champ.tous("option") if o["value"] and "disabled" not in o.attributs]
            deja = [o for o in options if "selected" in o.attributs]
            if "required" in champ.attributs and options:
                choisies[nom] = (deja or options)[0]["value"]
        elif champ["type"] == "radio":
            if nom not in choisies or "checked" in champ.attributs:
                choisies[nom] = champ["value"]
        elif champ["type"] == "checkbox":
            if nom == "epreuves_presentees":
                choisies.setdefault(nom, champ["value"])
        elif champ["type"] == "hidden" and nom.endswith(".pose"):
            choisies[nom] = champ["value"]
    return choisies


def test_une_specialite_du_seul_catalogue_se_montre_et_se_refuse_avec_la_raison(portail: Portail):
    adresse = portail.partir_de("qualification")
    navigateur = portail.navigateur()
    page = navigateur.get(f"{adresse}?recherche=poissonnier")
    fermees = [c for c in page.arbre.tous("input") if c["name"] == "specialite" and "disabled" in c.attributs]
    assert fermees, page.texte
    raison = next(lab.texte for lab in page.arbre.tous("label") if lab["for"] == fermees[0]["id"])
    assert "Poissonnier" in raison
    refus = navigateur.envoyer(
        {"specialite": fermees[0]["value"], "recherche": "poissonnier"}, bouton="Suivant", statut=422
    )
    assert refus.erreurs
    assert "specialite" not in portail.brouillon
