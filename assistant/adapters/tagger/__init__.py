"""The embedded tagger: what rules see and the words themselves, weighed by what hands labelled.

Nothing is downloaded; training is `make tagger` and takes a minute; a model is plain arrays.
"""
