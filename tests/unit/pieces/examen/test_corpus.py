"""Fichier → verdict, par le véritable examinateur. Chaque refus est une phrase qui dit quoi faire."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.pieces.examen.examinateur import Examinateur
from app.regles.vocabulaire import EtatExamen, FormatFichier
from tests.faux_clamd import EICAR, faux_clamd
from tests.unit.pieces.examen import fabrique as f

USUELS = (FormatFichier.PDF, FormatFichier.PNG, FormatFichier.JPG)
TOUS = tuple(FormatFichier)
SAIN, REFUSE = EtatExamen.SAIN, EtatExamen.REFUSE
QUOI_FAIRE = (
    "choisissez", "choisir", "déposez", "renommez", "reprenez", "refaites", "envoyez", "ouvrez", "vérifiez",
    "mettez", "ne déposez", "ne l’ouvrez plus", "ne mettez",
)  # fmt: skip


@dataclass(frozen=True)
class Cas:
    nom: str
    octets: Callable[[], bytes]
    attendu: str
    """« PDF », « JPG »… : gardé sous ce format ; sinon, ce que dit la phrase du refus"""
    formats: tuple[FormatFichier, ...] = USUELS


def brut(octets: bytes) -> Callable[[], bytes]:
    return lambda: octets


CORPUS = {
    # Gardés
    "un PDF ordinaire": Cas("piece.pdf", f.pdf, "PDF"),
    "un PDF de 100 pages": Cas("piece.pdf", lambda: f.pdf(100), "PDF"),
    "un PDF à lien": Cas("piece.pdf", f.pdf_a_lien, "PDF"),
    "une extension en capitales": Cas("SCAN.PDF", f.pdf, "PDF"),
    "un PDF précédé de son texte": Cas("a.b.c.pdf", f.pdf, "PDF"),
    "un JPEG ordinaire": Cas("photo.jpg", f.image, "JPG"),
    "un JPEG nommé jpeg": Cas("photo.jpeg", f.image, "JPG"),
    "un JPEG en gris": Cas("photo.jpg", lambda: f.image(mode="L"), "JPG"),
    "un JPEG en CMJN": Cas("photo.jpg", lambda: f.image(mode="CMYK"), "JPG"),
    "un JPEG progressif": Cas("photo.jpg", lambda: f.image(progressive=True), "JPG"),
    "une photo qui dit où elle a été prise": Cas("photo.jpg", f.photo_situee, "JPG"),
    "un PNG ordinaire": Cas("scan.png", lambda: f.image("PNG"), "PNG"),
    "un PNG en palette": Cas("scan.png", lambda: f.image("PNG", "P"), "PNG"),
    "un PNG en noir et blanc": Cas("scan.png", lambda: f.image("PNG", "1"), "PNG"),
    "un PNG transparent": Cas("scan.png", lambda: f.image("PNG", "RGBA"), "PNG"),
    "un PNG en gris sur 16 bits": Cas("scan.png", lambda: f.image("PNG", "I;16"), "PNG"),
    "un PNG bavard": Cas("scan.png", f.png_bavard, "PNG"),
    "un PNG nommé jpg": Cas("scan.jpg", lambda: f.image("PNG"), "JPG"),
    "un JPEG nommé png": Cas("scan.png", f.image, "PNG"),
    "une image d’un point": Cas("point.png", lambda: f.image("PNG", taille=(1, 1)), "PNG"),
    "un DOCX": Cas("lettre.docx", f.docx, "DOCX", TOUS),
    "un ZIP de documents": Cas("tout.zip", lambda: f.zip_de({"a.pdf": f.pdf(), "b.jpg": f.image()}), "ZIP", TOUS),
    "un ZIP fait par un Mac": Cas(
        "tout.zip", lambda: f.zip_de({"a.pdf": f.pdf(), "__MACOSX/._a.pdf": b"x", ".DS_Store": b"x"}), "ZIP", TOUS
    ),
    "un MP3": Cas("son.mp3", f.mp3, "MP3", TOUS),
    "un MP3 à étiquette": Cas("son.mp3", lambda: b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + f.mp3(), "MP3", TOUS),
    "un MP4": Cas("film.mp4", f.mp4, "MP4", TOUS),
    "un AVI": Cas("film.avi", f.avi, "AVI", TOUS),
    # Le mauvais fichier
    "vide": Cas("piece.pdf", brut(b""), "est vide"),
    "sans extension": Cas("piece", f.pdf, "ne dit pas son format"),
    "un nom de points": Cas("....", f.pdf, "ne dit pas son format"),
    "une double extension": Cas("piece.pdf.exe", f.pdf, "programme"),
    "un programme": Cas("piece.exe", brut(b"MZ"), "programme"),
    "un programme nommé pdf": Cas("piece.pdf", brut(b"MZ" + bytes(100)), "programme"),
    "un script nommé pdf": Cas("piece.pdf", brut(b"#!/bin/sh\n"), "programme"),
    "du HTML nommé pdf": Cas("piece.pdf", brut(b"<html><script>"), "n’est pas un PDF"),
    "un PDF nommé jpg": Cas("photo.jpg", f.pdf, "son contenu est un PDF"),
    "une page HTML": Cas("page.html", brut(b"<html>"), "Exporter"),
    "un tableur": Cas("notes.xlsx", brut(b"PK\x03\x04"), "Exporter"),
    "un document d’un autre traitement de texte": Cas("lettre.odt", brut(b"PK\x03\x04"), "Exporter"),
    "un DOCX là où il n’est pas admis": Cas("lettre.docx", f.docx, "n’accepte pas les fichiers .docx"),
    "un ZIP là où il n’est pas admis": Cas("tout.zip", lambda: f.zip_de({"a.pdf": f.pdf()}), "n’accepte pas"),
    "un son WAV": Cas("son.wav", f.wav, "n’accepte pas", TOUS),
    "un nom à l’envers": Cas("piece\u202efdp.exe", f.pdf, "programme"),
    "un nom à NUL": Cas("piece.pdf\0.exe", f.pdf, "programme"),
    # Images
    "un HEIC": Cas("IMG_1.heic", f.heic, "HEIC"),
    "un HEIC nommé jpg": Cas("IMG_1.jpg", f.heic, "HEIC"),
    "un WebP": Cas("a.webp", lambda: f.image("WEBP"), "WebP"),
    "un GIF": Cas("a.gif", lambda: f.image("GIF"), "GIF"),
    "un TIFF nommé png": Cas("a.png", lambda: f.image("TIFF"), "TIFF"),
    "un BMP": Cas("a.bmp", lambda: f.image("BMP"), "BMP"),
    "un SVG": Cas("a.svg", brut(b"<svg onload='alert(1)'/>"), "SVG"),
    "un PNG animé": Cas("a.png", f.png_anime, "animée"),
    "une bombe PNG": Cas("a.png", f.bombe_png, "trop grande"),
    "un JPEG coupé": Cas("a.jpg", lambda: f.image()[:400], "incomplète ou abîmée"),
    "un PNG coupé": Cas("a.png", lambda: f.image("PNG")[:60], "incomplète ou abîmée"),
    "un JPEG sans rien après sa marque": Cas("a.jpg", brut(b"\xff\xd8\xff\xe0"), "abîmée"),
    # PDF
    "un PDF protégé": Cas("a.pdf", lambda: f.pdf_chiffre("secret"), "mot de passe"),
    "un PDF chiffré sans mot de passe pour lire": Cas("a.pdf", lambda: f.pdf_chiffre(""), "mot de passe"),
    "un PDF à script": Cas("a.pdf", f.pdf_a_script, "script"),
    "un PDF à script détaché": Cas("a.pdf", f.pdf_a_script_detache, "script"),
    "un PDF qui lance un programme": Cas("a.pdf", lambda: f.pdf_avec(OpenAction=f.action("/Launch", F="x")), "script"),
    "un PDF qui envoie un formulaire": Cas("a.pdf", lambda: f.pdf_avec(AA=f.action("/SubmitForm")), "script"),
    "un PDF à fichier joint": Cas("a.pdf", f.pdf_joint, "fichiers joints"),
    "un PDF à film": Cas("a.pdf", f.pdf_a_film, "vidéo"),
    "un formulaire XFA": Cas("a.pdf", f.pdf_xfa, "XFA"),
    "un PDF de 101 pages": Cas("a.pdf", lambda: f.pdf(101), "plus de 100 pages"),
    "un PDF sans page": Cas("a.pdf", f.pdf_sans_page, "aucune page"),
    "un PDF coupé": Cas("a.pdf", lambda: f.pdf()[:300], "abîmé ou incomplet"),
    "un PDF réduit à sa marque": Cas("a.pdf", brut(b"%PDF-1.7\n"), "abîmé ou incomplet"),
    "une bombe PDF": Cas("a.pdf", f.bombe_pdf, "trop de mémoire"),
    "un PDF suivi d’un ZIP": Cas("a.pdf", lambda: f.pdf() + f.zip_de({"a.exe": b"MZ"}), "autre chose après"),
    "un PDF suivi d’une page": Cas("a.pdf", lambda: f.pdf() + b"<html>" * 1000, "autre chose après"),
    # Archives et documents
    "un ZIP dans un ZIP": Cas(
        "a.zip", lambda: f.zip_de({"b.zip": f.zip_de({"a.pdf": f.pdf()})}), "sans autre ZIP", TOUS
    ),
    "un ZIP à programme": Cas("a.zip", lambda: f.zip_de({"a.exe": b"MZ"}), "ni programme", TOUS),
    "un ZIP à programme déguisé": Cas("a.zip", lambda: f.zip_de({"a.pdf": b"MZ"}), "programme", TOUS),
    "un ZIP à PDF protégé": Cas("a.zip", lambda: f.zip_de({"a.pdf": f.pdf_chiffre("x")}), "mot de passe", TOUS),
    "un ZIP vide": Cas("a.zip", lambda: f.zip_de({}), "", TOUS),
    "un ZIP qui sort de son dossier": Cas("a.zip", lambda: f.zip_de({"../../a.pdf": f.pdf()}), "chemin", TOUS),
    "un ZIP à lien": Cas("a.zip", f.zip_a_lien, "chemin", TOUS),
    "un ZIP protégé": Cas("a.zip", f.zip_protege, "mot de passe", TOUS),
    "un ZIP de trop de fichiers": Cas(
        "a.zip", lambda: f.zip_de({f"{rang}.pdf": b"%PDF" for rang in range(41)}), "trop de fichiers", TOUS
    ),
    "une bombe ZIP": Cas("a.zip", f.bombe_zip, "trop de place", TOUS),
    "une bombe ZIP qui ment sur sa taille": Cas("a.zip", f.zip_menteur, "", TOUS),
    "un ZIP coupé": Cas("a.zip", lambda: f.zip_de({"a.pdf": f.pdf()})[:200], "abîmé", TOUS),
    "un DOCX à macro": Cas("a.docx", lambda: f.docx(macro=True), "macros", TOUS),
    "un DOCX à objet": Cas("a.docx", lambda: f.docx(objet=True), "un autre fichier", TOUS),
    "un DOCX à modèle distant": Cas("a.docx", lambda: f.docx(lien_distant=True), "lien", TOUS),
    "un DOCX à entités": Cas("a.docx", lambda: f.docx(xml="<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "", TOUS),
    "un ZIP nommé docx": Cas("a.docx", lambda: f.zip_de({"a.pdf": f.pdf()}), "Word lisible", TOUS),
    "un DOC qui n’en est pas un": Cas("a.doc", brut(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "Word", TOUS),
    "un MP3 réduit à sa marque": Cas("a.mp3", brut(b"ID3\x03\0\0\0\0\0\0"), "incomplet ou abîmé", TOUS),
    "un MP4 coupé": Cas("a.mp4", lambda: f.mp4()[:-20], "incomplet ou abîmé", TOUS),
    "un AVI qui ment sur sa taille": Cas("a.avi", lambda: f.avi()[:-10], "incomplet ou abîmé", TOUS),
}


async def examiner(dossier: Path, cas: Cas, octets: bytes, *, clamd: str = "") -> tuple[EtatExamen, str, str, bytes]:
    source, sortie = dossier / "recu", dossier / "garde"
    source.write_bytes(octets)
    verdict = await Examinateur(clamd=clamd).examiner(source, cas.nom, cas.formats, sortie=sortie)
    return verdict.etat, verdict.format, verdict.motif, sortie.read_bytes() if sortie.exists() else b""


@pytest.mark.parametrize("quoi", CORPUS)
async def test_chaque_fichier_recoit_son_verdict(tmp_path: Path, quoi: str):
    cas = CORPUS[quoi]
    etat, format_, motif, garde = await examiner(tmp_path, cas, cas.octets())
    if cas.attendu in TOUS:
        assert (etat, format_, motif) == (SAIN, cas.attendu, "")
        assert garde
    else:
        assert etat is REFUSE
        assert cas.attendu in motif
        assert garde == b"", "rien d’un fichier refusé n’est gardé"
        assert motif.endswith((".", "!")), motif
        assert any(verbe in motif.lower() for verbe in QUOI_FAIRE), f"ne dit pas quoi faire : {motif}"
        assert " :" not in motif, "espace insécable avant les deux-points"


def test_le_corpus_est_assez_large():
    gardes = [cas for cas in CORPUS.values() if cas.attendu in TOUS]
    assert len(CORPUS) >= 60
    assert len(gardes) >= 20
    assert len(CORPUS) - len(gardes) >= 40


async def test_ce_qui_est_colle_derriere_une_image_ne_reste_pas(tmp_path: Path):
    """Un polyglotte : une image pour qui la regarde, une archive pour qui l'ouvre."""
    for nom, genre in (("a.jpg", "JPEG"), ("a.png", "PNG")):
        etat, _, _, garde = await examiner(
            tmp_path, Cas(nom, f.pdf, ""), f.image(genre) + f.zip_de({"a.exe": b"MZ-programme"}, compression=0)
        )
        assert etat is SAIN
        assert b"MZ-programme" not in garde


