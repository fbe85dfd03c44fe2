"""Words that take a statement back: denied, false, not confirmed; and `not` before a verb."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.auditing.wording import word_set

_DENIED = word_set(
    """denied denies deny denying denial refuted refutes refute refuting disputed disputes dispute
    false falsely untrue incorrect incorrectly inaccurate erroneous erroneously wrong wrongly
    mistaken mistakenly misleading unconfirmed alleged allegedly supposedly rumours rumors myth
    dement dementi dementie dementis dementent dementir nie nient nier faux fausse fausses inexact
    inexacte inexactes errone erronee erronees conteste contestent contestee contester refuter
    pretendument rumeurs rumeur"""
)
#: `false alarms` are counted, not denied.
_THINGS = word_set("alarm alarms positive positives negative negatives alerte alertes positif")
_NOT = word_set("not no never nothing nobody pas jamais aucun aucune rien ni nor neither loin far")
#: What may stand between `not` and the `that` of what is not said: `is not true that`.
_SAYING = word_set(
    """true evidence indication indications sign signs proof correct case confirm confirmed
    confirms say said says suggest suggests indicate indicates show shows prove proven proved
    established establish clear certain known mean means reason believe claim claimed agree
    vrai exact avere preuve indice confirme confirment dit disent indique indiquent montre
    montrent prouve prouvent etabli certain sur clair signifie permet de d dire penser affirmer
    conclure the a is was it n il est etait ne to been be yet encore ete"""
)
_THAT = {"that", "que", "qu"}
#: Negations of a verb that leave a claim to judge: `did not rise`, `n'a pas doublé`, `no increase`.
_PLAIN_NOT = word_set("not pas no aucun aucune")
_BOTH_WAYS = word_set("neither nor ni never jamais without sans hardly scarcely guere fail failed")
_NEAR = 4
_AMOUNTS = word_set("moins plus less fewer more only seulement")


def is_denied(words: Sequence[str]) -> bool:
    """True where a sentence denies, doubts, or only passes on, what it says."""
    for i, word in enumerate(words):
        if word in _DENIED and not _THINGS & set(words[i + 1 : i + 2]):
            return True
        if word in _NOT and _denies_what_follows(words, i):
            return True
    return False


def _denies_what_follows(words: Sequence[str], at: int) -> bool:
    for i in range(at + 1, min(at + 8, len(words))):
        if words[i] in _THAT:
            return i > at + 1
        if words[i] and words[i] not in _SAYING:
            return False
    return False


def negation(words: Sequence[str], at: int, start: int) -> str:
    """How the verb at `at` is negated: `plain` (`did not rise`), `other`, or empty."""
    near = words[max(start, at - _NEAR) : at]
    for i in range(len(near) - 1, -1, -1):
        following = near[i + 1 : i + 2]
        if near[i] in _BOTH_WAYS:
            return "other"
        if near[i] in _PLAIN_NOT and not _AMOUNTS & set(following):
            return "plain"
    return ""
