"""Les papillons d'un établissement, mis en page : ce que leur en-tête dit de lui."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from app.etablissements.page import FicheEtablissement
from app.import_scolaire.papillons import AImprimer, mot_de_passe_de_papillon
from app.web.coordonnees import telephone_lisible


def feuilles(
    fiche: FicheEtablissement,
    eleves: Sequence[AImprimer],
    graine: bytes,
    adresse: str,
    imprime_le: datetime,
) -> bytes:
    """Un PDF ; `graine` : celle dont leurs mots de passe ont été tirés."""
    from app.documents.papillon import EnTete, Papillon, papillons  # le moteur PDF pèse 34 Mo : au besoin seulement

    en_tete = EnTete(
        academie=fiche.academie,
        etablissement=fiche.nom,
        adresse=fiche.adresse,
        ville=f"{fiche.code_postal} {fiche.ville}",
        telephone=telephone_lisible(fiche.telephone) if fiche.telephone else "",
    )
    feuillets = [
        Papillon(
            nom=eleve.nom,
            prenoms=eleve.prenoms,
            division=eleve.division,
            numero_candidat=eleve.numero_candidat,
            numero_inscription=eleve.numero_inscription,
            identifiant=eleve.identifiant,
            mot_de_passe=mot_de_passe_de_papillon(graine, eleve.candidature_id),
        )
        for eleve in eleves
    ]
    return papillons(feuillets, en_tete, adresse_connexion=adresse, imprime_le=imprime_le)


def a_enregistrer(nom: str) -> dict[str, str]:
    """Les en-têtes d'un fichier que le navigateur enregistre, sans l'ouvrir."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(nom, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
