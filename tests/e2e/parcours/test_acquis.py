"""La cascade des acquis : rien n'y est définitif, ce qui est décoché revient tel quel."""

from playwright.sync_api import expect

from tests.e2e.pages.onglets import Acquis, Epreuves
from tests.e2e.pages.visite import Visite
from tests.e2e.parcours.scenario import AUTRE_CAP, AUTRE_DIPLOME, declarer_le_cap


def test_une_epreuve_decochee_est_repassee_et_recochee_redevient_dispensee(visite: Visite):
    visite.reprendre_a("acquis")
    acquis = declarer_le_cap(visite)
    for code in ("EG1", "EG2", "EG3", "EG5"):
        expect(acquis.epreuve(code)).to_be_checked()
    acquis.basculer("EG2")
    expect(acquis.epreuve("EG2")).not_to_be_checked()
    expect(visite.page.get_by_text("Vous la repasserez")).to_be_visible()
    acquis.continuer()
    epreuves = Epreuves(visite)
    assert "EG2 - Etude mathématique et scientifique | Inscrit | Ponctuel" in epreuves.lignes
    epreuves.revenir()
    acquis.est_la()
    expect(acquis.epreuve("EG2")).not_to_be_checked()
    acquis.basculer("EG2")
    expect(acquis.epreuve("EG2")).to_be_checked()
    acquis.continuer()
    assert "EG2 - Etude mathématique et scientifique | Dispense | " in epreuves.lignes


def test_un_titre_decoche_puis_recoche_garde_son_annee(visite: Visite):
    visite.reprendre_a("acquis")
    acquis = declarer_le_cap(visite)
    acquis.basculer("EG3")
    visite.cocher(AUTRE_CAP)
    visite.mettre_a_jour()
    expect(visite.champ("Année")).to_have_count(0)
    visite.cocher(AUTRE_CAP)
    visite.mettre_a_jour()
    expect(visite.champ("Année")).to_have_value("2020")
    expect(acquis.epreuve("EG3")).not_to_be_checked()
    expect(acquis.epreuve("EG1")).to_be_checked()


def test_une_famille_decochee_puis_recochee_garde_ses_titres(visite: Visite):
    visite.reprendre_a("acquis")
    declarer_le_cap(visite)
    visite.cocher(AUTRE_DIPLOME)
    visite.mettre_a_jour()
    expect(visite.champ("Année")).to_have_count(0)
    visite.cocher(AUTRE_DIPLOME)
    visite.mettre_a_jour()
    expect(visite.champ("Année")).to_have_value("2020")


def test_chaque_dispense_dit_sa_raison_son_texte_et_sa_preuve(visite: Visite):
    visite.reprendre_a("acquis")
    declarer_le_cap(visite)
    detail = visite.page.get_by_text("Règle et preuve demandée").first
    detail.click()
    expect(visite.page.get_by_role("definition").filter(has_text="EG1A, EG1B et EG1C")).to_be_visible()
    expect(visite.page.get_by_role("term").filter(has_text="Texte").first).to_be_visible()
    expect(
        visite.page.get_by_role("definition").filter(has_text="demandée après l’enregistrement").first
    ).to_be_visible()


def test_sans_acquis_on_passe_directement_a_la_suite(visite: Visite):
    visite.reprendre_a("acquis")
    Acquis(visite).continuer()
    expect(visite.question("Langue vivante étrangère")).to_be_visible()
