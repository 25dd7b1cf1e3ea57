"""Les routes d'un établissement. La personne est gardée ici ; son UAI est dans chaque requête."""

from app.comptes.guards import reserve_etablissement
from app.etablissements import coordonnees_http, import_http, impressions_http, papillons_http, suivi_http

router = reserve_etablissement(
    coordonnees_http.choisir,
    coordonnees_http.relire,
    coordonnees_http.enregistrer,
    suivi_http.suivre,
    suivi_http.lister,
    suivi_http.relancer_les_eleves,
    papillons_http.accueil,
    papillons_http.imprimer,
    impressions_http.montrer_l_impression,
    impressions_http.telecharger_un_fichier,
    impressions_http.tout_telecharger,
    impressions_http.finir_l_impression,
    import_http.accueil,
    import_http.telecharger_le_modele,
    import_http.essayer_un_fichier,
    import_http.relire,
    import_http.rendre_le_fichier,
    import_http.confirmer_l_import,
    import_http.annuler_l_import,
)
