import re
from dataclasses import dataclass

from app.regles.vocabulaire import EtatExamen


@dataclass(frozen=True, slots=True)
class Verdict:
    etat: EtatExamen
    format: str = ""
    """code du format gardé, quand il est sain"""
    motif: str = ""
    """refusé : la phrase à montrer au candidat, qui dit quoi faire"""
    pages: int = 0


class Refus(Exception):  # noqa: N818 — un refus est une réponse, pas une panne
    """Le fichier ne peut pas être gardé. `phrase` se montre telle quelle."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = insecables(phrase)


def refuse(phrase: str) -> Verdict:
    return Verdict(EtatExamen.REFUSE, motif=insecables(phrase))


def insecables(phrase: str) -> str:
    """Les espaces que la typographie française interdit de couper."""
    return re.sub(r" (?=[:;?!»])|(?<=«) |(?<=\d) (?=Mo\b)", "\u00a0", phrase)
