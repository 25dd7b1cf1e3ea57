"""Ce qu'un champ doit à un autre champ du même formulaire."""

from typing import Any

from wtforms.validators import StopValidation, ValidationError


class RequisSi:
    """Obligatoire seulement quand un autre champ du même formulaire vaut l'une des `valeurs`."""

    def __init__(self, autre: str, *valeurs: object, message: str = "") -> None:
        self.autre, self.valeurs, self.message = autre, valeurs, message

    def __call__(self, formulaire: Any, champ: Any) -> None:
        if self.autre not in formulaire or champ.data not in (None, "", []):
            return
        reponse = formulaire[self.autre].data
        reponses = reponse if isinstance(reponse, list) else [reponse]
        if any(valeur in self.valeurs for valeur in reponses):
            raise StopValidation(self.message or champ.phrase_requis())


class EgalA:
    """La confirmation d'un champ : comparée à la valeur lue, pas aux lettres (30/5/1998 vaut 30/05/1998)."""

    def __init__(self, autre: str, message: str) -> None:
        self.autre, self.message = autre, message

    def __call__(self, formulaire: Any, champ: Any) -> None:
        autre = formulaire[self.autre]
        if autre.data is None and autre.texte == champ.texte and not champ.sensible:
            return
        if champ.data != autre.data:
            raise ValidationError(self.message)
