"""Les contrôles du fond, fichier par fichier : renvois, doublons, drapeaux, périodes, sources."""
