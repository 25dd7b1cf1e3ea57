"""La confirmation d'inscription : « un document officiel attestant de mon inscription » (guide, chapitre 7)."""

from datetime import datetime

from app.candidatures.fiche import Fiche
from app.documents import parties
from app.documents.contenu import est_papier, signataires
from app.documents.mise_en_page import DROITE, GAUCHE, LARGEUR, PETITE, Cellule, Feuille
from app.documents.models import TypeDocument
from app.web.gabarits import instant_paris

TITRE = TypeDocument.CONFIRMATION.libelle
SIGNATURE = 30.0


def confirmation(
    fiche: Fiche,
    *,
    numero_inscription: str,
    version: int,
    enregistree_le: datetime,
    code: str,
    adresse_verification: str,
    remplace_version: int | None,
) -> bytes:
    """Mêmes arguments, mêmes octets : rien ne vient de l'horloge ni de la base."""
    feuille = parties.ouvrir(TITRE, fiche, numero_inscription, version, enregistree_le, code)
    feuille.paragraphe(_attestation(version, enregistree_le, remplace_version))
    parties.rubriques(feuille, fiche.rubriques)
    parties.acquis(feuille, fiche.acquis)
    parties.epreuves(feuille, fiche.epreuves)
    parties.pieces(feuille, fiche.pieces)
    parties.a_confirmer(feuille, fiche.a_confirmer)
    if est_papier(fiche):
        _signature(feuille, fiche, enregistree_le)
    else:
        _validation(feuille, fiche, enregistree_le)
    parties.verification(feuille, fiche.service, code, adresse_verification)
    return bytes(feuille.output())


def _attestation(version: int, enregistree_le: datetime, remplace_version: int | None) -> str:
    phrases = [
        "Cette confirmation d’inscription est un document officiel attestant de votre inscription.",
        f"Version {version:02}, enregistrée le {instant_paris(enregistree_le)}.",
    ]
    if remplace_version is not None:
        phrases.append(f"Elle annule et remplace la version {remplace_version:02}.")
    return " ".join(phrases)


def _signature(feuille: Feuille, fiche: Fiche, enregistree_le: datetime) -> None:
    feuille.titre("Signature", suite=SIGNATURE + 26)
    feuille.paragraphe(
        f"À retourner signée au service gestionnaire des examens avant le {fiche.retour_avant}.", gras=True
    )
    feuille.paragraphe(
        "Mode de retour : celui de la pièce « Confirmation d’inscription signée », ci-dessus. "
        f"Adresse postale : {fiche.service.nom}, {parties.adresse(fiche.service, ', ')}."
    )
    feuille.y += 1
    feuille.paragraphe("Je certifie l’exactitude des renseignements portés sur cette confirmation.")
    feuille.y += 1.5
    haut = feuille.y
    largeur = (LARGEUR - 4) / 2
    for rang, mots in enumerate(signataires(fiche, enregistree_le)):
        x = GAUCHE + rang * (largeur + 4)
        feuille.cadre(x, haut, largeur, SIGNATURE)
        feuille.y = haut + 1
        feuille.rangee([Cellule(mots, x + 2, largeur - 4, gras=True, taille=PETITE)])
        feuille.rangee([Cellule("Le (date) :", x + 2, largeur - 4, taille=PETITE)], marge=0.6)
    feuille.y = haut + SIGNATURE


def _validation(feuille: Feuille, fiche: Fiche, enregistree_le: datetime) -> None:
    """Régime en ligne : enregistrer vaut signature."""
    feuille.y += 6
    feuille.reserver(20)
    haut = feuille.y
    feuille.y += 2.5
    feuille.rangee([Cellule("Inscription validée en ligne", GAUCHE + 4, LARGEUR - 8, gras=True, taille=11)])
    feuille.rangee(
        [
            Cellule(
                f"Par {fiche.nom} {fiche.prenoms}, le {instant_paris(enregistree_le)}. L’enregistrement vaut "
                "signature : cette confirmation est à conserver, elle n’est pas à retourner.",
                GAUCHE + 4,
                LARGEUR - 8,
            )
        ],
        marge=0.8,
    )
    feuille.y += 1.5
    feuille.cadre(GAUCHE, haut, DROITE - GAUCHE, feuille.y - haut)
