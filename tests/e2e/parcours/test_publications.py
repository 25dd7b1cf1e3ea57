"""Publier des convocations et changer le référentiel, devant l'écran, avec et sans JavaScript."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.depart import ouvrir_une_session
from tests.e2e.accessibilite import verifier_l_acces
from tests.e2e.conftest import Ouvrir
from tests.e2e.pages.gestion import Gestion
from tests.e2e.pages.visite import Visite
from tests.e2e.serveur import Serveur
from tests.instance import ADA, AMINE, HorlogeDEssai, copier_le_modele
from tests.unit.gestion.decor import deposer_des_dossiers, multiplier, remplir_les_convocations

BUREAU = {"width": 1280, "height": 900}
CENT = 100


@pytest.fixture
def dossiers(modele: Path, tmp_path: Path) -> list[str]:
    """Avant le serveur : cent candidats inscrits à Toulouse."""
    donnees = copier_le_modele(modele, tmp_path / "donnees")
    dossiers = deposer_des_dossiers(donnees, 1)
    multiplier(donnees, dossiers[0], CENT - 1)
    return dossiers


@pytest.fixture
def serveur(dossiers: list[str], tmp_path: Path, horloge: HorlogeDEssai) -> Iterator[Serveur]:
    with Serveur(tmp_path / "donnees", horloge) as serveur:
        yield serveur
        assert not serveur.pannes, "\n".join(serveur.pannes)


@pytest.fixture
def visite(ouvrir: Ouvrir, js: bool) -> Visite:
    return ouvrir(js=js, viewport=BUREAU)


def test_du_modele_aux_cent_convocations_que_lisent_les_candidats(visite: Visite, dossiers: list[str]):
    Gestion(visite).reprendre()
    Gestion(visite).rubrique("Publications")
    verifier_l_acces(visite, "publications, rien encore")
    visite.suivre("Convocations aux épreuves")
    visite.est_sur("Convocations aux épreuves")
    visite.appuyer("Essayer, sans publier")
    assert visite.erreurs == ["Choisissez le fichier CSV"]
    verifier_l_acces(visite, "essai, erreur")
    lignes = remplir_les_convocations(le_modele(visite))
    joindre_un_csv(visite, [lignes[0] | {"Date": "31/02/2027"}, *lignes[1:]])
    expect(visite.page.get_by_role("heading", name="Rien ne peut paraître")).to_be_visible()
    verifier_l_acces(visite, "essai en erreur")
    visite.suivre("Essayer le fichier corrigé")
    joindre_un_csv(visite, lignes)
    expect(visite.page.get_by_role("heading", name="Aucune erreur. Rien n’est encore publié")).to_be_visible()
    verifier_l_acces(visite, "essai prêt")
    visite.suivre("Document 2")
    verifier_l_acces(visite, "aperçu")
    visite.suivre("Convocation aux épreuves")
    visite.appuyer(f"Publier {CENT} documents")
    expect(visite.page.get_by_role("heading", name=f"{CENT} documents publiés")).to_be_visible(timeout=20_000)
    verifier_l_acces(visite, "publiée")
    (nombre,) = visite.serveur.lignes("SELECT count(*) AS n FROM document WHERE type = 'convocation'")
    assert nombre == {"n": CENT}
    ce_que_lit_le_candidat(visite, dossiers[0])


def ce_que_lit_le_candidat(visite: Visite, candidature: str) -> None:
    serveur = visite.serveur
    (qui,) = serveur.lignes("SELECT compte_id AS id FROM candidature WHERE id = :id", id=candidature)
    secret = ouvrir_une_session(serveur.donnees, type("Qui", (), qui)(), instant=serveur.horloge.instant)
    visite.page.context.add_cookies([{"name": "session", "value": secret, "url": serveur.adresse}])
    visite.aller(f"/candidatures/{candidature}/documents")
    visite.suivre("Lire en page web : Convocation aux épreuves".replace(" :", "\u00a0:"))
    visite.est_sur("Convocation aux épreuves")
    expect(visite.page.get_by_text("Lycée des Exemples").first).to_be_visible()
    verifier_l_acces(visite, "convocation")


def test_les_ecrans_d_un_pdf_et_des_amenagements_passent_axe(visite: Visite):
    gestion = Gestion(visite)
    gestion.reprendre()
    Gestion(visite).rubrique("Publications")
    visite.suivre("Un PDF du service")
    visite.est_sur("Un PDF du service")
    visite.appuyer("Essayer, sans publier")
    assert visite.erreurs == ["Renseignez le titre du document", "Choisissez le fichier PDF"]
    verifier_l_acces(visite, "PDF, erreurs")
    gestion.reprendre(AMINE)
    Gestion(visite).rubrique("Publications")
    visite.suivre("Notifications d’aménagements")
    verifier_l_acces(visite, "aménagements")


def test_le_referentiel_se_telecharge_se_change_et_se_publie(visite: Visite):
    visite.page.set_default_timeout(30_000)  # une archive entière se relit : trente-six mille communes
    Gestion(visite).reprendre(ADA)
    Gestion(visite).rubrique("Référentiel")
    verifier_l_acces(visite, "référentiel")
    fichiers = les_fichiers(visite)
    joindre_une_archive(visite, fichiers | {"langues.csv": b""})
    assert visite.erreurs
    verifier_l_acces(visite, "référentiel, erreurs")
    nom = "specialites/arts-de-la-broderie.toml"
    change = fichiers[nom].replace(b"experience_14_semaines = true", b"experience_14_semaines = false")
    joindre_une_archive(visite, fichiers | {nom: change})
    visite.est_sur("mars.zip")
    jusqu_a(visite, f"{CENT} candidatures sur {CENT}")
    verifier_l_acces(visite, "édition proposée")
    visite.remplir("Jour de mise en vigueur", "09/11/2026")
    visite.remplir("Heure de Paris", "8 h")
    visite.appuyer("Publier cette édition")
    assert visite.erreurs[0].startswith("Choisissez un instant à venir")
    visite.remplir("Jour de mise en vigueur", "")
    visite.remplir("Heure de Paris", "")
    visite.appuyer("Publier cette édition")
    jusqu_a(visite, "En vigueur")
    verifier_l_acces(visite, "édition en vigueur")
    assert visite.serveur.lignes("SELECT id FROM version_referentiel WHERE active") == [{"id": 2}]


def jusqu_a(visite: Visite, texte: str) -> None:
    """Avec JavaScript la page suit seule ; sans, on l'actualise."""
    attendu = visite.page.get_by_text(texte, exact=True).first
    if not visite.js:
        for _ in range(200):
            if attendu.is_visible():
                break
            visite.page.reload()
    expect(attendu).to_be_visible(timeout=30_000)


