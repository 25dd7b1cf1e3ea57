"""Du document publié à son PDF et à son nom de fichier."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from app.documents.codes import en_groupes
from app.documents.donnees import Amenagements, Convocation, FichierLibre, ReleveNotes, lues
from app.documents.models import TypeDocument
from app.documents.queries import DocumentLu
from app.documents.reclamees import reclamees_de
from app.settings import Reglages

DOSSIER = "documents"
"""les PDF préparés par le service, dans le dossier des données"""


def pdf(document: DocumentLu, url_publique: str) -> bytes:
    """Un calcul de quelques dizaines de millisecondes : jamais sur la boucle.

    Le moteur PDF pèse 34 Mo : chaque rendu l'importe au premier document demandé, pas au démarrage.
    """
    return RENDUS[document.type](document, adresse_verification(document.code, url_publique))


def octets_de(document: DocumentLu, reglages: Reglages) -> bytes:
    if document.type is TypeDocument.LIBRE:
        return (reglages.donnees / DOSSIER / lues(document.donnees, FichierLibre).cle).read_bytes()
    return pdf(document, reglages.url_publique)


def adresse_verification(code: str, url_publique: str) -> str:
    return f"{url_publique}/verifier/{en_groupes(code)}"


def nom_fichier(document: DocumentLu) -> str:
    """« 02146028333_1-v2_juin_2027_confirmation.pdf », comme au guide."""
    numero = document.numero_inscription.lstrip("0")
    debut = f"{document.fiche.numero_candidat}_{numero}-v{document.numero}"
    return f"{debut}_{_sans_accents(document.fiche.session)}_{_sans_accents(document.titre) or document.type.value}.pdf"


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


def _publie(document: DocumentLu, adresse: str) -> dict[str, Any]:
    """Ce que tout document publié par un agent dit de lui-même."""
    return {
        "numero_inscription": document.numero_inscription,
        "version": document.numero,
        "publiee_le": document.publie_le,
        "code": document.code,
        "adresse_verification": adresse,
        "remplace_version": document.remplace_version,
    }


def _convocation(document: DocumentLu, adresse: str) -> bytes:
    from app.documents.convocation import convocation

    return convocation(document.fiche, lues(document.donnees, Convocation), **_publie(document, adresse))


def _releve_notes(document: DocumentLu, adresse: str) -> bytes:
    from app.documents.releve_notes import releve_notes

    return releve_notes(document.fiche, lues(document.donnees, ReleveNotes), **_publie(document, adresse))


def _amenagements(document: DocumentLu, adresse: str) -> bytes:
    from app.documents.amenagements import amenagements

    return amenagements(document.fiche, lues(document.donnees, Amenagements), **_publie(document, adresse))


RENDUS: dict[TypeDocument, Callable[[DocumentLu, str], bytes]] = {  # un document libre se lit, il ne se compose pas
    TypeDocument.CONFIRMATION: _confirmation,
    TypeDocument.DEMANDE_PIECES: _demande_pieces,
    TypeDocument.RELANCE_PIECES: _relance_pieces,
    TypeDocument.CONVOCATION: _convocation,
    TypeDocument.RELEVE_NOTES: _releve_notes,
    TypeDocument.AMENAGEMENTS: _amenagements,
}


def _sans_accents(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", decompose.lower()).strip("_")
