"""`plumb diff`: what an edit will really do, told before it does it.

Two versions of a stack are captured (each by its own code where that differs), paired, and read
by detectors: pure functions of the pair, one noun a module in `effects/`.
"""
