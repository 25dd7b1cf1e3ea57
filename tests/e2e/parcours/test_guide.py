"""Les exemples du guide, au tableau près."""

from tests.e2e.pages.visite import Visite
from tests.e2e.parcours.scenario import commencer, jusqu_au_recapitulatif

DACK_AU_GUIDE = [
    "EP1 - Arts appliqués et histoire de la broderie | Inscrit | Ponctuel",
    "EP2 - Mise en oeuvre | Inscrit | Ponctuel",
    "EP2A - Mise en oeuvre - Broderie machine guidée main | Inscrit | Ponctuel",
    "EG1 - Français, histoire-géographie, enseignement moral et civique | Dispense | ",
    "EG1A - Français écrit | Dispense | ",
    "EG1B - Français oral | Dispense | ",
    "EG1C - Histoire-géographie et enseignement moral et civique | Dispense | ",
    "EG2 - Etude mathématique et scientifique | Dispense | ",
    "EG3 - Education physique et sportive | Dispense | ",
    "EG4 - Langue Vivante Etrangère - Allemand | Inscrit | Ponctuel",
    "EG4A - Langue vivante : écrite - Allemand | Inscrit | Ponctuel",
    "EG4B - Langue vivante : orale - Allemand | Inscrit | Ponctuel",
    "EG5 - Prévention, santé, environnement | Dispense | ",
]


def test_l_inscription_de_dack_est_celle_du_guide(visite: Visite):
    commencer(visite)
    recapitulatif = jusqu_au_recapitulatif(visite)
    assert recapitulatif.epreuves == DACK_AU_GUIDE
    numero = recapitulatif.enregistrer()
    assert numero.numero_inscription.inner_text() == "001"