def le_modele(visite: Visite) -> list[dict[str, str]]:
    texte = visite.page.request.get(f"{visite.page.url}/modele.csv").body().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


def joindre_un_csv(visite: Visite, lignes: list[dict[str, str]]) -> None:
    sortie = io.StringIO()
    plume = csv.DictWriter(sortie, list(lignes[0]), delimiter=";")
    plume.writeheader()
    plume.writerows(lignes)
    joint = {"name": "juin.csv", "mimeType": "text/csv", "buffer": sortie.getvalue().encode("cp1252")}
    visite.champ("Fichier CSV").set_input_files(joint)  # type: ignore[arg-type]  # ce que Playwright lit
    visite.appuyer("Essayer, sans publier")


def les_fichiers(visite: Visite) -> dict[str, bytes]:
    octets = visite.page.request.get(f"{visite.serveur.adresse}/gestion/referentiel/fichiers.zip").body()
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def joindre_une_archive(visite: Visite, fichiers: dict[str, bytes]) -> None:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in fichiers.items():
            archive.writestr(nom, octets)
    joint = {"name": "mars.zip", "mimeType": "application/zip", "buffer": sortie.getvalue()}
    visite.champ("Archive des fichiers changés").set_input_files(joint)  # type: ignore[arg-type]  # idem
    visite.appuyer("Contrôler et comparer, sans publier")
