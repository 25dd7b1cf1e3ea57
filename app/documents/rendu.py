"""Du document publié à son PDF et à son nom de fichier."""

import re
import unicodedata
from collections.abc import Callable

from app.documents.codes import en_groupes
from app.documents.models import TypeDocument
from app.documents.queries import DocumentLu
from app.documents.reclamees import reclamees_de


def pdf(document: DocumentLu, url_publique: str) -> bytes:
    """Un calcul de quelques dizaines de millisecondes : jamais sur la boucle.

    Le moteur PDF pèse 34 Mo : chaque rendu l'importe au premier document demandé, pas au démarrage.
    """
    return RENDUS[document.type](document, adresse_verification(document.code, url_publique))


def adresse_verification(code: str, url_publique: str) -> str:
    return f"{url_publique}/verifier/{en_groupes(code)}"


def nom_fichier(document: DocumentLu) -> str:
    """« 02146028333_1-v2_juin_2027_confirmation.pdf », comme au guide."""
    numero = document.numero_inscription.lstrip("0")
    debut = f"{document.fiche.numero_candidat}_{numero}-v{document.numero}"
    return f"{debut}_{_sans_accents(document.fiche.session)}_{document.type.value}.pdf"


def _confirmation(document: DocumentLu, adresse: str) -> bytes:
    from app.documents.confirmation import confirmation

    return confirmation(
        document.fiche,
        numero_inscription=document.numero_inscription,
        version=document.numero,
        enregistree_le=document.enregistree_le,
        code=document.code,
        adresse_verification=adresse,
        remplace_version=document.remplace_version,
    )


def _demande_pieces(document: DocumentLu, adresse: str) -> bytes:
    from app.documents.demande_pieces import demande_pieces

    return demande_pieces(
        document.fiche,
        numero_inscription=document.numero_inscription,
        version=document.numero,
        version_inscription=document.version_inscription,
        publiee_le=document.publie_le,
        depot_ouvre_le=document.depot_ouvre_le,
        depot_ferme_le=document.depot_ferme_le,
        code=document.code,
        adresse_verification=adresse,
        remplace_version=document.remplace_version,
    )


def _relance_pieces(document: DocumentLu, adresse: str) -> bytes:
    from app.documents.relance_pieces import relance_pieces

    return relance_pieces(
        document.fiche,
        reclamees=reclamees_de(document.donnees),
        numero_inscription=document.numero_inscription,
        version=document.numero,
        version_inscription=document.version_inscription,
        publiee_le=document.publie_le,
        code=document.code,
        adresse_verification=adresse,
        remplace_version=document.remplace_version,
    )


RENDUS: dict[TypeDocument, Callable[[DocumentLu, str], bytes]] = {
    TypeDocument.CONFIRMATION: _confirmation,
    TypeDocument.DEMANDE_PIECES: _demande_pieces,
    TypeDocument.RELANCE_PIECES: _relance_pieces,
}


def _sans_accents(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", decompose.lower()).strip("_")
