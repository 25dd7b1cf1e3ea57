"""La convocation aux épreuves : où et quand, quoi apporter, comment on entre en salle."""

from collections.abc import Sequence
from datetime import datetime

from app.candidatures.fiche import Fiche
from app.documents import parties
from app.documents.donnees import Convocation, EpreuveConvoquee
from app.documents.mise_en_page import DROITE, GAUCHE, PETITE, Cellule, Feuille
from app.documents.models import TypeDocument

TITRE = TypeDocument.CONVOCATION.libelle
COLONNES = (50.0, 66.0, 62.0)
ENTETE = ("Date et heure", "Épreuve", "Lieu")


def convocation(
    fiche: Fiche,
    contenu: Convocation,
    *,
    numero_inscription: str,
    version: int,
    publiee_le: datetime,
    code: str,
    adresse_verification: str,
    remplace_version: int | None,
) -> bytes:
    """Mêmes arguments, mêmes octets : rien ne vient de l'horloge ni de la base."""
    feuille = parties.ouvrir(TITRE, fiche, numero_inscription, version, publiee_le, code)
    feuille.paragraphe(parties.presentation_publiee(publiee_le, remplace_version))
    feuille.titre("Épreuves, dans l’ordre où elles se passent", suite=24)
    if contenu.heure_locale:
        feuille.paragraphe("Les heures sont celles du lieu de l’épreuve.", gras=True)
    page = 0
    for epreuve in contenu.epreuves:
        page = _epreuve(feuille, epreuve, page)
    _liste(feuille, "Ce que vous apportez", contenu.a_apporter)
    _liste(feuille, "Accès à la salle", contenu.acces)
    parties.verification(feuille, fiche.service, code, adresse_verification)
    return bytes(feuille.output())


def _epreuve(feuille: Feuille, epreuve: EpreuveConvoquee, page: int) -> int:
    """L'en-tête se répète en haut de chaque page. Rend celle où l'épreuve est posée."""
    x1, x2, x3 = GAUCHE, GAUCHE + COLONNES[0], GAUCHE + COLONNES[0] + COLONNES[1]
    lieu = "\n".join(epreuve.ou)
    cellules = [
        Cellule(f"{epreuve.quand}\n{epreuve.duree_et_fin}", x1, COLONNES[0] - 3),
        Cellule(epreuve.intitule, x2, COLONNES[1] - 3, gras=True),
        Cellule(lieu, x3, DROITE - x3),
    ]
    hauteur = max(len(feuille.couper(cellule)) for cellule in cellules) * 4.2 + 3
    feuille.reserver(hauteur + (10 if epreuve.materiel else 0))
    if feuille.page_no() != page:
        feuille.rangee(
            [Cellule(mots, x, 50, gras=True, taille=8.5) for mots, x in zip(ENTETE, (x1, x2, x3), strict=True)],
            marge=0.7,
        )
        feuille.filet()
    feuille.rangee(cellules, marge=1.2, filet=not epreuve.materiel)
    if epreuve.materiel:
        feuille.rangee([Cellule(f"À apporter : {epreuve.materiel}", x2, DROITE - x2, taille=PETITE)], filet=True)
    return feuille.page_no()


def _liste(feuille: Feuille, titre: str, lignes: Sequence[str]) -> None:
    if not lignes:
        return
    feuille.titre(titre)
    for ligne in lignes:
        feuille.rangee([Cellule("-", GAUCHE, 4), Cellule(ligne, GAUCHE + 4, DROITE - GAUCHE - 4)], marge=0.4)
