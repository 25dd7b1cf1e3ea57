"""Une erreur d'état civil : le candidat la signale, le service répond, les documents suivent."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.compte import texte_du
from tests.e2e.pages.espace import emporter
from tests.e2e.pages.gestion import Corrections, Gestion
from tests.e2e.pages.mon_compte import MonCompte
from tests.e2e.pages.onglets import Recapitulatif
from tests.e2e.pages.visite import Visite

ACTE = b"%PDF-1.7\nacte de naissance"


def s_inscrire_et_demander(visite: Visite, acte: Path, **demandes: str) -> str:
    candidature = visite.reprendre_a("recapitulatif")
    visite.est_sur("Récapitulatif")
    Recapitulatif(visite).enregistrer()
    acte.write_bytes(ACTE)
    for champ, valeur in demandes.items():
        visite.aller("/compte/correction")
        MonCompte(visite).demander_une_correction(champ.replace("_", " "), valeur, "Comme sur l’acte.", acte)
        visite.est_sur("Modifier mes informations")
    return candidature


def test_de_la_demande_a_la_nouvelle_confirmation(visite: Visite, ouvrir: Ouvrir, tmp_path: Path):
    candidature = s_inscrire_et_demander(visite, tmp_path / "acte.pdf", Nom_de_famille="ACCRALLE", Prénoms="Dac")
    agent = ouvrir(js=visite.js)
    Gestion(agent).reprendre()
    corrections = Corrections(agent)
    corrections.ouvrir("ACCRALL Dack", "Nom de famille")
    verifier_l_acces(agent, "demande de correction")
    assert emporter(agent, "Télécharger la preuve").read_bytes() == ACTE
    agent.appuyer("Accepter et corriger")
    agent.est_sur("Corrections demandées")
    verifier_l_acces(agent, "corrections demandées")
    corrections.ouvrir("ACCRALLE Dack", "Prénoms")
    agent.appuyer("Refuser la demande")
    assert agent.erreurs == ["Renseignez le motif du refus"]
    verifier_l_acces(agent, "refus sans motif")
    corrections.refuser("L’acte porte bien Dack.")
    expect(agent.page.get_by_role("heading", name="Aucune demande en attente")).to_be_visible()

    mail = visite.serveur.attendre_le_courriel("Votre demande de correction est acceptée")
    assert "Nom de famille : ACCRALLE (était écrit : ACCRALL)" in texte_du(mail)
    refus = visite.serveur.attendre_le_courriel("Votre demande de correction est refusée")
    assert "L’acte porte bien Dack." in texte_du(refus)
    visite.aller("/compte")
    expect(MonCompte(visite).principal).to_contain_text("L’acte porte bien Dack.")
    visite.aller(f"/candidatures/{candidature}/documents")
    visite.suivre("Lire en page web : Confirmation d’inscription, version 2")
    expect(visite.page.get_by_role("main")).to_contain_text("ACCRALLE")
    visite.aller(f"/candidatures/{candidature}/versions/1/2")
    expect(visite.page.get_by_role("table")).to_contain_text("Nom de famille")
    assert len(visite.serveur.lignes("SELECT 1 FROM version_candidature")) == 2


def test_corriger_sans_demande_depuis_le_dossier(visite: Visite, ouvrir: Ouvrir, tmp_path: Path):
    candidature = s_inscrire_et_demander(visite, tmp_path / "acte.pdf")
    agent = ouvrir(js=visite.js)
    Gestion(agent).reprendre()
    agent.aller(f"/gestion/candidatures/{candidature}/identite")
    agent.est_sur("Corriger l’état civil")
    verifier_l_acces(agent, "identité")
    agent.remplir("Commune de naissance", "Caen")
    agent.appuyer("Rechercher la commune")
    expect(agent.case("CAEN")).to_be_checked()
    agent.appuyer("Corriger l’état civil")
    assert agent.erreurs == ["Renseignez le motif de la correction"]
    verifier_l_acces(agent, "identité, sans motif")
    agent.remplir("Motif de la correction", "Acte de naissance présenté au guichet")
    agent.appuyer("Corriger l’état civil")
    expect(agent.page.get_by_text("L’état civil est corrigé")).to_be_visible()
    visite.aller(f"/candidatures/{candidature}/historique")
    expect(visite.page.get_by_role("main")).to_contain_text("Acte de naissance présenté au guichet")
    (candidat,) = visite.serveur.lignes("SELECT lieu_naissance FROM candidat WHERE compte_id = 'dack'")
    assert candidat == {"lieu_naissance": "CAEN"}
