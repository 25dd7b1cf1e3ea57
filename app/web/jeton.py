"""Le jeton qui prouve qu'un formulaire vient d'une page du portail, lue par ce navigateur.

Sans état : HMAC de la valeur du cookie de session, ou du cookie anonyme « visiteur » quand personne n'est
connecté. Il reste vérifiable tant que le navigateur garde son cookie, même si la session est morte côté
serveur : la reprise d'une saisie après expiration en dépend. Il change à chaque page par un grain neuf, sinon
la compression laisserait deviner une valeur fixe (attaque BREACH).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from app.settings import Reglages

NOM = "jeton_csrf"
ENTETE = "x-jeton-csrf"
TAILLE = 16
GRAIN = 5
LONGUEUR = 28
"""Le grain et la preuve en base64 : il n'y a pas de remplissage, donc une seule écriture."""


class Jeton:
    """S'écrit dans un gabarit par `{{ jeton_csrf }}` ; `lu` dit s'il l'a été, et s'il faut donc un cookie."""

    def __init__(self, cle: bytes, reglages: Reglages, cookies: dict[str, str]) -> None:
        self._reglages = reglages
        session = cookies.get(reglages.cookie_session)
        visiteur = cookies.get(reglages.cookie_visiteur)
        self._nouveau = None if session or visiteur else secrets.token_urlsafe(TAILLE)
        self._lien = f"session:{session}" if session else f"visiteur:{visiteur or self._nouveau}"
        self._cle = hmac.digest(cle, b"jeton-csrf", hashlib.sha256)
        self._texte = ""

    @property
    def lu(self) -> bool:
        return bool(self._texte)

    def __str__(self) -> str:
        if not self._texte:
            grain = secrets.token_bytes(GRAIN)
            self._texte = urlsafe_b64encode(grain + self._attendu(grain)).decode()
        return self._texte

    def accepte(self, recu: str) -> bool:
        """N'importe quel texte est admis en entrée : ce qui n'est pas un jeton est simplement faux."""
        if len(recu) != LONGUEUR or not recu.isascii():
            return False
        try:
            octets = urlsafe_b64decode(recu)
        except ValueError:
            return False
        return hmac.compare_digest(octets[GRAIN:], self._attendu(octets[:GRAIN]))

    def cookie_a_poser(self) -> Cookie | None:
        if not self._nouveau:
            return None
        return Cookie(
            key=self._reglages.cookie_visiteur,
            value=self._nouveau,
            path="/",
            secure=self._reglages.est_https,
            httponly=True,
            samesite="lax",
        )

    def _attendu(self, grain: bytes) -> bytes:
        lien = self._lien.encode("utf-8", "surrogatepass")
        return hmac.digest(self._cle, grain + lien, hashlib.sha256)[:TAILLE]


def jeton_de(connexion: ASGIConnection[Any, Any, Any, Any]) -> Jeton:
    etat = connexion.app.state
    return Jeton(etat.cle, etat.reglages, connexion.cookies)
