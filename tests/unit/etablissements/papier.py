"""Lire un papillon comme un élève le lit : son identifiant et son mot de passe."""

import io
import re

from pypdf import PdfReader

from tests.instance import BELLEVUE
from tests.unit.client import Navigateur


def imprimer(navigateur: Navigateur, *, uai: str = BELLEVUE, statut: int = 200, **champs: str) -> str:
    """Le texte du PDF."""
    navigateur.get(f"/etablissement/{uai}/papillons")
    adresse = f"/etablissement/{uai}/papillons"
    if statut != 200:
        return navigateur.post(adresse, champs, statut=statut).texte
    reponse = navigateur.client.post(adresse, data={"jeton_csrf": navigateur.jeton} | champs)
    assert (reponse.status_code, reponse.headers["content-type"]) == (200, "application/pdf"), reponse.text
    return "\n".join(feuille.extract_text() for feuille in PdfReader(io.BytesIO(reponse.content)).pages)


def mots_de_passe(texte: str) -> dict[str, str]:
    """Identifiant → mot de passe."""
    identifiants = re.findall(r"identifiant de connexion\s*:\s*(\S+)", texte)
    return dict(zip(identifiants, re.findall(r"[A-Z][a-z2-9]{3}-[a-z2-9]{4}-[a-z2-9]{4}", texte), strict=True))
