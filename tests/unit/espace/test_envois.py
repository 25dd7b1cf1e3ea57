"""Le dépôt par morceaux : où en est l'envoi, reprendre, ce qui ne vient pas à la suite, les limites, la fin."""

import hashlib
import threading
import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.infra.database import moteur_synchrone
from app.pieces.envois import COMMENCES_MAX, FICHIERS_PAR_JOUR, OCTETS_PAR_JOUR
from app.pieces.examen.paquet import LONGUEUR, MARQUE
from app.referentiel.models import PeriodeInscription
from tests.bases import adresse_de
from tests.instance import CHARLIE
from tests.unit.client import HTMX, Navigateur
from tests.unit.espace.test_pieces import inscrit, pdf, photo
from tests.unit.inscription.conftest import Portail, portail

__all__ = ["portail"]


def sha(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def adler(octets: bytes) -> str:
    return f"{zlib.adler32(octets):08x}"


class Envoi:
    """Ce que fait depot.js."""

    def __init__(self, dack: Navigateur, piece: str, octets: bytes, nom: str = "piece.pdf", photos: int = 1) -> None:
        self.dack, self.piece, self.octets = dack, piece, octets
        self.annonce = {"nom": nom, "octets": str(len(octets)), "photos": str(photos), "empreinte": sha(octets)}
        self.id = ""

    def commencer(self, statut: int = 200) -> Any:
        page = self.dack.post(f"/pieces/{self.piece}/envois", self.annonce, statut=statut, htmx=True)
        if statut != 200:
            return page
        etat = page.reponse.json()
        self.id = etat["envoi"]
        return etat["recu"]

    def morceau(self, debut: int, fin: int, **autres: Any) -> Any:
        bout = self.octets[debut:fin]
        return envoyer(self.dack, self.id, autres.get("corps", bout), debut, autres.get("empreinte", sha(bout)))

    def finir(self, statut: int = 303) -> Any:
        return self.dack.post(f"/envois/{self.id}/fin", statut=statut, htmx=True)


def envoyer(dack: Navigateur, envoi: str, corps: bytes, debut: object, empreinte: str) -> Any:
    entetes = HTMX | {"X-Debut": str(debut), "X-Empreinte": empreinte, "X-Jeton-CSRF": dack.jeton}
    reponse = dack.client.post(f"/envois/{envoi}/morceaux", content=corps, headers=entetes, follow_redirects=False)
    assert reponse.status_code == 200, reponse.text
    return reponse.json()["recu"]


def test_un_fichier_arrive_par_morceaux_et_se_depose_tout_entier(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    assert envoi.commencer() == 0
    assert envoi.morceau(0, 500) == 500
    assert "Un envoi est commencé" in dack.get(adresse).texte
    assert envoi.finir(200).reponse.json()["recu"] == 500
    assert envoi.morceau(500, 10_000) == len(envoi.octets)
    page = dack.get(envoi.finir().adresse, htmx=True)
    assert "piece.pdf" in page.texte
    (ligne,) = portail.lignes("SELECT cle, empreinte FROM fichier_depose")
    assert (portail.donnees / "pieces" / ligne["cle"]).read_bytes() == envoi.octets
    assert ligne["empreinte"] == sha(envoi.octets)
    assert list((portail.donnees / "envois").iterdir()) == []


def test_le_meme_fichier_reprend_ou_il_en_etait_meme_reconnecte_le_lendemain(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    octets = pdf()
    Envoi(dack, piece, octets).commencer()
    premier = Envoi(dack, piece, octets)
    premier.commencer()
    premier.morceau(0, 700)
    portail.horloge.avancer(days=1)
    lendemain = portail.navigateur()
    lendemain.get(adresse)
    second = Envoi(lendemain, piece, octets)
    assert second.commencer() == 700
    assert second.id == premier.id
    assert Envoi(lendemain, piece, octets, nom="autre.pdf").commencer() == 0


def test_un_morceau_abime_ou_qui_ne_suit_pas_n_est_pas_garde(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.commencer()
    assert envoi.morceau(0, 300) == 300
    assert envoi.morceau(0, 300) == 300, "le même morceau deux fois n’allonge rien"
    assert envoi.morceau(400, 500) == 300
    assert envoi.morceau(300, 500, corps=b"abime") == 300
    assert envoi.morceau(300, 500, empreinte="zz") == 300
    trop = envoi.octets[300:] + b"de trop"
    assert envoi.morceau(300, 0, corps=trop, empreinte=sha(trop)) == 300
    assert envoi.morceau(300, 400, empreinte=adler(envoi.octets[300:400])) == 400


@pytest.mark.parametrize("debut", ["", "-1", "٣", "9" * 5000, "1e3"])
def test_un_debut_hostile_ne_casse_rien(portail: Portail, debut: str) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.commencer()
    bout = envoi.octets[:300]
    entetes = {b"x-debut": debut.encode(), b"x-empreinte": sha(bout).encode(), b"x-jeton-csrf": dack.jeton.encode()}
    reponse = dack.client.post(f"/envois/{envoi.id}/morceaux", content=bout, headers=list(entetes.items()))
    assert (reponse.status_code, reponse.json()["recu"]) == (200, 0)


@pytest.mark.parametrize(
    "faute",
    [
        {"octets": "-1"}, {"octets": "beaucoup"}, {"octets": "9" * 5000}, {"photos": "0"}, {"photos": "٣"},
        {"empreinte": "zz"}, {"empreinte": "É" * 64}, {"nom": ["a", "b"], "empreinte": ""},
    ],
)  # fmt: skip
def test_une_annonce_hostile_est_un_400(portail: Portail, faute: dict[str, Any]) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.annonce |= faute
    dack.post(f"/pieces/{piece}/envois", envoi.annonce, statut=400)
    assert portail.lignes("SELECT id FROM envoi_morcele") == []


def test_la_fin_redemandee_ne_depose_qu_une_fois(portail: Portail) -> None:
    """La réponse de la première s'est perdue dans une coupure."""
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.commencer()
    envoi.morceau(0, 10_000)
    envoi.finir()
    envoi.finir()
    dack.post(f"/pieces/{piece}/envois", envoi.annonce, statut=303, htmx=True)
    assert len(portail.lignes("SELECT id FROM fichier_depose")) == 1


def test_deux_fins_ensemble_ne_deposent_qu_une_fois(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.commencer()
    envoi.morceau(0, 10_000)
    statuts: list[int] = []

    def finir() -> None:
        entetes = HTMX | {"X-Jeton-CSRF": dack.jeton}
        reponse = dack.client.post(f"/envois/{envoi.id}/fin", headers=entetes, follow_redirects=False)
        statuts.append(reponse.status_code)

    fils = [threading.Thread(target=finir) for _ in range(3)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert statuts == [303, 303, 303]
    assert len(portail.lignes("SELECT id FROM fichier_depose")) == 1
    assert len(list((portail.donnees / "pieces").iterdir())) == 1


def test_un_depot_supprime_puis_redepose_recommence(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.commencer()
    envoi.morceau(0, 10_000)
    envoi.finir()
    dack.get(f"/pieces/{piece}/retrait")
    dack.envoyer(rang=0)
    dack.get(adresse)
    assert envoi.commencer() == 0
    envoi.morceau(0, 10_000)
    envoi.finir()
    assert "piece.pdf" in dack.get(adresse).texte


def test_plusieurs_photos_envoyees_ensemble_font_un_pdf(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    paquet = MARQUE + b"".join(LONGUEUR.pack(len(octets)) + octets for octets in (photo(), photo("red")))
    envoi = Envoi(dack, piece, paquet, "recto.jpg", photos=2)
    envoi.commencer()
    envoi.morceau(0, len(paquet))
    envoi.finir()
    assert "recto (2 photos).pdf" in dack.get(adresse).texte
    assert portail.lignes("SELECT pages FROM fichier_depose") == [{"pages": 2}]


@pytest.mark.parametrize("paquet", [b"rien", MARQUE + b"\xff\xff\xff\xff", MARQUE + b"\0\0\0\1a"])
def test_un_paquet_de_photos_abime_est_refuse_par_une_phrase(portail: Portail, paquet: bytes) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, paquet, "recto.jpg", photos=2)
    envoi.commencer()
    envoi.morceau(0, len(paquet))
    assert "ne sont pas arrivées entières" in envoi.finir(422).texte


def test_les_limites_imprimees_sont_celles_du_formulaire(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    assert "60 fichiers et 200\u00a0Mo par jour" in dack.get(adresse).texte
    envoi = Envoi(dack, piece, pdf())
    for octets, photos, phrase in (
        (0, 1, "Ce fichier est vide"),
        (5_000_001, 1, "Ce fichier dépasse 5\u00a0Mo"),
        (900_000_000, 2, "Ces photos dépassent 15\u00a0Mo"),
        (10, 21, "20 photos au plus"),
    ):
        envoi.annonce |= {"octets": str(octets), "photos": str(photos)}
        assert phrase in envoi.commencer(422).texte


def test_le_quota_du_jour_vaut_pour_les_deux_facons_de_deposer(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    dack.post(f"/pieces/{piece}/depot", fichiers={"fichier": ("a.pdf", b"%PDF- abime", "x")}, statut=422)
    (recus,) = portail.lignes("SELECT fichiers, octets FROM reception_du_jour")
    assert recus == {"fichiers": 1, "octets": 11}
    for rang in range(FICHIERS_PAR_JOUR - 1):
        Envoi(dack, piece, b"%PDF-" + str(rang).encode()).commencer()
    assert "continuez demain" in Envoi(dack, piece, pdf()).commencer(422).texte
    refus = dack.post(f"/pieces/{piece}/depot", fichiers={"fichier": ("a.pdf", pdf(), "x")}, statut=422)
    assert "continuez demain" in refus.erreurs[0]
    assert len(portail.lignes("SELECT id FROM envoi_morcele")) == COMMENCES_MAX
    portail.horloge.avancer(days=1)
    neuf = portail.navigateur()
    neuf.get(adresse)
    assert Envoi(neuf, piece, pdf()).commencer() == 0
    assert OCTETS_PAR_JOUR > FICHIERS_PAR_JOUR * 1000


def test_un_envoi_abandonne_s_efface_tout_de_suite_ou_apres_une_semaine(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.commencer()
    envoi.morceau(0, 100)
    dack.post(f"/envois/{envoi.id}/abandon", htmx=True)
    assert list((portail.donnees / "envois").iterdir()) == []
    assert portail.lignes("SELECT id FROM envoi_morcele") == []
    assert envoi.commencer() == 0


def test_l_envoi_de_dack_n_existe_pas_pour_charlie(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.commencer()
    charlie = portail.navigateur(CHARLIE)
    charlie.get("/inscriptions")
    for acte in ("morceaux", "fin", "abandon"):
        charlie.post(f"/envois/{envoi.id}/{acte}", statut=404)
    charlie.post(f"/pieces/{piece}/envois", envoi.annonce, statut=404)


def test_apres_la_fermeture_un_envoi_ne_finit_plus(portail: Portail) -> None:
    dack, adresse, (piece, *_) = inscrit(portail)
    dack.get(adresse)
    envoi = Envoi(dack, piece, pdf())
    envoi.commencer()
    envoi.morceau(0, 10_000)
    fermer_le_depot(portail)
    reponse = dack.post(f"/envois/{envoi.id}/fin", statut=422, htmx=True)
    assert "n’est plus modifiable" in reponse.texte
    assert portail.lignes("SELECT id FROM fichier_depose") == []
    assert not list((portail.donnees / "pieces").iterdir())


def fermer_le_depot(portail: Portail) -> None:
    moteur = moteur_synchrone(adresse_de(portail.donnees))
    with moteur.begin() as base:
        avant, fin = portail.horloge.instant - timedelta(days=9), portail.horloge.instant
        base.execute(
            update(PeriodeInscription).values(ouvre_le=avant, ferme_le=fin, depot_ouvre_le=avant, depot_ferme_le=fin)
        )
    moteur.dispose()
