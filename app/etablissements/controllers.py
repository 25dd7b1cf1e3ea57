"""Les routes d'un établissement. La personne est gardée ici ; son UAI est dans chaque requête."""

from app.comptes.guards import reserve_etablissement
from app.etablissements import coordonnees_http, suivi_http

router = reserve_etablissement(
    coordonnees_http.choisir,
    coordonnees_http.relire,
    coordonnees_http.enregistrer,
    suivi_http.suivre,
)
