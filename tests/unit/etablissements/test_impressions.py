"""Beaucoup de papillons : préparés en fond, jamais gardés, repris d'une autre graine si le portail redémarre."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.import_scolaire.graines import Graines
from app.import_scolaire.impressions import lancer
from app.import_scolaire.imprimerie import Imprimerie
from app.import_scolaire.models import EtatImpression, Impression
from app.import_scolaire.tirage import poser
from tests.instance import BELLEVUE, BERTHE, VICTOR, VOISIN
from tests.unit.client import Navigateur, Page
from tests.unit.etablissements.fichiers import eleve, importer
from tests.unit.etablissements.papier import imprimer, mots_de_passe
from tests.unit.etablissements.test_papillons import ZOE, choisir, connecter
from tests.unit.inscription.conftest import Portail

PAPILLONS = f"/etablissement/{BELLEVUE}/papillons"


@pytest.fixture
def berthe(portail: Portail) -> Navigateur:
    navigateur = portail.navigateur(BERTHE)
    importer(navigateur, [eleve(), ZOE])
    return navigateur


def ecrire(portail: Portail, acte: Callable[..., Any], *args: Any, **valeurs: Any) -> Any:
    base, boucle = portail.garde.client.app.state.database, portail.garde.client.blocking_portal
    assert boucle is not None
    return boucle.call(lambda: base.ecrire(acte, *args, **valeurs))


def preparer(portail: Portail, *, deja_imprimes: bool = False, reveiller: bool = True) -> str:
    """Comme au-delà de six cents élèves. Rend l'adresse de l'impression."""
    (periode,) = portail.lignes("SELECT DISTINCT periode_id AS id FROM eleve")
    impression = ecrire(
        portail,
        lancer,
        BELLEVUE,
        periode["id"],
        division=None,
        deja_imprimes=deja_imprimes,
        auteur="berthe",
        maintenant=portail.horloge.instant,
    )
    if reveiller:
        portail.garde.client.app.state.imprimerie.reveiller()
    return f"/etablissement/{BELLEVUE}/impressions/{impression}"


def attendre(berthe: Navigateur, adresse: str) -> Page:
    for _ in range(2_000):
        page = berthe.get(adresse)
        if "Finir" in page.texte:
            return page
    raise AssertionError("l’impression ne finit pas")


def telecharger(berthe: Navigateur, adresse: str) -> dict[str, str]:
    """Identifiant → mot de passe, dans le PDF ou dans tous ceux du ZIP."""
    reponse = berthe.client.post(adresse, data={"jeton_csrf": berthe.jeton})
    assert reponse.status_code == 200, reponse.text
    if reponse.headers["content-type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(reponse.content)) as archive:
            assert archive.testzip() is None
            pdfs = [archive.read(nom) for nom in archive.namelist()]
    else:
        pdfs = [reponse.content]
    feuilles = [feuille.extract_text() for pdf in pdfs for feuille in PdfReader(io.BytesIO(pdf)).pages]
    return mots_de_passe("\n".join(feuilles))


def imprimes(portail: Portail) -> dict[str, bool]:
    return {e["division"]: bool(e["papillon_le"]) for e in portail.lignes("SELECT division, papillon_le FROM eleve")}


def test_un_fichier_par_division_et_un_zip_de_tous(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    page = attendre(berthe, adresse)
    assert "2 papillons sont prêts" in page.texte
    assert "Une impression est prête" in berthe.get(PAPILLONS).texte
    assert imprimes(portail) == {"DIV1": False, "DIV2": False}, "rien n’est encore sur papier"
    un = telecharger(berthe, f"{adresse}/fichiers/1")
    assert set(un) == {"acculi.accame"}
    assert imprimes(portail) == {"DIV1": True, "DIV2": False}
    tous = telecharger(berthe, f"{adresse}/tout")
    assert set(tous) == {"acculi.accame", "zoe.bellin"}
    assert un.items() <= tous.items(), "le téléchargement coupé se refait, au même mot de passe"
    assert connecter(portail, "zoe.bellin", tous["zoe.bellin"])[1].adresse == "/inscriptions"
    actes = [li["nature"] for li in portail.lignes("SELECT nature FROM registre WHERE objet = 'etablissement'")]
    assert actes == ["lancer_une_impression", *["imprimer_des_papillons"] * 3]


def test_aucun_mot_de_passe_ni_de_quoi_le_retrouver_n_est_garde(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    attendre(berthe, adresse)
    graine = portail.garde.client.app.state.imprimerie.graine(adresse.rpartition("/")[2])
    assert len(graine) == 32
    mots = telecharger(berthe, f"{adresse}/tout").values()
    octets = b"".join(f.read_bytes() for f in portail.donnees.rglob("*") if f.is_file())
    for secret in (graine, graine.hex().encode(), *(mot.encode() for mot in mots)):
        assert secret not in octets


def test_finir_oublie_la_graine_et_rend_a_imprimer_ce_qui_n_est_pas_parti(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    attendre(berthe, adresse)
    telecharger(berthe, f"{adresse}/fichiers/1")
    assert "Finir sans tout télécharger" in berthe.get(adresse).texte
    berthe.post(f"{adresse}/fin")
    assert "Impression finie" in berthe.suivre().texte
    assert "Rien n’est téléchargé" in berthe.post(f"{adresse}/tout", statut=422).texte
    berthe.post(f"{adresse}/fichiers/1", statut=404)
    assert portail.lignes("SELECT * FROM fichier_papillons") == []
    assert set(mots_de_passe(imprimer(berthe))) == {"zoe.bellin"}


def test_deux_heures_apres_plus_rien_ne_se_telecharge(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    attendre(berthe, adresse)
    portail.horloge.avancer(hours=2)
    portail.garde.client.app.state.imprimerie.reveiller()
    berthe = portail.navigateur(BERTHE)
    for _ in range(2_000):
        if "Impression finie" in berthe.get(adresse).texte:
            break
    assert portail.garde.client.app.state.imprimerie.graine(adresse.rpartition("/")[2]) is None
    assert imprimes(portail) == {"DIV1": False, "DIV2": False}


def test_un_redemarrage_tire_de_nouveau_ce_qui_n_est_pas_parti(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    attendre(berthe, adresse)
    premier = telecharger(berthe, f"{adresse}/fichiers/1")
    etat, boucle = portail.garde.client.app.state, portail.garde.client.blocking_portal
    assert boucle is not None
    ancienne = etat.imprimerie
    etat.imprimerie = Imprimerie(etat.database, etat.mots_de_passe, horloge=portail.horloge)
    assert "se prépare encore" in berthe.post(f"{adresse}/fichiers/2", statut=422).texte
    while boucle.call(etat.imprimerie.avancer):
        pass
    assert "2 papillons sont prêts" in berthe.get(adresse).texte
    second = telecharger(berthe, f"{adresse}/fichiers/2")
    assert connecter(portail, "acculi.accame", premier["acculi.accame"])[1].adresse == "/inscriptions"
    assert connecter(portail, "zoe.bellin", second["zoe.bellin"])[1].adresse == "/inscriptions"
    assert "déjà sur papier" in berthe.get(adresse).texte
    berthe.post(f"{adresse}/fichiers/1", statut=422)
    assert set(telecharger(berthe, f"{adresse}/tout")) == {"zoe.bellin"}, "l’autre graine ne sait pas le premier mot"
    assert ancienne.graine(adresse.rpartition("/")[2]) != etat.imprimerie.graine(adresse.rpartition("/")[2])


def test_un_processus_tire_et_un_autre_sert_les_memes_papillons(portail: Portail, berthe: Navigateur):
    """Derrière un répartiteur, celui qui imprime n'est pas celui qui répond : la graine est à tous, scellée."""
    etat, boucle = portail.garde.client.app.state, portail.garde.client.blocking_portal
    assert boucle is not None

    def imprimerie() -> Imprimerie:
        graines = Graines(portail.donnees, cle=etat.cle)
        return Imprimerie(etat.database, etat.mots_de_passe, horloge=portail.horloge, graines=graines)

    adresse = preparer(portail, reveiller=False)
    impression_id = adresse.rpartition("/")[2]
    tire, sert = imprimerie(), imprimerie()
    while boucle.call(tire.avancer) or boucle.call(sert.avancer):
        pass
    graine = tire.graine(impression_id)
    assert graine
    assert sert.graine(impression_id) == graine
    (fichier,) = (portail.donnees / "graines").iterdir()
    assert graine not in fichier.read_bytes()
    etat.imprimerie = sert
    papillons = telecharger(berthe, f"{adresse}/tout")
    assert connecter(portail, "zoe.bellin", papillons["zoe.bellin"])[1].adresse == "/inscriptions"
    berthe.get(adresse)
    berthe.post(f"{adresse}/fin")
    boucle.call(tire.avancer)
    assert not fichier.exists()
    assert tire.graine(impression_id) is None


