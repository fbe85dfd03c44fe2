"""Words that claim a change: its direction, its factor, its strength, EN and FR."""

from __future__ import annotations

from mtool.auditing.wording import word_set

UP = word_set(
    """increase increased increases increasing rise rose risen rising rises grew grown growth grows
    growing climbed climb climbs surged surge jumped jump soared upsurge spike spiked escalated
    worsened augmente augmentation augmentent augmentaient hausse progresse progression accru
    accroissement accrue croissance grimpe grimper bond bondi flambee augmenter progresser
    progressent accroitre"""
)
DOWN = word_set(
    """decrease decreased decreases decreasing decline declined declines declining fell fallen fall
    falls falling drop dropped drops dropping plunged plummeted shrank reduction diminue
    diminution diminuent baisse baissent recule recul chute chuter regresse repli
    diminuer diminuait baisser baissait reculer reculent regresser chutent"""
)
STABLE = word_set(
    """stable stables unchanged steady stagnated stagnant constant constants constante constantes
    inchange inchangee inchanges inchangees stagne stagnent"""
)
STRONG = word_set(
    """significantly sharply dramatically substantially markedly considerably steeply drastically
    sharp significant dramatic substantial marked considerable steep massive fortement nettement
    considerablement sensiblement significativement forte fort nette net considerable brutale"""
)
_DOUBLED = "doubled doubling double doubles doublement doublait doubler doublent"
_TRIPLED = "tripled tripling trebled triple triples triplement triplait tripler triplent"
#: Change words that carry their own factor.
FACTORS: dict[str, float] = {
    **dict.fromkeys(word_set(_DOUBLED), 2.0),
    **dict.fromkeys(word_set(_TRIPLED), 3.0),
    **dict.fromkeys(word_set("quadrupled quadrupling quadruple quadruplement"), 4.0),
    **dict.fromkeys(word_set("quintupled quintupling quintuple"), 5.0),
    **dict.fromkeys(word_set("halved halving"), 0.5),
}
#: `multiplié par trois`, `divisé par deux`.
MULTIPLIED = word_set("multiplie multipliee multiplies multipliees multiplied")
DIVIDED = word_set("divise divisee divises divisees divided")

#: Changes of no direction: a claim only where they are negated (`did not change`).
UNVARYING = word_set(
    """change changed vary varied varie varient variaient evolue evoluent bouge bougent"""
)

#: Nouns before which a factor word is an adjective of something else (`double counting`).
NOT_A_CHANGE_BEFORE = word_set(
    "counting amputation amputations amputee amputees check checked comptage"
)
#: `reduced` is a way of releasing land; only `has been reduced by` would be a change.
ALL_CHANGES = UP | DOWN | STABLE | set(FACTORS) | MULTIPLIED | DIVIDED
#: Changes only beside a percentage: `9 % up on 2020`, `down by a fifth`.
UP_OR_DOWN = frozenset({"up", "down"})
