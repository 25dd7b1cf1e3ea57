import tomllib

import pytest

from app.referentiel.reperes import Chemin, Reperes

TEXTE = '''# un commentaire
titre = "a = b"
source = [
  "un [crochet] dans un texte",
  "deux",
]
long = """
[pas.une.table]
cle = 1
"""

[generales]
modele = "lv4"   # modele = "autre"

[[epreuves]]
code = "EP1"

[[epreuves]]
code = "EP2"

[[epreuves.sous_epreuves]]
code = "EP2A"
options = [
  { code = "A" },
  { code = "B" },
]
fin = 1

[[epreuves.sous_epreuves]]
code = "EP2B"

[matieres.EPS]
"titre" = "EPS"

[[matieres.EPS.activites]]
code = "DANSE"
'''


@pytest.mark.parametrize(
    ("chemin", "ligne"),
    [
        (("titre",), 2),
        (("source",), 3),
        (("long",), 7),
        (("generales", "modele"), 13),
        (("epreuves", 0, "code"), 16),
        (("epreuves", 1), 18),
        (("epreuves", 1, "code"), 19),
        (("epreuves", 1, "sous_epreuves", 0, "code"), 22),
        (("epreuves", 1, "sous_epreuves", 0, "options", 1, "code"), 25),
        (("epreuves", 1, "sous_epreuves", 0, "fin"), 27),
        (("epreuves", 1, "sous_epreuves", 1, "code"), 30),
        (("matieres", "EPS", "titre"), 33),
        (("matieres", "EPS", "activites", 0, "code"), 36),
        (("epreuves", 0, "absent"), 15),
        (("absent",), 1),
    ],
)
def test_une_valeur_se_retrouve_dans_le_texte(chemin: Chemin, ligne: int):
    tomllib.loads(TEXTE)
    assert Reperes(TEXTE).ligne(chemin) == ligne
