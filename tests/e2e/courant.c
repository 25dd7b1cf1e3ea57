/* Préchargée (LD_PRELOAD) dans le vrai serveur : un disque et une horloge qui tombent en panne sur ordre.

   Coupure de courant : ne survit que ce qui a été demandé par fsync. fsync et fdatasync d'un fichier copient son contenu sous COURANT_DISQUE/fichiers/<inode> ; ceux d'un dossier y notent
   la liste de ses noms. Rien d'autre n'est gardé : ni une écriture, ni un renommage. Après la coupure, courant.py refait
   le dossier des données de cela seul.

   Ordres, des fichiers de COURANT_ORDRES relus à chaque appel : « plein » (ENOSPC) et « lecture-seule » (EROFS) refusent
   d'écrire dans COURANT_DONNEES ; « horloge » décale l'heure d'autant de secondes ; « mort » tue net au n-ième appel qui
   écrit, confirme, renomme ou répond. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define VRAI(nom) ((__typeof__(&nom))dlsym(RTLD_NEXT, #nom))

static void nommer(char *sortie, const char *genre, unsigned long inode, int provisoire) {
    const char *disque = getenv("COURANT_DISQUE");
    if (provisoire)
        snprintf(sortie, PATH_MAX, "%s/%s/.%lu.%d.%d", disque, genre, inode, (int)getpid(), (int)gettid());
    else
        snprintf(sortie, PATH_MAX, "%s/%s/%lu", disque, genre, inode);
}

/* Par le descripteur même s'il se lit : en rouvrir un et le fermer ferait tomber les verrous POSIX de SQLite. */
static void copier(int descripteur, const char *lien, unsigned long inode) {
    static __thread char tampon[1 << 20];
    char provisoire[PATH_MAX], gardee[PATH_MAX];
    int lu = descripteur, ouvert = -1;
    if ((fcntl(descripteur, F_GETFL) & O_ACCMODE) == O_WRONLY) lu = ouvert = open(lien, O_RDONLY | O_CLOEXEC);
    nommer(provisoire, "fichiers", inode, 1);
    nommer(gardee, "fichiers", inode, 0);
    int sortie = open(provisoire, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    off_t ou = 0;
    ssize_t n;
    while ((n = pread(lu, tampon, sizeof tampon, ou)) > 0) {
        if (VRAI(write)(sortie, tampon, n) != n) abort();
        ou += n;
    }
    close(sortie);
    if (ouvert >= 0) close(ouvert);
    VRAI(rename)(provisoire, gardee);
}

static void lister(const char *chemin, unsigned long inode) {
    char provisoire[PATH_MAX], gardee[PATH_MAX];
    nommer(provisoire, "dossiers", inode, 1);
    nommer(gardee, "dossiers", inode, 0);
    DIR *dossier = opendir(chemin);
    FILE *sortie = fopen(provisoire, "w");
    if (!dossier || !sortie) abort();
    for (struct dirent *e; (e = readdir(dossier));)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) fprintf(sortie, "%lu %d %s\n", e->d_ino, e->d_type == DT_DIR, e->d_name);
    closedir(dossier);
    fclose(sortie);
    VRAI(rename)(provisoire, gardee);
}

static int des_donnees(const char *chemin) {
    const char *donnees = getenv("COURANT_DONNEES");
    return donnees && !strncmp(chemin, donnees, strlen(donnees));
}

static int chemin_de(int descripteur, char *lien, char *chemin) {
    snprintf(lien, 64, "/proc/self/fd/%d", descripteur);
    ssize_t n = readlink(lien, chemin, PATH_MAX - 1);
    if (n <= 0) return 0;
    chemin[n] = 0;
    return des_donnees(chemin);
}

/* Le nombre que porte un ordre ; zéro s'il n'est pas donné. */
static long ordre(const char *nom) {
    const char *ordres = getenv("COURANT_ORDRES");
    char chemin[PATH_MAX], texte[32] = "1";
    if (!ordres) return 0;
    snprintf(chemin, sizeof chemin, "%s/%s", ordres, nom);
    int fichier = VRAI(open)(chemin, O_RDONLY | O_CLOEXEC);
    if (fichier < 0) return 0;
    ssize_t n = read(fichier, texte, sizeof texte - 1);
    close(fichier);
    if (n >= 0) texte[n] = 0;
    return n > 0 ? atol(texte) : 1;
}

