"""Les faits d'un dossier, dans les mots qu'en lisent le candidat et le service."""

FAITS = {
    "commencee": "Inscription commencée",
    "compte_rendu": "Compte gardé comme candidat individuel, par le service des examens",
    "preparee": "Inscription préparée à partir de la session précédente",
    "papillon_imprime": "Papillon de connexion imprimé par l’établissement",
    "relancee_par_l_etablissement": "Relance de l’établissement",
    "preinscrite": "Inscription préparée par l’établissement",
    "preinscription_modifiee": "Inscription modifiée par l’établissement",
    "preinscription_retiree": "Inscription retirée par l’établissement",
    "enregistree": "Inscription enregistrée",
    "modifications_abandonnees": "Modifications abandonnées",
    "desinscrite": "Désinscription",
    "document_publie": "Document publié par le service des examens",
    "relancee": "Relance du service des examens",
    "identite_corrigee": "État civil corrigé par le service des examens",
    "correction_refusee": "Demande de correction refusée",
    "ouverte_au_guichet": "Inscription commencée par le service des examens, au guichet",
    "enregistree_au_guichet": "Inscription enregistrée par le service des examens, au guichet",
    "derogation_accordee": "Dérogation accordée",
    "derogation_retiree": "Dérogation retirée",
    "forme_rejugee": "Inscription revenue à la forme globale",
    "dispense_decidee": "Décision du service des examens sur vos dispenses",
    "ecartee": "Candidature écartée par le service des examens",
    "retablie": "Candidature rétablie par le service des examens",
}


def intitule(nature: str) -> str:
    return FAITS.get(nature, nature.replace("_", " ").capitalize())
