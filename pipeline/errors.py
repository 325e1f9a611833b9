"""Every exception Yimai raises, by what the run should do.

PipelineError
├── ConfigError      stop before work: an option or setting is wrong
├── LexiconError     stop before work: a vocabulary file is wrong
├── ReadError        this document fails; the run goes on and lists it
└── AnnotationError  stop: data or code is wrong (offsets, ids, layers)
"""


class PipelineError(Exception):
    """Base of all errors of Yimai; the message says where, what was expected, what was found, what to do."""


class ConfigError(PipelineError):
    """An option, a setting or a path is wrong; nothing was started."""


class LexiconError(PipelineError):
    """A vocabulary file cannot be used."""


class ModelError(PipelineError):
    """A trained tagger cannot be used."""


class ReadError(PipelineError):
    """One document cannot be read; the run goes on without it and lists it."""


class AnnotationError(PipelineError):
    """A document's mentions, relations or sentences contradict its text."""


class PasswordError(ReadError):
    """A file is encrypted and none of the passwords given opens it."""
