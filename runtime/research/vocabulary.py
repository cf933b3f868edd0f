"""Words that the frame is read by. Small on purpose: a hint for roles, not a thesaurus."""

import re


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS = _listed(
    """a about above after again all also always am an and any are as at based be because become
    been before being benefit best better between both but by can case cases clinical
    commonly compare compared comparing comparison could current currently describe did
    different do does doing done during each effect effective effectively effectiveness
    effects efficacy either else ever evidence explain find first for frequently from
    further get gets give given good had has have having help helps her here his how i if
    impact in into is it its itself just kind kinds know known lead leads less like likely
    list look made main make makes many may me mean means might more most much must my need
    new no nor not of off often on once one only or other our out over own particular
    patient patients people person persons please possible recent recommended relationship
    report reported research result results role same say says search see several shall she
    should show shown some studies study such summarise summarize tell than that the their
    them then there these they thing this those through to too trial trials true under until
    up use used useful uses using usually very via was way ways we well were what when where
    whether which while who whom whose why will with within without women men adults adult
    children child work works worth would you your latest elderly individuals subjects
    population populations publications publication articles article papers paper literature
    associated association safe efficacious important available risky dangerous"""
)
"""Words that say nothing to search for; they end a term."""

SPLITTING_VERBS = _listed(
    """affect affected affects alleviate attenuate cause caused causes control controls cure cures
    decrease decreased decreases delay delays diminish elevate ease enhance enhances
    exacerbate extend extends halt improve improved improves increase increased increases
    induce induces influence influences inhibit inhibits lower lowered lowers lowering
    manage manages mitigate modify modulate predict predicts preserve prevent prevented
    preventing prevents produce produces promote promotes prolong prolongs protect protects
    raise raises reduce reduced reduces reducing relieve relieves reverse shorten shortens
    slow slows stop stops suppress treat treated treating treats trigger triggers worsen
    worsens"""
)
"""Verbs between what is done and what it is done to or for; they end a term as well."""

COMPARING_WORDS = _listed("versus vs v than or against")
"""Words after which the other side of a comparison follows."""

CONDITION_WORDS = _listed("in with for among against having of")
"""Words after which a condition is likelier than not."""

OUTCOME_WORDS = _listed(
    """mortality survival death deaths hospitalisation hospitalization hospitalisations
    hospitalizations readmission readmissions admission admissions risk risks incidence prevalence
    recurrence relapse remission progression response outcome outcomes events event safety
    tolerability toxicity complications complication quality-of-life symptoms symptom prognosis
    adherence
    exacerbation exacerbations healing function pain bleeding weight duration severity
    transmission"""
)
"""What is measured; they help to rank, and are too narrow to search by."""

TREATMENT_WORDS = _listed("treatment treatments therapy therapies drug drugs")
"""Treatments in general: part of a name (`gene therapy`), nothing to search for alone."""

INTERVENTION = re.compile(
    r"""\b(?:\w+(?:mab|nib|statins?|pril|sartans?|gliflozins?|gliptins?|glutides?|cillins?|azoles?
    |parin|olols?|dipines?|setrons?|xabans?|gatran|mycins?|floxacins?|oxetines?|cyclines?|ciclib
    |parib|platins?|taxel|rubicin|vir|virs|formin|zumab|prazoles?|thiazides?|lukast|tidine)
    |inhibitors?|agonists?|antagonists?|blockers?|vaccines?|vaccination|surgery|therapy|therapies
    |transplantation|exercise|diet|training|insulin|aspirin|warfarin|steroids?|corticosteroids?
    |antibiotics?|chemotherapy|radiotherapy|immunotherapy|supplements?|supplementation|screening
    |stimulation|vitamin|drugs?|rehabilitation|ventilation|dialysis|counselling|counseling)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Endings of drug names (WHO's INN stems) and words of treatments."""

CONDITION = re.compile(
    r"""\b(?:\w+(?:itis|oma|omas|osis|oses|emia|aemia|pathy|pathies|plegia|algia|uria|penia
    |philia|phrenia|rrhea|rrhoea)
    |diseases?|disorders?|syndromes?|failure|cancers?|carcinomas?|tumou?rs?|diabetes|infections?
    |hypertension|hypotension|asthma|strokes?|infarction|fibrillation|obesity|depression|anxiety
    |migraine|fever|influenza|malaria|tuberculosis|hiv|aids|covid\S*|injury|injuries|fractures?
    |deficiency|insufficiency|ulcers?|copd|epilepsy|dementia|alzheimer\S*|parkinson\S*|virus
    |pregnancy|stones?|cirrhosis|autism|attacks?|apn(?:o)?ea|arrest|prolapse|embolism)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Endings and words of conditions."""

_SPELLINGS = (
    (re.compile(r"is(ations?)$"), r"iz\1"),
    (re.compile(r"(?<=\w{3})our(s|ed|ing|al)?$"), r"or\1"),
    (re.compile(r"ae(?=mi)"), "e"),
    (re.compile(r"(?<=h)ae(?=m)"), "e"),
    (re.compile(r"^oe(?=d|s)"), "e"),
    (re.compile(r"^paed"), "ped"),
    (re.compile(r"rrhoea"), "rrhea"),
    (re.compile(r"apnoea"), "apnea"),
)
"""British spellings and what American ones have instead."""


def american(word: str) -> str:
    """Return a lower-case word in American spelling, which the sources index by."""
    for british, replacement in _SPELLINGS:
        word = british.sub(replacement, word)
    return word
