"""PubMed's field tags: what may stand in brackets, and the index field each one reads."""

_TAGS = {
    "title": "ti title",
    "tiab": "tiab title/abstract",
    "abstract": "ab abstract",
    "all": "all tw",
    "mesh": "mh mesh",
    "major": "majr",
    "qualifier": "sh subheading",
    "substance": "nm rn substance",
    "author": "au author fau",
    "firstauthor": "1au",
    "journal": "ta jour journal",
    "type": "pt ptyp",
    "language": "la lang language",
    "keyword": "ot",
    "pmid": "pmid uid",
    "pdat": "dp pdat",
    "edat": "edat crdt dcom",
    "mdat": "lr mdat",
}
_LONG_TAGS = {
    "all fields": "all",
    "text word": "all",
    "text words": "all",
    "mesh terms": "mesh",
    "mesh major topic": "major",
    "mesh subheading": "qualifier",
    "supplementary concept": "substance",
    "full author name": "author",
    "author - first": "firstauthor",
    "first author": "firstauthor",
    "publication type": "type",
    "other term": "keyword",
    "date - publication": "pdat",
    "publication date": "pdat",
    "date - entry": "edat",
    "date - entrez": "edat",
    "date - create": "edat",
    "date - modification": "mdat",
}
FIELDS = {tag: name for name, tags in _TAGS.items() for tag in tags.split()} | _LONG_TAGS
"""Tag, short or long, in lower case, to index field."""
DATES = ("pdat", "edat", "mdat")
"""The index fields that are dates."""
LONG_NAMES = {
    "all": "All Fields",
    "title": "Title",
    "tiab": "Title/Abstract",
    "abstract": "Abstract",
    "mesh": "MeSH Terms",
    "major": "MeSH Major Topic",
    "author": "Author",
    "firstauthor": "Author - First",
    "journal": "Journal",
    "type": "Publication Type",
    "language": "Language",
    "pmid": "UID",
    "pdat": "Date - Publication",
    "edat": "Date - Entry",
    "mdat": "Date - Modification",
}
"""Index field to the name a query translation prints."""
