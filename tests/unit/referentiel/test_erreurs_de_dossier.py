"""Chaque faute qu'on peut faire dans un fichier de référence, et l'endroit exact où le contrôle la montre."""

import gzip
from pathlib import Path

import pytest

from app.referentiel.chargement import ReferentielInvalide, lire_dossier
from tests.unit.referentiel.fautes import BRODERIE, FAUTES

PETITE_ENFANCE = "specialites/accompagnant-educatif-petite-enfance.toml"


def alterer(dossier: Path, fichier: str, avant: str, apres: str) -> int:
    """Remplace la première fois qu'il paraît, et rend le numéro de sa ligne."""
    chemin = dossier / fichier
    octets = chemin.read_bytes()
    contenu = (gzip.decompress(octets) if fichier.endswith(".gz") else octets).decode()
    assert avant in contenu, f"{avant!r} n'est plus dans {fichier}"
    octets = contenu.replace(avant, apres, 1).encode()
    chemin.write_bytes(gzip.compress(octets, mtime=0) if fichier.endswith(".gz") else octets)
    return contenu[: contenu.index(avant)].count("\n") + 1


def erreurs(dossier: Path) -> list[str]:
    with pytest.raises(ReferentielInvalide) as refus:
        lire_dossier(dossier)
    return [str(erreur) for erreur in refus.value.erreurs]


def test_le_dossier_du_projet_est_sans_erreur(dossier: Path):
    assert lire_dossier(dossier).effectifs["spécialités"] == 52


@pytest.mark.parametrize(("fichier", "avant", "apres", "ecart", "champ", "phrase"), FAUTES)
def test_une_faute_se_montre_avec_son_fichier_sa_ligne_et_son_champ(
    dossier: Path, fichier: str, avant: str, apres: str, ecart: int | None, champ: str, phrase: str
):
    ligne = alterer(dossier, fichier, avant, apres)
    with pytest.raises(ReferentielInvalide) as refus:
        lire_dossier(dossier)
    lues = [(e.fichier, e.champ, e.ligne, e.message) for e in refus.value.erreurs]
    trouvees = [lue for lue in lues if lue[1] == champ and phrase in lue[3]]
    assert trouvees, lues
    if ecart is not None:
        assert (fichier, ligne + ecart) in [(lue[0], lue[2]) for lue in trouvees]


def test_toutes_les_fautes_se_disent_d_un_coup(dossier: Path):
    alterer(dossier, "pays.csv", ";Afghan;", ";;")
    alterer(dossier, "acquis.toml", 'famille = "MEME_CAP"', 'famille = "X"')
    alterer(dossier, BRODERIE, 'modele = "lv4"', 'modele = "x"')
    alterer(dossier, BRODERIE, "date = 1991-07-19", "date = 19")
    assert [e.split(":")[0] for e in erreurs(dossier)] == ["acquis.toml", "pays.csv", BRODERIE, BRODERIE]


def test_une_erreur_s_ecrit_fichier_ligne_champ_phrase(dossier: Path):
    ligne = alterer(dossier, "pays.csv", ";Afghan;", ";;")
    assert erreurs(dossier) == [f"pays.csv:{ligne}: nationalite : un État ou un statut a une nationalité"]


def test_une_faute_n_en_entraine_pas_d_autres(dossier: Path):
    """L'épreuve mal formée existe pourtant : les acquis qui la citent ne sont pas accusés."""
    ligne = alterer(dossier, PETITE_ENFANCE, "titre_verifie = true", "titre_verifie = 1")
    assert erreurs(dossier) == [f"{PETITE_ENFANCE}:{ligne}: titre_verifie : true ou false est attendu, lu 1"]


def test_un_toml_illisible_dit_sa_ligne(dossier: Path):
    ligne = alterer(dossier, "pieces.toml", 'groupe = "CONFIRMATION"', "groupe = CONFIRMATION")
    lues = erreurs(dossier)
    assert len(lues) == 1
    assert lues[0].startswith(f"pieces.toml:{ligne}: TOML illisible (")


def test_un_toml_coupe_se_dit_a_la_derniere_ligne(dossier: Path):
    chemin = dossier / "pieces.toml"
    chemin.write_text(chemin.read_text().rstrip() + "\nnote = ")
    [lue] = [e for e in erreurs(dossier) if e.startswith("pieces.toml")]
    assert lue.startswith(f"pieces.toml:{len(chemin.read_text().splitlines())}: TOML illisible (")


@pytest.mark.parametrize("fichier", ["pays.csv", "acquis.toml", "communes.csv.gz", "etablissements.csv"])
def test_un_fichier_absent_est_une_phrase(dossier: Path, fichier: str):
    (dossier / fichier).unlink()
    assert f"{fichier}: fichier absent" in erreurs(dossier)


def test_un_dossier_absent_est_une_phrase(tmp_path: Path):
    assert erreurs(tmp_path / "rien") == [f"{tmp_path / 'rien'}: ce dossier n’existe pas"]