static int refus(void) {
    if (ordre("plein")) return errno = ENOSPC;
    if (ordre("lecture-seule")) return errno = EROFS;
    return 0;
}

static void compter(void) {
    static long faits;
    long cible = ordre("mort");
    if (cible && __sync_add_and_fetch(&faits, 1) >= cible) kill(getpid(), SIGKILL);
}

static int refuse_d_ecrire(int descripteur) {
    char lien[64], chemin[PATH_MAX];
    if (!chemin_de(descripteur, lien, chemin)) return 0;
    compter();
    return refus();
}

static int garder(int descripteur) {
    char lien[64], chemin[PATH_MAX];
    struct stat etat;
    if (!chemin_de(descripteur, lien, chemin) || fstat(descripteur, &etat)) return 0;
    compter();
    if (refus()) return -1;
    if (!getenv("COURANT_DISQUE")) return 0;
    if (S_ISREG(etat.st_mode)) copier(descripteur, lien, etat.st_ino);
    if (S_ISDIR(etat.st_mode)) lister(chemin, etat.st_ino);
    return 0;
}

int fsync(int descripteur) { return garder(descripteur); }
int fdatasync(int descripteur) { return garder(descripteur); }

ssize_t pwrite(int d, const void *t, size_t n, off_t o) { return refuse_d_ecrire(d) ? -1 : VRAI(pwrite)(d, t, n, o); }
ssize_t pwrite64(int d, const void *t, size_t n, off64_t o) { return refuse_d_ecrire(d) ? -1 : VRAI(pwrite64)(d, t, n, o); }
ssize_t write(int d, const void *t, size_t n) { return refuse_d_ecrire(d) ? -1 : VRAI(write)(d, t, n); }
int ftruncate(int d, off_t o) { return refuse_d_ecrire(d) ? -1 : VRAI(ftruncate)(d, o); }
int ftruncate64(int d, off64_t o) { return refuse_d_ecrire(d) ? -1 : VRAI(ftruncate64)(d, o); }

int rename(const char *avant, const char *apres) {
    if (des_donnees(apres)) compter();
    return des_donnees(apres) && refus() ? -1 : VRAI(rename)(avant, apres);
}

static int ouvrir(int (*vrai)(const char *, int, ...), const char *chemin, int drapeaux, mode_t mode) {
    if ((drapeaux & O_CREAT) && des_donnees(chemin) && access(chemin, F_OK) && refus()) return -1;
    return vrai(chemin, drapeaux, mode);
}

int open(const char *chemin, int drapeaux, ...) {
    va_list suite;
    va_start(suite, drapeaux);
    mode_t mode = va_arg(suite, mode_t);
    va_end(suite);
    return ouvrir(VRAI(open), chemin, drapeaux, mode);
}

int open64(const char *chemin, int drapeaux, ...) {
    va_list suite;
    va_start(suite, drapeaux);
    mode_t mode = va_arg(suite, mode_t);
    va_end(suite);
    return ouvrir(VRAI(open64), chemin, drapeaux, mode);
}

/* La réponse qui part est le dernier instant où mourir : après elle, l'acte est acquitté. */
static void compter_la_reponse(int descripteur) {
    struct stat etat;
    if (!fstat(descripteur, &etat) && S_ISSOCK(etat.st_mode)) compter();
}

ssize_t writev(int d, const struct iovec *v, int n) { return compter_la_reponse(d), VRAI(writev)(d, v, n); }
ssize_t sendmsg(int d, const struct msghdr *m, int f) { return compter_la_reponse(d), VRAI(sendmsg)(d, m, f); }
ssize_t send(int d, const void *t, size_t n, int f) { return compter_la_reponse(d), VRAI(send)(d, t, n, f); }

int clock_gettime(clockid_t horloge, struct timespec *instant) {
    int rendu = VRAI(clock_gettime)(horloge, instant);
    if (horloge == CLOCK_REALTIME) instant->tv_sec += ordre("horloge");
    return rendu;
}
