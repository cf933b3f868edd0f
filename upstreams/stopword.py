"""Words PubMed leaves out of an untagged query, as its help lists them, plus question words."""

_LISTED = """
a about again all almost also although always among an and another any are as at be because been
before being between both but by can could did do does done due during each either enough
especially etc for found from further had has have having here how however i if in into is it its
itself just made mainly make may might most mostly must nearly neither no nor not obtained of
often on or our overall perhaps quite rather really regarding seem seen several should show showed
shown shows significantly since so some such than that the their theirs them then there therefore
these they this those through thus to upon use used using various very was we were what when which
while who why with within without would
"""
STOPWORDS = frozenset(_LISTED.split())
"""In lower case."""