def test_un_fichier_tire_par_deux_processus_reste_celui_du_premier(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    attendre(berthe, adresse)
    papillons = telecharger(berthe, f"{adresse}/fichiers/1")
    avant = portail.lignes("SELECT eleves, pret_le FROM fichier_papillons WHERE rang = 1")
    (lue,) = portail.lignes("SELECT id FROM impression")

    def poser_encore(db: Session) -> None:
        db.execute(update(Impression).values(etat=EtatImpression.EN_COURS))
        poser(db, lue["id"], 1, dict.fromkeys(json.loads(avant[0]["eleves"]), "autre"), maintenant=portail.horloge())

    ecrire(portail, poser_encore)
    assert portail.lignes("SELECT eleves, pret_le FROM fichier_papillons WHERE rang = 1") == avant
    assert connecter(portail, "acculi.accame", papillons["acculi.accame"])[1].adresse == "/inscriptions"


def test_un_papillon_reimprime_a_part_n_est_pas_dans_le_fichier(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    attendre(berthe, adresse)
    (seul,) = mots_de_passe(imprimer(berthe, division="DIV1")).items()
    assert set(telecharger(berthe, f"{adresse}/tout")) == {"zoe.bellin"}
    elle, _ = connecter(portail, *seul)
    choisir(elle)
    assert elle.get("/inscriptions").h1 == "Mes inscriptions"


def test_une_seule_impression_a_la_fois(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    assert preparer(portail) == adresse
    attendre(berthe, adresse)
    assert len(portail.lignes("SELECT * FROM impression")) == 1


def test_l_impression_d_un_autre_n_existe_pas(portail: Portail, berthe: Navigateur):
    adresse = preparer(portail)
    attendre(berthe, adresse)
    victor = portail.navigateur(VICTOR)
    victor.get(f"/etablissement/{VOISIN}/papillons")
    ailleurs = adresse.replace(BELLEVUE, VOISIN)
    victor.get(ailleurs, statut=404)
    for fin in ("/tout", "/fin", "/fichiers/1"):
        victor.post(ailleurs + fin, statut=404)
        victor.post(adresse + fin, statut=404)
    assert len(telecharger(berthe, f"{adresse}/tout")) == 2
