"""Dates, heures, entiers et notes : en chiffres ASCII, comme on les écrit en France."""

import re
from datetime import date, time
from decimal import Decimal
from typing import Any

from app.web.champs import Champ


class DateFR(Champ):
    """jj/mm/aaaa ; on lit aussi 30-5-1998, 30.05.1998, 30051998 (clavier numérique sans barre) et 1998-05-30."""

    genre = "date"
    _FORMES = (
        re.compile(r"(?P<j>[0-9]{1,2})\s?[-/. ]\s?(?P<m>[0-9]{1,2})\s?[-/. ]\s?(?P<a>[0-9]{4})"),
        re.compile(r"(?P<j>[0-9]{2})(?P<m>[0-9]{2})(?P<a>[0-9]{4})"),
        re.compile(r"(?P<a>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<j>[0-9]{1,2})"),
    )

    def __init__(
        self,
        label: str,
        *,
        exemple: str = "30/05/1998",
        au_plus_tot: date = date(1900, 1, 1),
        au_plus_tard: date = date(2100, 12, 31),
        **options: Any,
    ) -> None:
        options = {"largeur": "l10", "saisie": "numeric"} | options
        super().__init__(label, **options)
        self.exemple = exemple
        self.au_plus_tot, self.au_plus_tard = au_plus_tot, au_plus_tard

    def formater(self, valeur: date) -> str:
        return f"{valeur.day:02}/{valeur.month:02}/{valeur.year:04}"

    def lire(self, texte: str) -> date:
        trouve = next((m for forme in self._FORMES if (m := forme.fullmatch(texte))), None)
        try:
            if trouve is None:
                raise ValueError
            jour = date(int(trouve["a"]), int(trouve["m"]), int(trouve["j"]))
        except ValueError:
            phrase = f"Écrivez {self.sujet} sous la forme jj/mm/aaaa, par exemple {self.exemple}"
            raise ValueError(phrase) from None
        if jour < self.au_plus_tot:
            raise ValueError(f"Vérifiez {self.sujet} : au plus tôt le {self.formater(self.au_plus_tot)}")
        if jour > self.au_plus_tard:
            raise ValueError(f"Vérifiez {self.sujet} : au plus tard le {self.formater(self.au_plus_tard)}")
        return jour


class HeureFR(Champ):
    """« 18 h », « 18 h 30 », « 18:30 », « 1830 ». La journée finit à 23 h 59 : minuit est l'heure zéro du lendemain."""

    genre = "heure"
    _FORME = re.compile(r"(?P<h>[0-9]{1,2})(?:\s?[hH:.]\s?(?P<m>[0-9]{2})?|(?P<colle>[0-9]{2}))?")

    def __init__(self, label: str, **options: Any) -> None:
        options = {"largeur": "l5"} | options
        super().__init__(label, **options)

    def formater(self, valeur: time) -> str:
        return f"{valeur.hour} h {valeur.minute:02}" if valeur.minute else f"{valeur.hour} h"

    def lire(self, texte: str) -> time:
        trouve = self._FORME.fullmatch(texte)
        try:
            if trouve is None:
                raise ValueError
            return time(int(trouve["h"]), int(trouve["m"] or trouve["colle"] or 0))
        except ValueError:
            raise ValueError(f"Écrivez {self.sujet} entre 0 h et 23 h 59, par exemple 18 h ou 18 h 30") from None


class Entier(Champ):
    def __init__(
        self, label: str, *, minimum: int = 0, maximum: int = 999_999_999, exemple: str = "", **options: Any
    ) -> None:
        options = {"largeur": "l5", "saisie": "numeric"} | options
        super().__init__(label, **options)
        self.minimum, self.maximum, self.exemple = minimum, maximum, exemple

    def lire(self, texte: str) -> int:
        chiffres = texte.replace(" ", "")
        if not re.fullmatch(r"[0-9]{1,12}", chiffres):
            exemple = f", par exemple {self.exemple}" if self.exemple else ""
            raise ValueError(f"Écrivez {self.sujet} en chiffres{exemple}")
        if not self.minimum <= int(chiffres) <= self.maximum:
            raise ValueError(f"Vérifiez {self.sujet} : de {self.minimum} à {self.maximum}")
        return int(chiffres)


class NoteSur20(Champ):
    """Au plus deux décimales, virgule ou point, « /20 » toléré."""

    def __init__(self, label: str, **options: Any) -> None:
        options = {"largeur": "l5", "saisie": "decimal"} | options
        super().__init__(label, **options)

    def formater(self, valeur: Decimal) -> str:
        return f"{valeur}".replace(".", ",")

    def lire(self, texte: str) -> Decimal:
        trouve = re.fullmatch(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?(?:\s?/\s?20)?", texte)
        note = Decimal(f"{trouve[1]}.{trouve[2] or 0}") if trouve else None
        if note is None or note > 20:
            raise ValueError(f"Écrivez {self.sujet} entre 0 et 20, par exemple 12,5")
        return note
