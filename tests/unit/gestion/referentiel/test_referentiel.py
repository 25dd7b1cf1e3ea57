"""Le référentiel à l'écran : contrôler, comparer, dire qui changerait, publier à l'heure, revenir en arrière."""

import gzip
import io
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.referentiel.archive import ARCHIVE_MAX
from tests.instance import ADA, BASILE, REGINE, HorlogeDEssai
from tests.unit.client import Navigateur, Page
from tests.unit.gestion.decor import deposer_des_dossiers
from tests.unit.inscription.conftest import Portail, ouvrir

BRODERIE = "specialites/arts-de-la-broderie.toml"


@dataclass
class Instance:
    portail: Portail
    ada: Navigateur

    @property
    def fichiers(self) -> dict[str, bytes]:
        return deplies(self.ada.get("/gestion/referentiel/fichiers.zip").reponse.content)

    def televerser(self, octets: bytes, *, nom: str = "juin.zip", statut: int = 303) -> Page:
        self.ada.get("/gestion/referentiel")
        page = self.ada.post(
            "/gestion/referentiel", fichiers={"archive": (nom, octets, "application/zip")}, statut=statut
        )
        return self.ada.suivre() if statut == 303 else page

    def proposer(self, fichier: str, avant: str, apres: str) -> Page:
        fichiers = self.fichiers
        texte = fichiers[fichier].decode()
        assert avant in texte
        self.televerser(en_zip(fichiers | {fichier: texte.replace(avant, apres).encode()}))
        return self.attendre(lambda page: not en_attente(page))

    def publier(self, *, jour: str = "", heure: str = "", statut: int = 303) -> Page:
        assert self.ada.page
        rang = next(i for i, f in enumerate(self.ada.page.formulaires) if f["action"].endswith("/publication"))
        page = self.ada.envoyer({"jour": jour, "heure": heure}, rang=rang, statut=statut)
        return self.ada.suivre() if statut == 303 else page

    def attendre(self, est_pret: Callable[[Page], bool]) -> Page:
        assert self.ada.page
        chemin, limite = self.ada._chemin, time.monotonic() + 20
        while not est_pret(page := self.ada.get(chemin)):
            assert time.monotonic() < limite, "la tâche de fond n’avance pas"
        return page

    @property
    def actives(self) -> list[int]:
        return [v["id"] for v in self.portail.lignes("SELECT id FROM version_referentiel WHERE active")]


def en_zip(fichiers: dict[str, bytes]) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in fichiers.items():
            archive.writestr(nom, octets)
    return sortie.getvalue()


