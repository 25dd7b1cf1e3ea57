"""Le brouillon survit à tout ordre d'onglets : chacun ne touche que ses réponses, valeurs illisibles comprises."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.candidatures import serialisation
from app.inscription.onglet import Listes, Onglet, formulaire, lire
from app.inscription.onglets import ONGLETS
from app.regles.dossier import Brouillon, Dossier
from app.web.forms import CasesACocher, Champ, Formulaire, Option
from tests.unit.regles.situations import dossier

QUESTIONNES = tuple(onglet for onglet in ONGLETS if onglet.champs)
LISTES = Listes(
    pays=(Option("FR", "FRANCE"), Option("BE", "BELGIQUE")),
    nationalites=(Option("FR", "Français"), Option("BE", "Belge")),
    academies=(Option("16", "Toulouse"), Option("24", "Créteil")),
    localites=("TOULOUSE", "BALMA"),
)
DEPART = dossier(2027, {"categorie": "INDIVIDUEL_SALARIE", "specialite": "50024127", "age": 22})
ILLISIBLES = ("", "06 ça", "deux mille", "31000", "a@b", "2020", "20,5", "12,5", "x" * 200)


def envoi(rendu: Formulaire) -> dict[str, list[str]]:
    """Ce que le navigateur enverrait de cette page si l'on n'y touchait pas."""
    recu: dict[str, list[str]] = {}
    for champ in rendu:
        if isinstance(champ, CasesACocher):
            recu[champ.marqueur] = ["1"]
        if champ.textes or champ.genre not in ("radios", "oui_non", "cases"):
            recu[champ.name] = champ.textes or ([] if isinstance(champ, CasesACocher) else [""])
    return recu


def reponses_possibles(champ: Champ) -> list[list[str]]:
    codes = [option.code for option in getattr(champ, "options", ()) if not option.motif][:6]
    if isinstance(champ, CasesACocher):
        return [[], codes[:1], codes[1:3], codes]
    return [[code] for code in codes] or [[texte] for texte in ILLISIBLES]


def jouer(dossier: Dossier, onglet: Onglet, tirage: st.DataObject) -> Dossier:
    """Un candidat change une ou deux réponses de l'onglet, puis l'envoie."""
    rendu = formulaire(onglet, dossier, LISTES)
    recu = envoi(rendu)
    questions = [champ for champ in rendu if not champ.name.startswith("proposees-")]
    for champ in tirage.draw(st.lists(st.sampled_from(questions), min_size=1, max_size=2), label=onglet.slug):
        recu[champ.name] = tirage.draw(st.sampled_from(reponses_possibles(champ)), label=champ.name)
    lu = lire(onglet, dossier, LISTES, recu).dossier
    assert lire(onglet, lu, LISTES, recu).dossier.brouillon == lu.brouillon, "rien ne restait à lire dans cet envoi"
    return lu


def des_autres(brouillon: Brouillon, onglet: Onglet) -> dict[str, Any]:
    reponses = serialisation.en_json(brouillon)
    saisies = {slug: v for slug, v in reponses.pop("saisies", {}).items() if slug != onglet.slug}
    return {champ: valeur for champ, valeur in reponses.items() if champ not in onglet.champs} | {"saisies": saisies}


@settings(max_examples=120, deadline=None)
@given(ordre=st.lists(st.sampled_from(QUESTIONNES), min_size=2, max_size=6), tirage=st.data())
def test_un_onglet_ne_touche_que_ses_reponses(ordre: list[Onglet], tirage: st.DataObject):
    courant = DEPART
    for onglet in ordre:
        suivant = jouer(courant, onglet, tirage)
        assert des_autres(suivant.brouillon, onglet) == des_autres(courant.brouillon, onglet)
        assert serialisation.de_json(serialisation.en_json(suivant.brouillon)) == suivant.brouillon
        courant = suivant


@settings(max_examples=120, deadline=None)
@given(ordre=st.lists(st.sampled_from(QUESTIONNES), min_size=1, max_size=5), tirage=st.data())
def test_renvoyer_une_page_sans_y_toucher_ne_change_rien(ordre: list[Onglet], tirage: st.DataObject):
    courant = DEPART
    for onglet in ordre:
        courant = jouer(courant, onglet, tirage)
    for onglet in QUESTIONNES:
        pareil = lire(onglet, courant, LISTES, envoi(formulaire(onglet, courant, LISTES))).dossier
        assert sans_ordre(pareil.brouillon) == sans_ordre(courant.brouillon), onglet.slug


def sans_ordre(brouillon: Brouillon) -> dict[str, Any]:
    """L'ordre des titres déclarés n'est pas une réponse ; « rien de coché » et « pas encore répondu » se valent."""
    reponses = {nom: valeur for nom, valeur in serialisation.en_json(brouillon).items() if valeur not in ((), [], "")}
    reponses["acquis"] = sorted(reponses.get("acquis", ()), key=lambda declare: str(declare["code"]))
    reponses.pop("vus", None)
    return reponses


@settings(max_examples=80, deadline=None)
@given(tirage=st.data())
def test_ce_qui_est_tape_revient_a_l_ecran(tirage: st.DataObject):
    """Lisible ou non, et même quand l'onglet est quitté puis rouvert."""
    onglet = tirage.draw(st.sampled_from(QUESTIONNES))
    rendu = formulaire(onglet, DEPART, LISTES)
    textes = [champ for champ in rendu if not getattr(champ, "options", ())]
    if not textes:
        return
    champ = tirage.draw(st.sampled_from(textes))
    texte = tirage.draw(st.sampled_from([t for t in ILLISIBLES if t]))
    lecture = lire(onglet, DEPART, LISTES, envoi(rendu) | {champ.name: [texte]})
    garde = lecture.dossier
    assert lecture.brutes[champ.name] == [texte]
    relu = formulaire(onglet, garde, LISTES)[champ.name]
    assert relu.texte == texte or relu.data == champ.__class__(champ.intitule).lire(texte)
