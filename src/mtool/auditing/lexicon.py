"""The small words of English and French reports: what frames a figure without restricting it."""

from __future__ import annotations

from mtool.auditing.wording import word_set

ARTICLES = word_set(
    """a an the le la les l un une des du de d au aux this that these those ce cet cette ces"""
)

#: Words after which a phrase about something else begins.
PREPOSITIONS = word_set(
    """in at on by for from to during since between among with within without over under against
    through throughout per after before until till as than across involving impliquant following despite en
    dans par pour depuis entre parmi avec sans sur sous contre pendant durant apres avant jusqu
    lors chez selon vers dont hors than that"""
)
AUXILIARIES = word_set(
    """is are was were be been being has have had having do does did est sont etait etaient fut
    furent ete etre a ont avait avaient eu y soit soient"""
)
CONJUNCTIONS = word_set(
    "and or but while whereas et ou mais tandis alors que nor ni versus vs plus"
)
RELATIVES = word_set(
    """who whom which that whose where when qui que quoi dont ou lequel laquelle lesquels"""
)

#: Verbs of observing and reporting, which add nothing to what was counted.
REPORTING = word_set(
    """passe passee passes passees represent represents compared contrast peaked culminated
    totalling accueilli accueillis accueillie accueillies accueille hosted hosts permis touche
    toucher recorded record records recording reported report reports reporting registered
    register documented identified confirmed observed occurred occur occurring happened took
    take taken place counted noted listed verified collected logged saw seen see sees had has
    have experienced suffered witnessed accounted account accounts totalled totaled reached
    amounted stood enregistre enregistree enregistres enregistrees enregistrer recense recensee
    recenses recensees recenser signale signalee signales signalees rapporte rapportee rapportes
    rapportees documente documentee documentes documentees identifie identifiee identifies
    identifiees confirme constate constatee constates constatees survenu survenue survenus
    survenues produit produits produite produites denombre denombree denombres denombrees
    comptabilise comptabilisee comptabilises comptabilisees connu connue observe observee
    observes observees lieu eleve elevait elevent atteint compte comptait totalise notified
    notifie notifiee compiled operated operate operates worked work works employ employs fait
    faire deployed engaged had remained include included includes including comprised comprises
    reste restee restes restees restent demeure demeurent shows show showed shown according indicates indicate indicated montre montrent indique
    indiquent voir registers data donnees figures figure chiffres chiffre table tableau
    statistics statistiques lived live lives received receive got attended attend participated
    participate joined held hold conducted conduct carried delivered deliver provided provide
    ran organised organized benefited vivent vit travaille travaillent trouvent trouve recu
    recus recoivent tenue tenues tenu menee menees realisee realisees effectuee effectuees
    dispensee dispensees organisee organisees emploie emploient employait dispose disposent
    mobilise deploie deploient utilise utilisent used uses maintained numbered fielded ran
    together combined collectively jointly conjointement beneficie remains remain became become
    became began begin continued continue"""
)

#: Nouns and adjectives that name nothing in particular.
GENERIC = word_set(
    """aucun aucune premier premiere premiers premieres dernier derniere derniers dernieres grand
    grande grands grandes gros petit petite biggest worst heaviest fewest main principal
    principale seul seuls seule seules desormais output production rate rates trend trends
    activity activities one two three four five six seven eight nine ten eleven twelve thirteen
    moins fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy
    eighty ninety hundred thousand million deux trois quatre cinq sept huit neuf dix onze douze
    treize quatorze quinze seize vingt trente quarante cinquante soixante cent mille millions
    number numbers nombre total totals totaux sum overall all tous toutes ensemble entire whole
    people persons person individuals personnes personne individus cases case cas region regions
    province provinces district districts department departments departement departements
    governorate governorates gouvernorat county counties state states country pays cercle
    cercles commune communes zone zones locality localities site sites part parts share year
    years annee annees an ans period periode annual annually annuel annuelle yearly position
    positions post posts poste postes role roles fonction fonctions level levels niveau new such
    separate different various additional further other same respectively these both nouveaux
    nouvelles nouvelle nouveau autre autres meme memes respectivement respective only just
    exactly precisely seulement exactement also alone still yet again then there around about
    approximately environ some quelque nearly almost presque more less fewer than most least
    highest lowest largest smallest greatest northern southern eastern western central north
    south east west centre nord sud est ouest septentrional meridional oriental occidental
    septentrionale meridionale them eux elles whom its their his her our it they he she we il
    elle ils elles on leur leurs son sa ses nous oblast oblasts wilaya wilayas canton cantons
    municipality municipalities nombreux nombreuses numerous many frequent frequents category
    categories type types group groups groupe groupes categorie related lie lies liee liees due
    caused cause causes causee causees result resulting involved affected affectee touchee
    touche touches touchees affecte affectes known out each chaque every of not no none one
    first last second third half latter former up down any so if well en y ne pas n s t qu c j m
    se si very far rapport comparaison comparison moins davantage dus dues autant puis ensuite"""
)

#: A clause with one of these plans, doubts or requires; it asserts no figure of a table.
MODAL = word_set(
    """will would should could may might must shall plan plans planned planning expect expected
    expects expecting target targets targeted aim aims aimed intends intend intended estimate if
    forecast projected proposes proposed hope hopes need needs devra devrait devraient pourrait
    pourraient prevoit prevoient prevu prevue prevus prevues envisage objectif objectifs cible
    doit doivent devaient aiming vise visent visant unless whether risque compterait serait seraient aurait auraient sera seront espere souhaite"""
)

#: A statement with one of these leaves some rows out.
EXCEPTIONS = word_set(
    """except excepted excluding excludes exception outside unlike besides apart elsewhere
    remaining rest remainder hors sauf excepte exclusion contrairement ailleurs restants
    restantes"""
)
OTHERS = word_set("other others another autre autres")

NEGATIONS = word_set("no not none never neither nor without aucun aucune ni jamais sans zero")

#: What areas and organisations are called as a kind.
KINDS_OF_AREA = word_set(
    """region regions province provinces district districts area areas zone zones departments
    departements governorates gouvernorats counties operators operateurs organisations
    organizations locations countries pays cercles communes categories groups groupes oblasts
    wilayas states municipalities cantons governorates sectors villages towns cities oblast
    wilaya state governorate municipality canton"""
)
