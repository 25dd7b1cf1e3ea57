"""Des fiches d'exemple : Dack ACCRALL (celui du guide) et un dossier aussi long qu'il peut l'être."""

from dataclasses import replace
from datetime import UTC, datetime

from app.candidatures.fiche import AcquisFiche, EpreuveFiche, Fiche, Ligne, PieceFiche, Rubrique, Service

ENREGISTREE_LE = datetime(2026, 11, 24, 13, 13, tzinfo=UTC)
DEPOT_OUVRE_LE = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
DEPOT_FERME_LE = datetime(2026, 12, 7, 23, 0, tzinfo=UTC)
"""minuit à Paris : le dernier jour est le 7"""
CODE = "7K3M0QXW95TB"
ADRESSE = "https://inscriptions.exemple.fr/verifier/7K3M-0QXW-95TB"

MOTIF = "Dispensé : vous êtes titulaire d’un autre CAP (2020, Toulouse)"


def epreuve(code: str, libelle: str, *, sous: bool = False, dispense: bool = False, motif: str = "") -> EpreuveFiche:
    return EpreuveFiche(
        code=code,
        repere="",
        libelle=libelle,
        nature="obligatoire",
        est_sous_epreuve=sous,
        position="dispense" if dispense else "inscrit",
        position_libelle="Dispense" if dispense else "Inscrit",
        evaluation="" if dispense else "ponctuel",
        evaluation_libelle="" if dispense else "Ponctuel",
        motif=motif or (MOTIF if dispense else ""),
        est_certaine=True,
    )


def piece(code: str, libelle: str, groupe: str, *acceptes: str, mode: str = "en_ligne") -> PieceFiche:
    modes = {"en_ligne": "à déposer en ligne", "courrier": "à envoyer par courrier"}
    return PieceFiche(code, libelle, groupe.upper(), groupe, mode, modes[mode], True, acceptes)


SERVICE = Service(
    academie="ACADÉMIE DE TOULOUSE",
    nom="Rectorat de Toulouse, division des examens et concours",
    adresse="15 voie verte",
    code_postal="31000",
    ville="TOULOUSE",
    courriel="examens@exemple.fr",
    telephone="05 00 00 00 00",
    horaires="du lundi au vendredi, de 9 h à 12 h",
)

