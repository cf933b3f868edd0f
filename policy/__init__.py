"""The policy pack: the coherence rules for `pulumi preview --policy-pack`, of any stack."""
