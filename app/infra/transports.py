"""Où partent les courriels : un dossier de fichiers .eml, ou un serveur SMTP."""

import asyncio
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from app.infra.disque import ecrire_entier
from app.infra.facteur import RefusDefinitif

if TYPE_CHECKING:
    from email.message import EmailMessage

    from aiosmtplib import SMTPResponseException


class DossierEml:
    """Un fichier par courriel, nommé par son instant puis son identifiant : la liste se lit dans l'ordre."""

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier

    async def envoyer(self, message: "EmailMessage") -> None:
        await asyncio.to_thread(self._deposer, message)

    def deposes(self) -> dict[str, Path]:
        """Identifiant du courriel → son fichier."""
        return {fichier.stem.partition("-")[2]: fichier for fichier in self._dossier.glob("*.eml")}

    def _deposer(self, message: "EmailMessage") -> None:
        from email import policy

        self._dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
        instant = message["Date"].datetime.astimezone(UTC)
        identifiant = str(message["Message-ID"]).strip("<>").partition("@")[0]
        # Le même courriel renvoyé remplace le même fichier ; un lecteur ne voit jamais un fichier à moitié.
        fichier = self._dossier / f"{instant:%Y%m%dT%H%M%SZ}-{identifiant}.eml"
        ecrire_entier(fichier, message.as_bytes(policy=policy.SMTP))


class Smtp:
    """`smtp://` prend STARTTLS quand le serveur le propose, `smtps://` chiffre d'emblée et l'exige."""

    def __init__(self, url: str, *, delai: float = 30.0) -> None:
        adresse = urlsplit(url)
        if adresse.scheme not in ("smtp", "smtps") or not adresse.hostname:
            raise ValueError("CYCLADES_SMTP: smtp[s]://user:password@host:port")
        self._chiffre = adresse.scheme == "smtps"
        self._hote = adresse.hostname
        self._port = adresse.port or (465 if self._chiffre else 587 if adresse.username else 25)
        self._utilisateur = unquote(adresse.username) if adresse.username else None
        self._mot_de_passe = unquote(adresse.password) if adresse.password else None
        self._delai = delai

    async def envoyer(self, message: "EmailMessage") -> None:
        import aiosmtplib  # au premier envoi : un portail sans SMTP s’en passe

        try:
            async with asyncio.timeout(self._delai):  # l'échange entier, pas chaque commande
                await aiosmtplib.send(
                    message,
                    hostname=self._hote,
                    port=self._port,
                    username=self._utilisateur,
                    password=self._mot_de_passe,
                    use_tls=self._chiffre,
                    timeout=self._delai,
                )
        except aiosmtplib.SMTPRecipientsRefused as refus:
            _juger(refus.recipients[0])
        except aiosmtplib.SMTPDataError as refus:
            _juger(refus)


def _juger(refus: "SMTPResponseException") -> None:
    """Seul un 5xx sur le destinataire ou le contenu condamne la lettre : à la connexion, c'est un réglage."""
    if refus.code >= 500:
        raise RefusDefinitif(f"{type(refus).__name__} {refus.code}") from refus
    raise refus
