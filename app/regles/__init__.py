"""Le règlement d'examen : des fonctions de valeurs, sans base, sans horloge, sans écran.

Ce qui change par arrêté est une donnée (`db/referentiel`) ; ce qui change par décret est ici.
"""
