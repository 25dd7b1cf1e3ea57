"""Le facteur : il porte les lettres de la boîte d'envoi au transport, sans jamais retenir un acte.

Une lettre garde toujours le même Message-ID : si une coupure la fait porter deux fois, la boîte du
destinataire reconnaît le doublon.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from app.infra.clock import en_paris
from app.infra.database import Database
from app.infra.fond import TacheDeFond
from app.infra.outbox import Lettre, il_en_reste, noter_echec, noter_envoi, reserver

if TYPE_CHECKING:
    from email.message import EmailMessage

DE_FRONT = 4  # envois simultanés : un serveur lent ne retient pas toute la file

journal = logging.getLogger(__name__)


class RefusDefinitif(Exception):  # noqa: N818 — le destinataire ou le contenu est refusé, insister est vain
    pass


class Transport(Protocol):
    async def envoyer(self, message: "EmailMessage") -> None:
        """Rend la main quand le message est pris en charge ; lève `RefusDefinitif`, ou autre chose si ça passera."""


class Facteur(TacheDeFond):
    """Un acte qui a posté la réveille."""

    panne = "mail round failed"

    def __init__(
        self,
        database: Database,
        *,
        transport: Transport,
        expediteur: str,
        horloge: Callable[[], datetime],
        repos: float = 1.0,
    ) -> None:
        super().__init__(repos)
        self._database = database
        self._transport = transport
        self._expediteur = expediteur
        self._horloge = horloge

    async def avancer(self) -> int:
        return await self.distribuer()

    async def distribuer(self) -> int:
        """Un passage : combien de lettres ont été prises en charge par le transport."""
        if not await self._database.lire(il_en_reste, maintenant=self._horloge()):
            return 0
        lettres = await self._database.ecrire(reserver, maintenant=self._horloge())
        places = asyncio.Semaphore(DE_FRONT)
        envois = await asyncio.gather(*(self._remettre(lettre, places) for lettre in lettres), return_exceptions=True)
        for envoi in envois:  # noté trop tard pour l'une, les autres ont été menées au bout
            if isinstance(envoi, BaseException):
                raise envoi
        return envois.count(True)

    async def _remettre(self, lettre: Lettre, places: asyncio.Semaphore) -> bool:
        async with places:
            try:
                await self._transport.envoyer(composer(lettre, self._expediteur))
            except Exception as echec:
                definitif = isinstance(echec, RefusDefinitif | ValueError | UnicodeError)
                erreur = str(echec) if isinstance(echec, RefusDefinitif) else motif(echec)
                journal.warning("mail %s not sent: %s", lettre.id, erreur)
                await self._database.ecrire(
                    noter_echec, lettre.id, erreur, definitif=definitif, maintenant=self._horloge()
                )
                return False
            await self._database.ecrire(noter_envoi, lettre.id, maintenant=self._horloge())
            return True


def composer(lettre: Lettre, expediteur: str) -> "EmailMessage":
    """Toujours le même message pour la même ligne : Date et Message-ID viennent d'elle."""
    from email.message import EmailMessage  # à la première lettre : un mégaoctet
    from email.utils import format_datetime, parseaddr

    domaine = parseaddr(expediteur)[1].rpartition("@")[2] or "localhost"
    message = EmailMessage()
    message["From"] = expediteur
    message["To"] = lettre.destinataire
    if len(message["To"].addresses) != 1:  # une virgule dans une adresse ferait écrire à deux personnes
        raise ValueError("a mail has one recipient")
    message["Subject"] = lettre.sujet
    message["Date"] = format_datetime(en_paris(lettre.cree_le))
    message["Message-ID"] = f"<{lettre.id}@{domaine}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 : pas de réponse d'absence
    message["Content-Language"] = "fr"
    message.set_content(lettre.texte)
    if lettre.html is not None:
        message.add_alternative(lettre.html, subtype="html")
    return message


def motif(echec: Exception) -> str:
    code = getattr(echec, "code", None)
    return f"{type(echec).__name__} {code}" if isinstance(code, int) else type(echec).__name__
