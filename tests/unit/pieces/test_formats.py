"""Les formats d'une pièce : une seule liste pour le bouton, la phrase et l'examen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.pieces.formats import (
    FORMATS,
    accept,
    acceptent_plusieurs_photos,
    format_de_l_extension,
    formats_de,
    mime,
    phrase_depot,
    trop_lourd,
)
from app.referentiel.chargement import lire_dossier
from app.regles.lecture import reglement as bati
from app.regles.referentiel import Reglement
from app.regles.vocabulaire import FormatFichier

REFERENTIEL = Path(__file__).parents[3] / "db" / "referentiel"


@pytest.fixture(scope="module")
def contenu() -> Mapping[str, Any]:
    return lire_dossier(REFERENTIEL).reglement


@pytest.fixture(scope="module")
def reglement(contenu: Mapping[str, Any]) -> Reglement:
    return bati(contenu)


def test_une_piece_qui_ne_nomme_rien_accepte_pdf_png_et_jpg(reglement: Reglement) -> None:
    formats = formats_de(reglement, "CINSIG01")
    assert formats == ("PDF", "PNG", "JPG")
    assert phrase_depot(reglement.depot, formats) == "PDF, PNG ou JPG, 5\u00a0Mo au plus"
    assert accept(formats) == ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"
    assert acceptent_plusieurs_photos(formats)


def test_une_piece_faite_de_plusieurs_ecrits_nomme_les_siens(reglement: Reglement) -> None:
    formats = formats_de(reglement, "DERPRO01")
    assert phrase_depot(reglement.depot, formats) == "PDF, PNG, JPG, DOC, DOCX ou ZIP, 5\u00a0Mo au plus"
    assert ".docx" in accept(formats)


def test_aucune_piece_d_une_autorite_n_accepte_un_texte_modifiable(reglement: Reglement) -> None:
    for code in ("CINSIG01", "NATIDE01", "PSNATT01", "ACQDIP01", "ACQVAE01"):
        assert not {"DOC", "DOCX"} & set(formats_de(reglement, code))


def test_une_piece_oubliee_du_reglement_garde_les_formats_ordinaires(reglement: Reglement) -> None:
    assert formats_de(reglement, "DISPARUE") == reglement.depot.formats_par_defaut


def test_un_reglement_publie_avant_les_formats_par_defaut_se_relit(contenu: Mapping[str, Any]) -> None:
    depot = {cle: valeur for cle, valeur in contenu["pieces"]["depot"].items() if cle != "formats_par_defaut"}
    ancien = bati({**contenu, "pieces": contenu["pieces"] | {"depot": depot}})
    assert formats_de(ancien, "CINSIG01") == ("PDF", "PNG", "JPG")


def test_un_fichier_trop_lourd_recoit_un_conseil(reglement: Reglement) -> None:
    assert trop_lourd(reglement.depot, ["PDF", "JPG"]) == (
        "Ce fichier dépasse 5\u00a0Mo : reprenez la photo en qualité moyenne, ou numérisez en noir et blanc, "
        "puis déposez-le de nouveau."
    ).replace(" :", "\u00a0:")


def test_chaque_format_du_vocabulaire_a_une_extension_et_un_type() -> None:
    assert set(FORMATS) == set(FormatFichier)
    for code in FormatFichier:
        assert format_de_l_extension(FORMATS[code].extensions[0]) is code
        assert "/" in mime(code)


@pytest.mark.parametrize(
    ("debut", "code"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC"),
        (b"PK\x03\x04", "ZIP"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "AVI"),
        (b"\xff\xfb\x90\x00", "MP3"),
        (b"ID3\x04\x00", "MP3"),
        (b"\x00\x00\x00\x18ftypisom", "MP4"),
    ],
)
def test_un_format_se_reconnait_a_ses_premiers_octets(debut: bytes, code: str) -> None:
    reconnus = {format_.value for format_, f in FORMATS.items() if f.commence(debut)}
    assert code in reconnus
    assert reconnus - {code} <= {"DOCX", "ZIP"}
