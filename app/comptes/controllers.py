"""Les routes du compte : celles de tout le monde, et celles qui demandent d'être connecté."""

from litestar import Router

from app.comptes import (
    ecran_activation,
    ecran_adresse,
    ecran_attente,
    ecran_changement,
    ecran_connexion,
    ecran_creation,
    ecran_invitation,
    ecran_mot_de_passe,
    ecran_reprise,
    ecran_second_facteur,
)
from app.comptes.guards import reserve, reserve_a_tous

router = Router(
    path="/",
    route_handlers=[
        ecran_creation.afficher,
        ecran_creation.creer,
        ecran_attente.afficher,
        ecran_attente.envoyer,
        ecran_attente.demander_le_code,
        ecran_attente.activer,
        ecran_attente.demander_l_adresse,
        ecran_attente.corriger,
        ecran_activation.afficher,
        ecran_activation.activer,
        ecran_connexion.afficher,
        ecran_connexion.connecter,
        ecran_connexion.deconnecter,
        ecran_second_facteur.afficher,
        ecran_second_facteur.verifier,
        ecran_invitation.lire,
        ecran_invitation.accepter,
        ecran_mot_de_passe.demander,
        ecran_mot_de_passe.envoyer,
        ecran_mot_de_passe.envoye,
        ecran_mot_de_passe.choisir,
        ecran_mot_de_passe.changer,
        ecran_adresse.relire_l_annulation,
        ecran_adresse.annuler,
        ecran_adresse.retablie,
        reserve(
            ecran_adresse.demander,
            ecran_adresse.envoyer,
            ecran_adresse.relire,
            ecran_adresse.confirmer,
            ecran_changement.demander,
            ecran_changement.changer,
        ),
        reserve_a_tous(ecran_reprise.afficher, ecran_reprise.abandonner),
    ],
)
