"""From one schema to another: the migration that a difference calls for, and one file in place of many.

`script` writes it, a pure function of two snapshots; `proving` applies it to a clone and compares what came of it.
"""