@pytest.mark.parametrize("fabriquer", [f.photo_situee, f.png_bavard])
async def test_ni_lieu_ni_appareil_ne_reste_d_une_photo(tmp_path: Path, fabriquer: Callable[[], bytes]):
    octets = fabriquer()
    assert f.LIEU in octets
    nom = "a.png" if octets.startswith(b"\x89PNG") else "a.jpg"
    etat, _, _, garde = await examiner(tmp_path, Cas(nom, fabriquer, ""), octets)
    assert etat is SAIN
    assert f.LIEU not in garde
    assert b"fabricant" not in garde
    image = Image.open(BytesIO(garde))
    assert dict(image.getexif()) == {}
    assert "comment" not in image.info


async def test_une_photo_couchee_est_redressee(tmp_path: Path):
    _, _, _, garde = await examiner(tmp_path, Cas("a.jpg", f.photo_situee, ""), f.photo_situee())
    assert Image.open(BytesIO(garde)).size == (240, 320)


@pytest.mark.parametrize("nom", ["a.pdf", "a.jpg", "a.zip"])
async def test_un_virus_est_refuse_par_l_antivirus_ou_qu_il_se_cache(tmp_path: Path, nom: str):
    porteurs = {
        "a.pdf": f.pdf() + b"\n%" + EICAR,
        "a.jpg": f.image(comment=EICAR),
        "a.zip": f.zip_de({"a.pdf": f.pdf() + b"\n%" + EICAR}, compression=0),
    }
    async with faux_clamd() as adresse:
        etat, _, motif, garde = await examiner(tmp_path, Cas(nom, f.pdf, "", TOUS), porteurs[nom], clamd=adresse)
    assert (etat, garde) == (REFUSE, b"")
    assert "virus" in motif


async def test_un_antivirus_muet_met_en_attente_sans_rien_perdre(tmp_path: Path):
    async with faux_clamd(muet=True) as adresse:
        etat, format_, _, garde = await examiner(tmp_path, Cas("a.pdf", f.pdf, ""), octets := f.pdf(), clamd=adresse)
    assert (etat, format_, garde) == (EtatExamen.EN_ATTENTE, "PDF", octets)
