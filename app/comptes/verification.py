"""Redemander le mot de passe à qui est connecté : un appareil laissé ouvert ne suffit pas à changer le compte."""

from app.comptes.choix_mot_de_passe import ACTUEL
from app.comptes.mot_de_passe import ESSAIS_ANCIEN, cle_ancien_mot_de_passe, titulaire
from app.comptes.patience import Patience, patience
from app.comptes.portail import AnyRequest, database, instant, mots_de_passe, personne
from app.comptes.tentatives import prendre_un_essai
from app.web.erreurs import Introuvable
from app.web.forms import Formulaire

MAUVAIS = "Ce n’est pas votre mot de passe actuel"


async def mot_de_passe_verifie(request: AnyRequest, formulaire: Formulaire) -> str | Patience | None:
    """L'empreinte vérifiée, à comparer encore dans l'acte ; l'attente ; ou rien, et l'erreur est à côté du champ."""
    connecte, maintenant = personne(request), instant(request)
    qui = await database(request).lire(titulaire, connecte.compte_id) if connecte else None
    if qui is None:
        raise Introuvable
    compte_id = qui.compte_id
    compteur = {cle_ancien_mot_de_passe(compte_id): ESSAIS_ANCIEN}
    if trop_tot := await database(request).ecrire(prendre_un_essai, compteur, maintenant=maintenant):
        return patience(trop_tot, maintenant)
    if await mots_de_passe(request).verifier(qui.mot_de_passe, str(formulaire[ACTUEL].data)):
        return qui.mot_de_passe
    formulaire.ajouter_erreur(ACTUEL, MAUVAIS)
    return None
