"""Les natures d'actes en mots : « prolonger_un_service » se lit presque tout seul, il ne manque que les accents."""

ACCENTS = {
    "accorder_une_derogation": "Accorder une dérogation",
    "annuler_une_preparation": "Annuler une préparation",
    "arreter_une_publication": "Arrêter une publication",
    "importer_des_eleves": "Importer des élèves",
    "juger_une_piece": "Juger une pièce",
    "preparer_une_session": "Préparer une session",
    "programmer_un_referentiel": "Programmer un référentiel",
    "proposer_un_referentiel": "Proposer un référentiel",
    "publier_un_referentiel": "Publier un référentiel",
    "refuser_un_referentiel": "Refuser un référentiel",
    "rendre_un_compte_d_eleve": "Rendre un compte d’élève",
    "retirer_une_derogation": "Retirer une dérogation",
    "accepter_une_correction": "Accepter une correction d’identité",
    "connexion_refusee": "Connexion refusée",
    "creer_un_agent": "Créer un agent",
    "creer_une_session": "Créer une session d’examen",
    "declarer_un_etablissement": "Déclarer un établissement",
    "desactiver_un_agent": "Désactiver un agent",
    "ecarter": "Écarter une candidature",
    "exporter_les_etablissements": "Exporter les établissements",
    "exporter_les_eleves_partis": "Exporter les élèves partis",
    "exporter_les_personnes_d_un_etablissement": "Exporter les personnes d’un établissement",
    "exporter_les_preparations": "Exporter les préparations de session",
    "exporter_des_ajournes": "Exporter des candidats ajournés",
    "exporter_le_referentiel": "Exporter le référentiel",
    "exporter_les_effets_d_un_referentiel": "Exporter les effets d’un référentiel",
    "exporter_les_specialites": "Exporter les spécialités organisées",
    "renoncer_a_un_referentiel": "Renoncer à un référentiel",
    "exporter_la_file_des_pieces": "Exporter la file des pièces",
    "inviter_un_agent": "Inviter un agent",
    "corriger_une_identite": "Corriger une identité",
    "reactiver_un_agent": "Réactiver un agent",
    "refuser_une_correction": "Refuser une correction d’identité",
    "regler_les_specialites": "Régler les spécialités",
    "reinviter_un_agent": "Réinviter un agent",
    "retablir": "Rétablir une candidature",
    "changer_de_telephone": "Changer de téléphone",
    "purger": "Effacer ce qui a fait son temps",
    "deposer_pour_un_candidat": "Déposer pour un candidat",
    "verifier_les_coordonnees": "Vérifier les coordonnées",
}
ACTEURS = {"portail": "Le portail", "commande": "La ligne de commande"}
OBJETS = {
    "academie": "Académie",
    "agent": "Agent",
    "candidature": "Candidature",
    "conservation": "Conservation",
    "etablissement": "Établissement",
    "instance": "Instance",
    "message": "Message",
    "periode": "Service",
    "piece": "Pièce",
    "publication": "Publication",
    "referentiel": "Référentiel",
    "registre": "Journal",
    "session_examen": "Session",
}


def nature_dite(nature: str) -> str:
    return ACCENTS.get(nature) or _phrase(nature)


def objet_dit(objet: str) -> str:
    return OBJETS.get(objet) or _phrase(objet)


def _phrase(code: str) -> str:
    texte = code.replace("_", " ")
    return texte[:1].upper() + texte[1:]
