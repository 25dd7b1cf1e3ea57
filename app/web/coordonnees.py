"""Adresse mail et téléphone : ce qui se vérifie sans réseau.

Les bibliothèques se chargent à la première saisie : 2 Mo que le portail au repos ne prend pas.
"""

import re
from typing import Any

from app.web.champs import Champ

REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT", "PM", "BL", "MF", "NC", "PF", "WF")
"""Un 0692… est réunionnais : la seule région FR le dirait faux."""

METROPOLE = re.compile(r"\+33[1-79][0-9]{8}")
"""presque tous : la bibliothèque y passait un dixième du temps d'un onglet. Les 08 ont leurs propres coupes"""

DOMAINES = (
    "gmail.com", "orange.fr", "wanadoo.fr", "hotmail.fr", "hotmail.com", "outlook.fr", "outlook.com", "live.fr",
    "yahoo.fr", "yahoo.com", "free.fr", "sfr.fr", "laposte.net", "icloud.com", "bbox.fr", "neuf.fr", "protonmail.com",
)  # fmt: skip


class Courriel(Champ):
    """L'adresse normalisée ; `conseil` signale un domaine sans doute mal tapé, sans rien bloquer."""

    genre = "courriel"

    def __init__(self, label: str, **options: Any) -> None:
        options = {"saisie": "email", "autocomplete": "email"} | options
        super().__init__(label, **options)

    def lire(self, texte: str) -> str:
        from email_validator import EmailNotValidError, validate_email

        phrase = f"Écrivez {self.sujet} sous la forme nom.prenom@domaine.fr"
        if len(texte) > 254:
            raise ValueError(phrase)
        try:
            # Sans SMTPUTF8 : une partie locale accentuée ne serait délivrée par presque aucun serveur.
            adresse = validate_email(texte, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            raise ValueError(phrase) from None
        if (domaine := domaine_probable(adresse.domain)) is not None:
            self.conseil = f"Vouliez-vous écrire {domaine} ? Corrigez si besoin."
        return adresse.normalized


class Telephone(Champ):
    """Gardé sous forme internationale (+33612345678), montré comme il se lit en France."""

    genre = "telephone"

    def __init__(self, label: str, **options: Any) -> None:
        options = {"saisie": "tel", "autocomplete": "tel", "largeur": "l10"} | options
        super().__init__(label, **options)

    def formater(self, valeur: str) -> str:
        return telephone_lisible(valeur)

    def lire(self, texte: str) -> str:
        import phonenumbers

        if len(texte) <= 30 and texte.isascii():
            for region in REGIONS:
                try:
                    numero = phonenumbers.parse(texte, region)
                except phonenumbers.NumberParseException:
                    continue
                if phonenumbers.is_valid_number(numero) and not numero.extension:
                    return str(phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164))
        raise ValueError(f"Vérifiez {self.sujet} : par exemple 06 12 34 56 78, ou +32 470 12 34 56 à l’étranger")


class CodePostal(Champ):
    def lire(self, texte: str) -> str:
        code = texte.replace(" ", "")
        if not (len(code) == 5 and code.isascii() and code.isdecimal()):
            raise ValueError("Écrivez les cinq chiffres du code postal")
        return code


def telephone_lisible(valeur: str) -> str:
    """« 06 06 06 06 06 » pour un numéro français, outre-mer compris ; « +32 470 12 34 56 » ailleurs."""
    if METROPOLE.fullmatch(valeur):
        return f"0{valeur[3]} {valeur[4:6]} {valeur[6:8]} {valeur[8:10]} {valeur[10:]}"
    import phonenumbers

    try:
        numero = phonenumbers.parse(valeur, None)
    except phonenumbers.NumberParseException:
        return valeur
    region = phonenumbers.region_code_for_number(numero)
    formes = phonenumbers.PhoneNumberFormat
    forme = formes.NATIONAL if region in REGIONS else formes.INTERNATIONAL
    return str(phonenumbers.format_number(numero, forme))


def domaine_probable(domaine: str) -> str | None:
    """Le domaine courant à une faute de frappe de celui-ci (lettre ajoutée, ôtée, changée, deux lettres inversées)."""
    domaine = domaine.lower()
    if domaine in DOMAINES:
        return None
    return next((courant for courant in DOMAINES if _a_une_faute(domaine, courant)), None)


def _a_une_faute(a: str, b: str) -> bool:
    if abs(len(a) - len(b)) > 1:
        return False
    debut = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    reste_a, reste_b = a[debut:], b[debut:]
    return (
        reste_a[1:] == reste_b[1:]
        or reste_a[1:] == reste_b
        or reste_a == reste_b[1:]
        or (reste_a[:2] == reste_b[:2][::-1] and reste_a[2:] == reste_b[2:])
    )