def test_un_fichier_a_la_place_du_dossier_est_une_phrase(dossier: Path):
    assert "ce dossier n’existe pas" in erreurs(dossier / "pays.csv")[0]


def test_un_dossier_a_la_place_d_un_fichier_est_une_phrase(dossier: Path):
    (dossier / "pays.csv").unlink()
    (dossier / "pays.csv").mkdir()
    assert any(e.startswith("pays.csv: fichier illisible (") for e in erreurs(dossier))


def test_aucune_specialite_est_une_phrase(dossier: Path):
    for fichier in (dossier / "specialites").iterdir():
        fichier.unlink()
    assert "specialites: le dossier ne contient aucune spécialité" in erreurs(dossier)


def test_un_autre_encodage_dit_sa_ligne(dossier: Path):
    chemin = dossier / "langues.csv"
    contenu = chemin.read_text()
    ligne = contenu[: contenu.index("Arménien")].count("\n") + 1
    chemin.write_bytes(contenu.encode("latin-1", "replace"))
    phrase = "ce n’est pas de l’UTF-8 : enregistrez le fichier dans cet encodage"
    assert f"langues.csv:{ligne}: {phrase}" in erreurs(dossier)


def test_la_marque_d_ordre_d_un_tableur_est_admise(dossier: Path):
    chemin = dossier / "langues.csv"
    chemin.write_bytes(b"\xef\xbb\xbf" + chemin.read_bytes())
    assert lire_dossier(dossier).reglement["langues"][0]["code"] == "ALL"


@pytest.mark.parametrize(
    "abime",
    [lambda octets: octets[:-20], lambda octets: octets[:2000], lambda _: b"code;nom\n", lambda _: b""],
    ids=["sans fin", "coupée", "pas une archive", "vide"],
)
def test_une_archive_abimee_est_une_phrase(dossier: Path, abime):
    chemin = dossier / "communes.csv.gz"
    chemin.write_bytes(abime(chemin.read_bytes()))
    lues = [e for e in erreurs(dossier) if e.startswith("communes")]
    assert lues[0] in (
        "communes.csv.gz: archive gzip abîmée ou incomplète",
        "communes.csv.gz:1: code_insee : colonne absente",
    )


def test_une_archive_au_contenu_modifie_est_une_phrase(dossier: Path):
    chemin = dossier / "communes.csv.gz"
    octets = bytearray(chemin.read_bytes())
    octets[len(octets) // 2] ^= 0xFF
    chemin.write_bytes(octets)
    assert "communes.csv.gz: archive gzip abîmée ou incomplète" in erreurs(dossier)


def test_une_colonne_manquante_ou_inconnue_se_nomme(dossier: Path):
    alterer(dossier, "pays.csv", "nationalite", "nationalites")
    assert [e for e in erreurs(dossier) if e.startswith("pays")] == [
        "pays.csv:1: nationalite : colonne absente",
        "pays.csv:1: nationalites : colonne inconnue ; vouliez-vous dire « nationalite » ?",
    ]


def test_un_champ_de_trop_dit_sa_ligne(dossier: Path):
    ligne = alterer(dossier, "pays.csv", ";Afghan;", ";Afghan;;")
    assert f"pays.csv:{ligne}: 11 champs au lieu de 10" in erreurs(dossier)


def test_un_guillemet_jamais_ferme_est_une_phrase_et_une_seule(dossier: Path):
    alterer(dossier, "pays.csv", "DZ;DZA;012;Algérie", 'DZ;DZA;012;"Algérie')
    [lue] = erreurs(dossier)
    assert lue.startswith("pays.csv:253: CSV illisible, guillemets à vérifier (")


def test_les_colonnes_se_lisent_par_leur_nom(dossier: Path):
    chemin = dossier / "langues.csv"
    lignes = [ligne.split(";") for ligne in chemin.read_text().splitlines()]
    chemin.write_text("\n".join(";".join([*ligne[1:], ligne[0]]) for ligne in lignes))
    assert lire_dossier(dossier).reglement["langues"][1]["code"] == "ANG"


def test_un_statut_sans_etablissement_se_dit(dossier: Path):
    alterer(dossier, "etablissements.csv", "Organisme de formation privé;;", "Organisme de formation privé;16;")
    phrase = "aucun établissement de l’académie 24 pour : formation_continue"
    assert f"etablissements.csv: statuts : {phrase}" in erreurs(dossier)


def test_une_epreuve_dispensee_absente_de_la_specialite_se_dit(dossier: Path):
    contenu = (dossier / "acquis.toml").read_text()
    debut = contenu.index("[[acquis.regles]]")
    bloc = contenu[debut : contenu.index("\n\n", debut)]
    epreuves = bloc[bloc.index("epreuves = ") :].split("\n")[0]
    ligne = contenu[: debut + bloc.index("epreuves = ")].count("\n") + 1
    (dossier / "acquis.toml").write_text(contenu.replace(bloc, bloc.replace(epreuves, 'epreuves = ["EP9"]'), 1))
    [lue] = erreurs(dossier)
    assert lue.startswith(f"acquis.toml:{ligne}: epreuves : « EP9 » n’est pas connu")
