"""The three chefs that netdumplings bundles, as its users derive others from
them: what they tell must be what the ones in C tell."""
from netdumplings.dumplingchefs import *
from netdumplings.dumplingchefs import DumplingChef  # noqa: F401
