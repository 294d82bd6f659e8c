"""Settings that a manifest gives as JSON in one variable. They are read once, at the start, and all of them."""
import json
import os
import sys
from types import SimpleNamespace


def document(variable):
    return json.loads(os.environ[variable])


def settings(variable, required, optional):
    """The keys of a JSON object as attributes. What an older manifest does not know has a default in `optional`."""
    given = document(variable)
    missing = [key for key in required if key not in given]
    if missing:
        sys.exit(f'{variable} lacks {", ".join(missing)}')
    return SimpleNamespace(**{key: given[key] for key in required}, **{key: given.get(key, default) for key, default in optional.items()})