def deplies(octets: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def en_attente(page: Page) -> bool:
    return 'hx-trigger="every 1s"' in page.html


@pytest.fixture
def instance(modele: Path, tmp_path: Path) -> Iterator[Instance]:
    for portail in ouvrir(modele, tmp_path / "donnees", HorlogeDEssai()):
        ada = portail.navigateur(ADA)
        ada.get("/gestion/referentiel")
        yield Instance(portail, ada)


def test_les_fichiers_en_vigueur_se_telechargent_et_se_proposent_sans_rien_changer(instance: Instance):
    fichiers = instance.fichiers
    assert {"acquis.toml", "communes.csv.gz", BRODERIE} <= set(fichiers)
    page = instance.televerser(en_zip({f"referentiel/{nom}": octets for nom, octets in fichiers.items()}))
    assert "Aucune : ces fichiers disent la même chose" in " ".join(page.texte.split())
    assert instance.actives == [1]


def test_un_changement_se_compare_puis_se_publie(instance: Instance):
    page = instance.proposer(BRODERIE, 'titre = "Arts de la broderie"', 'titre = "Arts de la broderie main"')
    assert "Arts de la broderie main" in page.texte
    assert "modifié" in page.texte
    assert instance.actives == [1]
    instance.publier()
    page = instance.attendre(lambda page: "En vigueur" in page.texte)
    assert instance.actives == [2]
    actes = instance.portail.lignes("SELECT nature, acteur FROM registre WHERE objet = 'referentiel' ORDER BY id")
    assert [(a["nature"], a["acteur"]) for a in actes] == [
        ("proposer_un_referentiel", "ada"),
        ("programmer_un_referentiel", "ada"),
        ("publier_un_referentiel", "portail"),
    ]


def test_les_candidatures_qui_changeraient_sont_comptees_et_dites(modele: Path, tmp_path: Path):
    donnees = tmp_path / "donnees"
    for portail in ouvrir(modele, donnees, HorlogeDEssai()):
        deposer_des_dossiers(donnees, 3)
        ada = portail.navigateur(ADA)
        ada.get("/gestion/referentiel")
        instance = Instance(portail, ada)
        page = instance.proposer(BRODERIE, "experience_14_semaines = true", "experience_14_semaines = false")
        texte = " ".join(page.texte.split())
        assert "3 candidatures sur 3" in texte
        assert "pièce en moins : EXPPRO01" in texte
        numero = portail.lignes("SELECT numero_candidat FROM candidat WHERE prenoms = 'Alix'")[0]["numero_candidat"]
        assert numero in texte
        lue_par_regine = portail.navigateur(REGINE).get(ada._chemin)
        assert numero in lue_par_regine.texte
        export = lue_par_regine.lien("Exporter ces candidatures")
        assert numero in portail.navigateur(REGINE).client.get(export).text
        basile = portail.navigateur(BASILE)
        ailleurs = basile.get(ada._chemin)
        assert numero not in ailleurs.texte
        assert "3 candidatures sur 3" in " ".join(ailleurs.texte.split())
        assert "Aucune de vos académies." in ailleurs.texte
        assert numero not in basile.client.get(export).text
        assert not any("publication" in f["action"] for f in lue_par_regine.formulaires)


def test_l_edition_programmee_entre_en_vigueur_a_la_seconde_dite(instance: Instance):
    instance.proposer(BRODERIE, 'titre = "Arts de la broderie"', 'titre = "Arts de la broderie main"')
    page = instance.publier(jour="10/11/2026", heure="14:30")
    assert "Programmée" in page.texte
    instance.portail.horloge.avancer(minutes=27, seconds=59)  # 14 h 29 min 59 s
    portail = instance.portail.garde.client.blocking_portal
    assert not portail.call(instance.portail.garde.client.app.state.referentiel.mettre_en_vigueur)
    assert instance.actives == [1], "une seconde trop tôt"
    instance.portail.horloge.avancer(seconds=1)
    instance.attendre(lambda page: "En vigueur" in page.texte)
    assert instance.actives == [2]


def test_une_date_qui_ne_va_pas_se_dit(instance: Instance):
    instance.televerser(en_zip(instance.fichiers))
    for jour, heure, phrase in (
        ("09/11/2026", "18 h", "Choisissez un instant à venir"),
        ("28/03/2027", "2 h 30", "n’existe pas"),
        ("31/10/2027", "2 h 30", "arrive deux fois"),
        ("10/12/2026", "", "Renseignez aussi l’heure"),
        ("", "18 h", "Renseignez aussi le jour"),
        ("9" * 5000, "٣", "jj/mm/aaaa"),
    ):
        page = instance.publier(jour=jour, heure=heure, statut=422)
        assert any(phrase in erreur for erreur in page.erreurs), page.erreurs


def test_renoncer_a_la_date_puis_a_la_proposition(instance: Instance):
    instance.proposer(BRODERIE, 'titre = "Arts de la broderie"', 'titre = "Arts de la broderie main"')
    page = instance.publier(jour="10/12/2026", heure="18 h")
    for attendu in ("Proposée, sans effet", None):
        rang = next(i for i, f in enumerate(page.formulaires) if f["action"].endswith("/renoncement"))
        instance.ada.envoyer({}, rang=rang)
        page = instance.ada.suivre()
        if attendu:
            assert attendu in page.texte
    assert instance.ada.page
    assert len(instance.portail.lignes("SELECT id FROM edition_referentiel")) == 1
    instance.portail.horloge.avancer(days=60)
    assert instance.actives == [1]


def test_revenir_en_arriere_repropose_l_ancienne_edition(instance: Instance):
    instance.proposer(BRODERIE, 'titre = "Arts de la broderie"', 'titre = "Arts de la broderie main"')
    instance.publier()
    instance.attendre(lambda page: "En vigueur" in page.texte)
    instance.portail.horloge.avancer(minutes=5)
    (premiere,) = instance.portail.lignes("SELECT id FROM edition_referentiel WHERE cree_par = 'portail'")
    page = instance.ada.get(f"/gestion/referentiel/editions/{premiere['id']}")
    instance.ada.envoyer({}, rang=next(i for i, f in enumerate(page.formulaires) if f["action"].endswith("/copie")))
    page = instance.ada.suivre()
    assert "Arts de la broderie main" in page.texte, "la différence, dans l’autre sens"
    instance.publier()
    instance.attendre(lambda page: "En vigueur" in page.texte)
    assert instance.actives == [1], "le règlement d’alors est réactivé"
    assert "broderie main" not in instance.fichiers[BRODERIE].decode()


def test_des_fichiers_fautifs_sont_refuses_avec_chaque_erreur_et_rien_n_est_garde(instance: Instance):
    fichiers = instance.fichiers
    fichiers["pays.csv"] = fichiers["pays.csv"].replace(b";Afghan;", b";;")
    del fichiers["langues.csv"]
    page = instance.televerser(en_zip(fichiers), statut=422)
    assert "2 erreurs" in page.erreurs[0]
    texte = page.texte
    assert "un État ou un statut a une nationalité" in texte
    assert "fichier absent" in texte
    assert len(instance.portail.lignes("SELECT id FROM edition_referentiel")) == 1


def test_une_archive_hostile_est_refusee_par_une_phrase_a_cote_du_champ(instance: Instance):
    page = instance.televerser(en_zip({"../../etc/cron.toml": b"a"}), statut=422)
    assert [e.replace("\xa0", " ") for e in page.erreurs] == [
        "« ../../etc/cron.toml » n’est pas un fichier du référentiel : ôtez-le."
    ]
    page = instance.televerser(b"x" * (ARCHIVE_MAX + 1), statut=422)
    assert "dépasse 8\xa0Mo" in page.erreurs[0]
    page = instance.televerser(b"", nom="", statut=422)
    assert [e.replace("\xa0", " ") for e in page.erreurs] == ["Choisissez l’archive ZIP"]
    assert len(instance.portail.lignes("SELECT id FROM edition_referentiel")) == 1


def test_un_gzip_qui_enfle_et_un_nombre_demesure_sont_des_erreurs_de_fichier(instance: Instance):
    fichiers = instance.fichiers
    fichiers["communes.csv.gz"] = gzip.compress(b"a" * 40_000_000)
    fichiers["acquis.toml"] = b"nombre = " + b"9" * 5000
    page = instance.televerser(en_zip(fichiers), statut=422)
    assert "ce fichier se déplie en plus de 30\xa0Mo" in page.texte
    assert "un nombre ou une date hors de toute mesure" in page.texte


def test_une_ligne_encore_utilisee_n_est_pas_retiree_et_rien_n_est_charge(instance: Instance):
    fichiers = instance.fichiers
    for nom in ("academies.csv", "etablissements.csv"):
        lignes = fichiers[nom].decode().splitlines(keepends=True)
        fichiers[nom] = "".join(ligne for ligne in lignes if "E-MA" not in ligne).encode()
    page = instance.televerser(en_zip(fichiers))
    assert "1 en moins" in page.texte
    instance.publier()
    page = instance.attendre(lambda page: "Rien n’a été chargé" in page.texte)
    assert "sert encore" in page.texte
    assert instance.portail.lignes("SELECT code FROM academie WHERE code = 'E-MA'")
    assert instance.actives == [1]
