"""The recorded-upstream server: PubMed and ClinicalTrials.gov answered from a folder."""
