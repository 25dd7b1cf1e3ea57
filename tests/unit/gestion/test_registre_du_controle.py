"""Chaque acte d'un agent sur les pièces, et chaque lecture, laisse une ligne au registre : des codes, jamais un nom."""

from tests.instance import HENRI, LUCIE, REGINE
from tests.unit.gestion.test_controle import UN_PDF, Bureau, bureau, deposer, formulaire, juger

__all__ = ["bureau"]


def registre(bureau: Bureau, acteur: str = "regine") -> list[tuple[str, str, str]]:
    requete = "SELECT nature, objet, detail FROM registre WHERE acteur = :acteur ORDER BY id"
    return [
        (ligne["nature"], ligne["objet"], ligne["detail"]) for ligne in bureau.portail.lignes(requete, acteur=acteur)
    ]


def test_du_dossier_pris_au_dossier_rendu_chaque_geste_est_consigne(bureau: Bureau):
    bureau.prendre(bureau.regine, "NATIDE01")
    juger(bureau.regine, statut="non_conforme", motif="illisible")
    bureau.regine.get(bureau.adresse("NATIDE01"))
    bureau.regine.envoyer({}, rang=formulaire(bureau.regine, "statut-annule"))
    bureau.regine.get(bureau.adresse("NATIDE01"))
    juger(bureau.regine, statut="non_conforme", motif="illisible")
    deposer(bureau.regine, bureau.piece("NATIDE01"), "courrier.pdf", UN_PDF)
    bureau.regine.get(bureau.adresse("NATIDE01"))
    bureau.regine.envoyer({}, rang=formulaire(bureau.regine, "rendu"))
    assert registre(bureau) == [
        ("lire_un_dossier", "candidature", ""),
        ("prendre_un_dossier", "candidature", ""),
        ("juger_une_piece", "piece", "aucun > non_conforme"),
        ("annuler_un_statut", "piece", "non_conforme"),
        ("juger_une_piece", "piece", "aucun > non_conforme"),
        ("deposer_pour", "piece", ""),
        ("rendre_un_dossier", "candidature", ""),
    ]
    lignes = bureau.portail.lignes("SELECT * FROM registre")
    assert {ligne["academie_code"] for ligne in lignes} == {"16"}
    assert {ligne["objet_id"] for ligne in lignes} == {bureau.dossiers[0], bureau.piece("NATIDE01")}


def test_lire_un_fichier_ou_son_apercu_se_consigne_une_fois_par_agent(bureau: Bureau):
    piece = bureau.piece("CINSIG01")
    for agent in (bureau.regine, bureau.agent(LUCIE), bureau.agent(HENRI)):
        for adresse in ("apercu/1", "fichier", "apercu/1"):
            assert agent.client.get(f"/gestion/pieces/{piece}/{adresse}").status_code == 200
    for acteur in ("regine", "lucie", "henri"):
        assert registre(bureau, acteur) == [("lire_un_fichier", "piece", "")]
    vues = bureau.portail.lignes("SELECT par, quoi FROM consultation ORDER BY id")
    assert [vue["quoi"] for vue in vues] == ["fichier CINSIG01"] * len(vues)
    assert {vue["par"] for vue in vues} == {"Gestionnaire, académie de Toulouse", "Lecteur, académie de Toulouse"}
    bureau.portail.horloge.avancer(minutes=31)
    bureau.agent(REGINE).client.get(f"/gestion/pieces/{piece}/fichier")
    assert len(registre(bureau)) == 2


def test_un_acte_refuse_ne_laisse_pas_de_ligne(bureau: Bureau):
    bureau.prendre(bureau.regine, "NATIDE01")
    avant = registre(bureau)
    juger(bureau.regine, code=422, statut="non_conforme", precision="")
    henri = bureau.agent(HENRI)
    henri.get(bureau.adresse("NATIDE01"))
    champs = {"statut": "conforme", "recue_le": "10/11/2026", "attendu": "aucun", "fichier": "x"}
    henri.post(f"/gestion/pieces/{bureau.piece('NATIDE01')}/statut", champs, statut=422)
    assert registre(bureau) == avant
    assert registre(bureau, "henri") == [("lire_un_dossier", "candidature", "")]
