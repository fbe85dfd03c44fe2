"""What a dated clause says happened: signed, ratified, in force, a deadline under an article."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.auditing.date_mentions import DateMention, find_dates
from mtool.auditing.sentences import Sentence
from mtool.auditing.treaties import load_treaties
from mtool.auditing.wording import word_set

_SIGNED = word_set("signed signature signatory signe signa signataire")
_RATIFIED = word_set(
    """ratified ratification ratify ratifying acceded accession acceding deposited deposit ratifie ratifia
    adhere adhesion adhera depose depot"""
)
_DEADLINE = word_set(
    """deadline deadlines echeance echeances delai expires expired expire expirait expirer limite"""
)
_REPORT = word_set("report reports rapport rapports")
_DUE = word_set("due deadline originally echeance du due devait attendu limite required tard")
#: Words that lay a duty on a state, and those that set its day: `was obliged to … by 1 May`.
_OBLIGED = word_set(
    """required obliged obligated must shall had has was were due later devait devaient doit doivent tenu
    tenue oblige obligee gave given gives fixe fixee fixes given"""
)
_BY = word_set("by before until than avant tard jusqu fixe fixee")
_FIXED = word_set("fixe fixee fixes arrete arretee prevu prevue")
_PLANS = word_set(
    """expects expect expected aims aim plans plan planned hopes hope intends target targets goal
    strategy submit submission submitting submitted plans soumettre presenter remettre prevoit vise objectif espere compte could can may ambition believes pledged"""
)
#: A duty is the treaty's when it is on all there is, not on one province.
_WHOLE = word_set(
    """all complete completed completing completion finish finished achever acheve achevee terminer
    termine terminee tous toutes ensemble totalite stockpile stockpiles stocks"""
)
#: Laws, agreements and other treaties, which are ratified and enter into force too.
_OTHER_INSTRUMENTS = word_set(
    """protocol protocole protocols statute statut att ccw ccac arms trade commerce agreement accord
    law loi act decree decret amendment amendments constitution charter charte npt disabilities
    handicapees crpd cdph rights droits chemical chimiques biological nuclear genocide policy plan
    resolution standards normes regulation reglement memorandum"""
)
#: Words of a sentence that says no date of its own: denied, supposed, reported by others.
_NOT_STATED = word_set(
    """if whether unless claimed claims alleged denied wrongly erroneously incorrectly
    instead rather would si aurait selon errone erronee"""
)
_NEGATED = word_set("not never pas jamais")
_AT_THE_LATEST = (["au", "plus", "tard"], ["at", "the", "latest"])
#: `in Fada`, `dans le nord`: a part of the state.
_WITHIN = word_set("in dans within province district region half moitie north south nord sud")
_POINTING = word_set("the this that la le cette ce said same a")
_BECAME = word_set("became becoming become devient devenu devenue devint devenant")
_LINKS = word_set("on in the le la en du au")
_ARTICLE = {"article", "art", "articles"}


#: Words for what two of the duties are about, which says more than an article said before.
STOCKS = word_set("stockpile stockpiles stockpiled stocks stock")
CLEARING = word_set(
    """clear clearance clearing cleared demine demining contaminated deminage depollution depolluer
    deminer remnants mined minees restes contaminees"""
)


def words_around(sentence: Sentence, mention: DateMention) -> tuple[int, int]:
    """The words around a date, up to the dates beside it."""
    dates = find_dates(sentence.tokens)
    before = [d.end for d in dates if d.end <= mention.start]
    after = [d.start for d in dates if d.start >= mention.end]
    return (before[-1] if before else 0), (after[0] if after else len(sentence.tokens))


def read_event(sentence: Sentence, mention: DateMention) -> tuple[str, str] | None:
    """What the words right before a date say happened then; nothing may come in between."""
    start, _ = words_around(sentence, mention)
    words = [w for w in sentence.words[start : mention.start] if w]
    whole = [w for w in sentence.words[: mention.start] if w]
    if opens_as_of(words) or _NOT_STATED & set(sentence.words):
        return None
    near = _unbroken(sentence, start, mention.start)
    if _NEGATED & {*near, *sentence.words[mention.end : mention.end + 3]} and "yet" not in near:
        return None
    after = [w for w in sentence.words[mention.end :] if w]
    another = start and (STOCKS | CLEARING) & set(words) and not _article(words)
    article = ("" if another else _article(whole)) or _article(after)
    told = [w for w in _back_to_sign(sentence, start, mention.start) if w]
    if _OTHER_INSTRUMENTS & {*near, *told} or _names_another(near):
        return None
    if any(_says(near, pair) for pair in (("into", "force"), ("en", "vigueur"))):
        return "entry_into_force", ""
    if any(_says(near, pair) for pair in (("state", "party"), ("etat", "partie"))):
        return ("entry_into_force", "") if _BECAME & set(near) else None
    if _REPORT & set(whole) and _DUE & set(near[-8:]) and not _RATIFIED & set(near):
        return ("article_7_due", "7") if article in ("", "7") else None
    if _sets_deadline(sentence, mention, near) and not _REPORT & set(words):
        return ("due", article) if article in ("", "3", "4", "5") else None
    if _RATIFIED & set(near) and not _SIGNED & set(_after_last(near, _RATIFIED)):
        return "ratified", ""
    return ("signed", "") if _SIGNED & set(near) else None


def _names_another(words: Sequence[str]) -> bool:
    """A convention with a name that is none of those known: `the Convention against Torture`."""
    said = [w for w in words if w]
    names = [name for treaty in load_treaties() for name in treaty.names]
    if any(tuple(said[i : i + len(n)]) == n for n in names for i in range(len(said))):
        return False
    for i, word in enumerate(said):
        if word not in ("convention", "treaty", "traite"):
            continue
        before, after = said[i - 1] if i else "the", said[i + 1] if i + 1 < len(said) else "on"
        named = len(said) > i + 2 and after in ("on", "against", "sur", "contre", "for", "of", "d")
        if named or before not in _POINTING:
            return True
    return False


def _back_to_sign(sentence: Sentence, start: int, end: int) -> list[str]:
    """The words before a date back to the last comma or bracket, whatever joins them."""
    signs = [i for i in range(start, end) if sentence.tokens[i].text in ",;(:"]
    return [w for w in sentence.words[signs[-1] if signs else start : end] if w]


def _sets_deadline(sentence: Sentence, mention: DateMention, near: Sequence[str]) -> bool:
    """`deadline of`, `must clear all … by`, `devait achever … au plus tard le`; no plan or hope."""
    said = set(near)
    if said & (_PLANS | _RATIFIED):
        return False
    if said & _DEADLINE:
        return True
    after = [w for w in sentence.words[mention.end : mention.end + 6] if w]
    by = [*near[-5:], *(["by"] if after[:3] in _AT_THE_LATEST else [])]
    counted = any(w.isdigit() and i and near[i - 1] not in _ARTICLE for i, w in enumerate(near))
    whole = _WHOLE & {*near, *after} and not _WITHIN & said
    return bool(said & _OBLIGED and _BY & set(by) and whole) and not counted


def _unbroken(sentence: Sentence, start: int, end: int) -> list[str]:
    """The words before a date back to a comma, an `and` or a colon that begins something new."""
    words: list[str] = []
    for i in range(end - 1, start - 1, -1):
        token = sentence.tokens[i]
        before = sentence.words[i - 1] if i > start else ""
        follows = before in _RATIFIED | _SIGNED | {"force", "vigueur"} and set(words) <= _LINKS
        if token.word in ("and", "et") or (token.text in ",;(" and not follows):
            break
        if token.word:
            words.insert(0, token.word)
    return words


def _after_last(words: Sequence[str], marks: frozenset[str]) -> Sequence[str]:
    spots = [i for i, w in enumerate(words) if w in marks]
    return words[spots[-1] + 1 :] if spots else words


def opens_as_of(words: Sequence[str]) -> bool:
    said = [w for w in words if w]
    if said[-1:] == ["au"] and _FIXED & set(said[-3:]):
        return False
    return said[-2:] in (["as", "of"], ["as", "at"]) or said[-1:] in (["au"], ["since"], ["depuis"])


def _says(words: Sequence[str], phrase: tuple[str, str]) -> bool:
    return any(tuple(words[i : i + 2]) == phrase for i in range(len(words) - 1))


def _article(words: Sequence[str]) -> str:
    """The last article named: `Article 5` → 5."""
    for i in range(len(words) - 2, -1, -1):
        if words[i] in _ARTICLE and words[i + 1].isdigit():
            return words[i + 1]
    return ""
