"""Les colonnes du modèle : leur titre, les titres qu'on reconnaît aussi, ce qu'on y attend."""

from dataclasses import dataclass

from app.referentiel.lieux import cle_de_recherche


@dataclass(frozen=True, slots=True)
class Colonne:
    code: str
    titre: str
    aide: str
    autres: tuple[str, ...] = ()
    """titres d'autres logiciels"""
    requise: bool = False
    """la colonne doit exister ; une case peut y rester vide si l'aide le dit"""
    largeur: int = 16


COLONNES = (
    Colonne("ine", "INE", "11 caractères ; vide si l’élève n’en a pas", ("N° INE", "Identifiant national", "INE BEA")),
    Colonne("civilite", "Civilité", "MME ou M", ("Sexe", "Genre"), requise=True, largeur=9),
    Colonne("nom_famille", "Nom de famille", "nom de naissance", ("Nom", "Nom de naissance"), requise=True, largeur=22),
    Colonne("nom_usage", "Nom d’usage", "vide s’il n’y en a pas", ("Nom d'usage", "Nom usuel")),
    Colonne("prenoms", "Prénoms", "dans l’ordre de l’état civil", ("Prénom", "Prénom 1"), requise=True, largeur=22),
    Colonne("date_naissance", "Date de naissance", "jj/mm/aaaa", ("Né(e) le", "Date naissance"), requise=True),
    Colonne("pays", "Pays de naissance", "vide pour la France", ("Pays naissance", "Pays")),
    Colonne(
        "departement", "Département de naissance", "code (01, 2A, 971) ; vide si né à l’étranger",
        ("Département", "Dépt de naissance", "Dept naissance"),
    ),
    Colonne(
        "commune", "Commune de naissance", "ou ville, à l’étranger",
        ("Commune", "Ville de naissance", "Lieu de naissance"), requise=True, largeur=24,
    ),
    Colonne("division", "Division", "classe de l’élève", ("Classe", "Code division"), requise=True, largeur=12),
    Colonne("categorie", "Catégorie", "vide : celle de votre établissement", ("Statut",), largeur=20),
    Colonne(
        "specialite", "Code spécialité", "code ou intitulé, voir la feuille « Spécialités »",
        ("Spécialité", "MEF", "Formation"), requise=True, largeur=18,
    ),
    Colonne("courriel", "Adresse mail", "facultative", ("Mail", "Courriel", "E-mail", "Email"), largeur=28),
)  # fmt: skip
PAR_CODE = {colonne.code: colonne for colonne in COLONNES}
PAR_CLE = {cle_de_recherche(titre): c.code for c in COLONNES for titre in (c.titre, *c.autres)}
ERREURS = "Erreurs"
"""la colonne que le fichier rendu porte en plus, et que l'import suivant ignore"""


def code_de(titre: str) -> str | None:
    """La colonne de ce titre, sans égard aux accents, à la casse ni à la ponctuation."""
    return PAR_CLE.get(cle_de_recherche(titre))
