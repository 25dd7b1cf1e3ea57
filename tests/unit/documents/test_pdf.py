"""Les PDF, relus comme les lirait un destinataire. Budget : 60 ko et 40 ms (mesure imprimée par `pytest -s`)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from time import process_time
from typing import Any

import pytest
from pypdf import PdfReader

from app.candidatures.fiche import Fiche
from app.documents.confirmation import confirmation
from app.documents.demande_pieces import demande_pieces
from app.documents.mise_en_page import Cellule, Feuille
from tests.unit.documents.exemples import (
    ADRESSE,
    CODE,
    DACK,
    DEPOT_FERME_LE,
    DEPOT_OUVRE_LE,
    ENREGISTREE_LE,
    LONG,
    piece,
)

OCTETS_MAX, SECONDES_MAX = 60_000, 0.040
ETALON = 0.010
"""secondes que prend `etalon` là où 40 ms est la limite ; une machine deux fois plus lente a deux fois plus"""


def la_confirmation(fiche: Fiche = DACK, *, version: int = 1) -> bytes:
    return confirmation(
        fiche,
        numero_inscription="001",
        version=version,
        enregistree_le=ENREGISTREE_LE,
        code=CODE,
        adresse_verification=ADRESSE,
        remplace_version=version - 1 if version > 1 else None,
    )


def la_demande(fiche: Fiche = DACK) -> bytes:
    return demande_pieces(
        fiche,
        numero_inscription="001",
        version=1,
        version_inscription=3,
        publiee_le=ENREGISTREE_LE,
        depot_ouvre_le=DEPOT_OUVRE_LE,
        depot_ferme_le=DEPOT_FERME_LE,
        code=CODE,
        adresse_verification=ADRESSE,
        remplace_version=None,
    )


def texte(octets: bytes) -> str:
    """Tout le texte, les coupures de ligne et les espaces insécables ramenées à une espace."""
    pages = PdfReader(BytesIO(octets)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_la_confirmation_de_dack_dit_tout_le_recapitulatif() -> None:
    lu = texte(la_confirmation(version=2))
    attendus = [
        "Confirmation d’inscription",
        "N° candidat 02146028333 N° inscription 001 Version 02",
        "un document officiel attestant de votre inscription",
        "Version 02, enregistrée le 24/11/2026 à 14 h 13 (heure de Paris)",
        "Elle annule et remplace la version 01",
        "ACCRALL Dack, né(e) le 28/11/2004",
        "EP1 - Arts appliqués et histoire de la broderie Inscrit Ponctuel",
        "EP2 - Mise en œuvre",
        "EG2 - Étude mathématique et scientifique Dispense Dispensé : vous êtes titulaire d’un autre CAP",
        "EG4A - Langue vivante : écrite - Allemand Inscrit Ponctuel",
        "CINSIG01 Confirmation d’inscription signée à déposer en ligne",
        "À retourner signée au service gestionnaire des examens avant le lundi 7 décembre 2026",
        "Signature du candidat",
        "15 voie verte",
        "Code : 7K3M-0QXW-95TB",
        ADRESSE,
    ]
    for rubrique in DACK.rubriques:
        attendus.append(rubrique.titre)
        attendus += [" ".join(ligne.valeur.split()) for ligne in rubrique.lignes if ligne.valeur]
    absents = [attendu for attendu in attendus if attendu not in lu]
    assert not absents


def test_le_motif_d_une_epreuve_ne_se_redit_pas_sous_ses_sous_epreuves() -> None:
    assert "EG1A - Français écrit Dispense EG1B - Français oral Dispense EG1C" in texte(la_confirmation())


def test_ce_qui_n_est_pas_certain_est_dit_a_confirmer_une_seule_fois() -> None:
    lu = texte(la_confirmation(LONG))
    assert "EG6 - Mobilité Dispense Dispensé : vous êtes titulaire d’un autre CAP (2020, Toulouse). À confirmer" in lu
    assert "EG7 - Chef-d’œuvre Inscrit Ponctuel Intitulé à confirmer par le service des examens." in lu
    assert "onfirmer par" not in texte(la_confirmation(DACK))
    deja_dit = replace(LONG.epreuves[-2], motif="Note gardée. À confirmer par le service des examens.")
    assert texte(la_confirmation(replace(DACK, epreuves=(deja_dit,)))).count("onfirmer par le service") == 1


def test_un_mineur_fait_signer_son_representant_legal() -> None:
    assert "Signature du représentant légal (candidat mineur)" in texte(la_confirmation(LONG))
    assert "représentant légal" not in texte(la_confirmation(DACK))
    majeur_ce_jour = replace(DACK, date_naissance="24/11/2008")
    assert "représentant légal" not in texte(la_confirmation(majeur_ce_jour))
    majeur_demain = replace(DACK, date_naissance="25/11/2008")
    assert "représentant légal" in texte(la_confirmation(majeur_demain))


def test_validee_en_ligne_elle_n_est_pas_a_retourner() -> None:
    lu = texte(la_confirmation(replace(DACK, regime="en_ligne")))
    assert "Inscription validée en ligne" in lu
    assert "Par ACCRALL Dack, le 24/11/2026 à 14 h 13 (heure de Paris)" in lu
    assert "elle n’est pas à retourner" in lu
    assert "À retourner signée" not in lu
    assert "Signature du candidat" not in lu


def test_les_noms_tres_longs_et_vingt_epreuves_tiennent_dans_la_page() -> None:
    lecteur = PdfReader(BytesIO(la_confirmation(LONG)))
    positions: list[tuple[float, float]] = []
    for page in lecteur.pages:
        page.extract_text(visitor_text=lambda mots, cm, tm, police, taille: positions.append((tm[4], tm[5])))
    largeur, hauteur = lecteur.pages[0].mediabox[2:]
    assert (round(largeur), round(hauteur)) == (595, 842)
    assert all(0 <= x < 550 and y >= 0 for x, y in positions)
    lu = texte(la_confirmation(LONG))
    assert "ŁUKASZEWICZ-ŒUVRARD DE LA ROCHEFOUCAULD-MONTBEL D’AIGREFEUILLE Doğan" in lu
    assert "Anne-Élisabeth Nguyễn" in lu
    assert all(epreuve.libelle in lu for epreuve in LONG.epreuves)
    assert "1 / 3" in lu
    assert "3 / 3" in lu


def test_un_mot_plus_large_que_sa_colonne_est_coupe_sans_rien_perdre() -> None:
    courriel = "une-adresse-de-courriel-" + "interminable" * 9 + "@exemple.fr"
    feuille = Feuille(titre="", sujet="", auteur="", cree_le=ENREGISTREE_LE, rappel="", pied="")
    lignes = feuille.couper(Cellule(f"Mail : {courriel}", 0, 50))
    assert "".join(lignes) == f"Mail\u00a0: {courriel}"
    assert lignes[0] == "Mail\u00a0: une-adresse-de-courriel-"
    feuille.police()
    assert max(feuille.get_string_width(ligne) for ligne in lignes) <= 50
    feuille.output()  # ferme les polices


def test_un_signe_que_la_police_ignore_se_voit_sans_rien_casser() -> None:
    fiche = replace(DACK, prenoms="Дак e\N{COMBINING ACUTE ACCENT}")
    assert "ACCRALL □□□ é, né(e) le" in texte(la_confirmation(fiche))


def test_la_demande_range_les_pieces_par_mode_et_dit_quand_et_ou() -> None:
    lu = texte(la_demande())
    for attendu in (
        "Demande de pièces justificatives",
        "N° inscription 001 Version 01",
        "Pour votre inscription (version 03), 4 pièces justificatives vous sont demandées",
        "À déposer en ligne entre le lundi 2 novembre 2026 et le lundi 7 décembre 2026 à 23 h 59 (heure de Paris)",
        "NATIDE01 Pièce d’identité en cours de validité Documents acceptés : Carte d’identité ; Passeport.",
        "À envoyer par courrier avant le lundi 7 décembre 2026 à 23 h 59 (heure de Paris)",
        "Adresse postale de retour Rectorat de Toulouse, division des examens et concours 15 voie verte 31000 TOULOUSE",
        "1 / 1",
    ):
        assert attendu in lu
    assert lu.index("CINSIG01") < lu.index("À envoyer par courrier") < lu.index("EXPPRO01")


def test_deux_pieces_d_un_groupe_paraissent_sous_un_seul_titre() -> None:
    signee, identite, diplome, _ = DACK.pieces
    notes = piece("ACQNOT01", "Relevé de notes", "Acquis")
    lu = texte(la_demande(replace(DACK, pieces=(signee, diplome, identite, notes))))
    assert lu.count("Acquis") == 1
    assert lu.index("ACQDIP01") < lu.index("ACQNOT01") < lu.index("NATIDE01")


def test_une_demande_vide_le_dit() -> None:
    lu = texte(la_demande(replace(DACK, pieces=())))
    assert "aucune pièce justificative ne vous est demandée" in lu
    assert "À déposer en ligne" not in lu


@pytest.mark.parametrize("produire", [la_confirmation, la_demande])
def test_les_memes_donnees_donnent_les_memes_octets(produire) -> None:
    assert produire(DACK) == produire(DACK)
    assert produire(DACK) != produire(LONG)


def test_les_metadonnees_disent_le_titre_l_auteur_la_langue_et_l_heure_de_l_enregistrement() -> None:
    lecteur = PdfReader(BytesIO(la_confirmation()))
    assert lecteur.metadata is not None
    assert lecteur.metadata.title == "Confirmation d’inscription - ACCRALL Dack"
    assert lecteur.metadata.author == "ACADÉMIE DE TOULOUSE - Rectorat de Toulouse, division des examens et concours"
    creation = lecteur.metadata.creation_date
    assert creation is not None
    assert abs(creation - ENREGISTREE_LE) < timedelta(seconds=1)
    assert str(lecteur.root_object["/Lang"]) == "fr"


@pytest.mark.parametrize("produire", [la_confirmation, la_demande])
@pytest.mark.parametrize("fiche", [DACK, LONG], ids=["dack", "long"])
def test_un_document_tient_dans_le_budget(produire, fiche: Fiche) -> None:
    """En temps de processeur, le meilleur de vingt, à côté d'un travail étalon : la machine des tests est partagée."""
    essais = [(chronometrer(produire, fiche), chronometrer(etalon, 20_000)) for _ in range(20)]
    secondes, etalonnage = (min(temps) for temps in zip(*essais, strict=True))
    lenteur = etalonnage / ETALON
    octets = len(produire(fiche))
    mesure = f"{octets} octets, {secondes * 1000:.1f} ms, machine {lenteur:.1f} fois plus lente"
    print(f"\n{produire.__name__} : {mesure}")  # noqa: T201 — la mesure
    assert octets <= OCTETS_MAX
    assert secondes <= SECONDES_MAX * max(1, lenteur)


def etalon(lignes: int) -> bytes:
    """De l'interprète et des textes, comme un PDF."""
    return "\n".join(f"{n:06} {n * n / 7:.2f}" for n in range(lignes)).encode()


def chronometrer(travail: Callable[[Any], bytes], sur: object) -> float:
    debut = process_time()
    travail(sur)
    return process_time() - debut
