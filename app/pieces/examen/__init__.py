"""L'examen d'un fichier déposé : ce qu'il est, ce qu'il faut en garder, ou la phrase qui dit quoi faire.

`Examinateur` (examinateur.py) est ce que le portail appelle ; tout ce qui ouvre un fichier inconnu tourne dans un
sous-processus enfermé (ouvrier.py), qui n'importe ni le serveur ni la base.
"""
