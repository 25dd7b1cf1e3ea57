"""Une saisie fausse sur chaque onglet : dite en haut et à côté, rien de ce qui est tapé n'est effacé."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.visite import Visite


@dataclass(frozen=True)
class Cas:
    onglet: str
    attendues: tuple[str, ...]
    """lignes du résumé, dans l'ordre de la page"""
    tapees: dict[str, str] = field(default_factory=dict)
    """intitulé → texte faux, qui doit revenir tel quel"""
    depart: dict[str, object] = field(default_factory=dict)


CAS = (
    Cas(
        "identification",
        (
            "Renseignez votre nationalité.",
            "Renseignez le numéro et la voie.",
            "Renseignez cinq chiffres.",
            "Renseignez la localité.",
            "Vérifiez le téléphone mobile : par exemple 06 12 34 56 78, ou +32 470 12 34 56 à l’étranger",
            "Écrivez l’adresse mail sous la forme nom.prenom@domaine.fr",
        ),
        {"Code postal": "3100", "Téléphone mobile": "06 ça", "Adresse mail": "dack.accrall"},
    ),
    Cas(
        "informations",
        (
            "Renseignez votre catégorie.",
            "Renseignez si vous demandez un aménagement de la durée de formation.",
            "Renseignez votre établissement.",
            "Renseignez si vous demandez un aménagement d’épreuves au titre du handicap.",
            "Renseignez si vous acceptez la communication de vos résultats à la presse.",
            "Renseignez si vous acceptez la communication de vos résultats aux collectivités.",
        ),
    ),
    Cas("qualification", ("Renseignez votre spécialité.", "Renseignez la forme de passage.")),
    Cas(
        "acquis",
        ("Écrivez l’année d’obtention en chiffres, par exemple 2020", "Renseignez l’académie."),
        {"Année": "deux mille"},
        {"familles": ["AUTRE_DIPLOME"], "acquis": [{"code": "CAP_AUTRE"}]},
    ),
    Cas("epreuves", ("Renseignez l’option de EP2A.", "Renseignez la langue vivante.")),
)


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas.onglet)
def test_une_saisie_fausse_est_dite_et_gardee(visite: Visite, cas: Cas):
    visite.reprendre_a(cas.onglet, entame=cas.depart)
    for intitule, texte in cas.tapees.items():
        visite.remplir(intitule, texte)
    visite.appuyer("Suivant")
    titre = visite.page.get_by_role("heading", level=1).inner_text()
    expect(visite.page).to_have_title(re.compile(rf"^Erreur\s: {re.escape(titre)}"))
    expect(visite.page.get_by_role("group", name=re.compile("à corriger"))).to_be_focused()
    assert visite.erreurs == list(cas.attendues)
    for message in visite.erreurs:
        expect(visite.page.get_by_text(message)).to_have_count(2)
    for intitule, texte in cas.tapees.items():
        champ = visite.champ(intitule)
        expect(champ).to_have_value(texte)
        expect(champ).to_have_attribute("aria-invalid", "true")
        expect(champ).to_have_accessible_description(re.compile("Erreur"))
    lien = visite.page.get_by_role("group", name=re.compile("à corriger")).get_by_role("link").first
    cible = visite.page.locator(lien.get_attribute("href") or "")
    lien.click()
    expect(cible).to_be_in_viewport()


def test_un_resume_d_erreurs_part_avec_la_derniere_erreur(visite: Visite):
    visite.reprendre_a("epreuves")
    visite.appuyer("Suivant")
    assert len(visite.erreurs) == 2
    visite.question("EP2A").select_option(label="Broderie machine guidée main")
    visite.mettre_a_jour()
    visite.question("Langue vivante").select_option(label="Allemand")
    visite.appuyer("Suivant")
    visite.est_sur("Récapitulatif")
    expect(visite.page.get_by_role("group", name=re.compile("à corriger"))).to_have_count(0)
