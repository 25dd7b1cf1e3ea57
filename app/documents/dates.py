"""Les dates qu'un document dit en toutes lettres, à l'heure de Paris."""

from datetime import date, datetime

from app.infra.clock import jour_de_paris
from app.web.gabarits import derniere_minute, heure_fr, jour_long

MAJORITE = 18


def fenetre(ouvre_le: datetime, ferme_le: datetime) -> str:
    """« entre le mercredi 3 novembre 2027 et le lundi 6 décembre 2027 à 23 h 59 (heure de Paris) », comme au guide."""
    return f"entre le {jour_long(ouvre_le)} et le {echeance(ferme_le)} (heure de Paris)"


def echeance(ferme_le: datetime) -> str:
    """La fin est exclue : un service qui ferme à minuit est ouvert la veille jusqu'à 23 h 59."""
    derniere = derniere_minute(ferme_le)
    return f"{jour_long(derniere)} à {heure_fr(derniere)}"


def est_mineur(date_naissance: str, instant: datetime) -> bool:
    """`date_naissance` est celle de la fiche, jj/mm/aaaa ; illisible, on fait place à la signature du parent."""
    try:
        jour, mois, annee = map(int, date_naissance.split("/"))
        naissance = date(annee, mois, jour)
    except ValueError:
        return True
    ce_jour = jour_de_paris(instant)
    age = ce_jour.year - naissance.year - ((ce_jour.month, ce_jour.day) < (naissance.month, naissance.day))
    return age < MAJORITE