DACK = Fiche(
    examen="CERTIFICAT D’APTITUDE PROFESSIONNELLE",
    session="Juin 2027",
    academie="ACADÉMIE DE TOULOUSE",
    specialite="Arts de la broderie",
    numero_candidat="02146028333",
    nom="ACCRALL",
    prenoms="Dack",
    date_naissance="28/11/2004",
    forme_finale="Globale",
    rubriques=(
        Rubrique(
            "Qualification présentée",
            "qualification",
            (Ligne("Spécialité", "Arts de la broderie"), Ligne("Enseignement", "")),
        ),
        Rubrique(
            "Identification du candidat",
            "identification",
            (
                Ligne("Civilité", "MONSIEUR"),
                Ligne("Nom de famille", "ACCRALL"),
                Ligne("Nom d’usage", ""),
                Ligne("Prénoms", "Dack"),
                Ligne("Date de naissance", "28/11/2004"),
                Ligne("Commune de naissance", "MAY-SUR-ORNE"),
                Ligne("Département, DOM ou COM de naissance", "014 - Calvados"),
                Ligne("Pays de naissance", "FRANCE (DONT OUTRE-MER)"),
                Ligne("Nationalité", "Français"),
                Ligne("Adresse", "15 voie verte\n31000 TOULOUSE\nFRANCE (DONT OUTRE-MER)"),
                Ligne("Téléphone mobile", "06 06 06 06 06"),
                Ligne("Téléphone fixe", ""),
                Ligne("Adresse mail", "accrall@exemple.fr"),
            ),
        ),
        Rubrique(
            "Informations candidature",
            "informations",
            (
                Ligne("Catégorie du candidat", "INDIVIDUEL SALARIE"),
                Ligne("Votre établissement", "INDIV TOULOUSE (03100003)"),
                Ligne("Aménagement durée de formation", "Non"),
                Ligne("Demande d’aménagement(s) d’épreuves au titre du handicap", "Non"),
                Ligne("Valorisation des acquis de l’expérience", "Non VAE"),
                Ligne("Forme de passage", "Globale"),
                Ligne("Dérogation forme de passage", "Non"),
                Ligne("Forme de passage finale", "Globale"),
                Ligne(
                    "Communication des résultats d’examen en vue d’une publication par la presse ou sur les sites "
                    "internet de sociétés de droit privé",
                    "Non",
                ),
                Ligne(
                    "Communication des résultats, de mon nom et de mon adresse aux collectivités territoriales en vue "
                    "d’éventuelles félicitations",
                    "Non",
                ),
            ),
        ),
    ),
    acquis=(
        AcquisFiche(
            "CERTIFICAT D’APTITUDE PROFESSIONNELLE Titulaire d’un autre CAP",
            "épreuves dispensées dans la spécialité présentée - Année : 2020 Académie : TOULOUSE",
            ("EG1", "EG2", "EG3", "EG5"),
        ),
    ),
    epreuves=(
        epreuve("EP1", "Arts appliqués et histoire de la broderie"),
        epreuve("EP2", "Mise en œuvre"),
        epreuve("EP2A", "Mise en œuvre - Broderie machine guidée main", sous=True),
        epreuve("EG1", "Français, histoire-géographie, enseignement moral et civique", dispense=True),
        epreuve("EG1A", "Français écrit", sous=True, dispense=True),
        epreuve("EG1B", "Français oral", sous=True, dispense=True),
        epreuve("EG1C", "Histoire-géographie et enseignement moral et civique", sous=True, dispense=True),
        epreuve("EG2", "Étude mathématique et scientifique", dispense=True),
        epreuve("EG3", "Éducation physique et sportive", dispense=True),
        epreuve("EG4", "Langue vivante étrangère - Allemand"),
        epreuve("EG4A", "Langue vivante : écrite - Allemand", sous=True),
        epreuve("EG4B", "Langue vivante : orale - Allemand", sous=True),
        epreuve("EG5", "Prévention, santé, environnement", dispense=True),
    ),
    pieces=(
        piece("CINSIG01", "Confirmation d’inscription signée", "Confirmation d’inscription"),
        piece("NATIDE01", "Pièce d’identité en cours de validité", "Nationalité", "Carte d’identité", "Passeport"),
        piece("ACQDIP01", "Copie du diplôme ouvrant droit à dispense", "Acquis"),
        piece("EXPPRO01", "Certificat de travail original", "Conditions de candidature", mode="courrier"),
    ),
    service=SERVICE,
    regime="papier",
    retour_avant="lundi 7 décembre 2026 à 23 h 59 (heure de Paris)",
)

LONG = replace(
    DACK,
    nom="ŁUKASZEWICZ-ŒUVRARD DE LA ROCHEFOUCAULD-MONTBEL D’AIGREFEUILLE",
    prenoms="Doğan Jean-Sébastien Maximilien Anne-Élisabeth Nguyễn",
    date_naissance="28/11/2010",
    specialite="Accompagnant éducatif petite enfance ep1, ep3 pour l’agrément assistant(e) maternel(le)",
    epreuves=(
        *DACK.epreuves,
        *(
            replace(
                epreuve(f"EF{rang}", f"Épreuve facultative numéro {rang}, arts appliqués et cultures artistiques"),
                nature="facultative",
            )
            for rang in range(1, 7)
        ),
        replace(epreuve("EG6", "Mobilité", dispense=True), est_certaine=False),
        replace(epreuve("EG7", "Chef-d’œuvre"), intitule_est_certain=False),
    ),
)
