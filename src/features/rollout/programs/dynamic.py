"""What a cluster's manifest says about Patroni's dynamic configuration, and how the running one is brought to it.

Patroni merges what it gets into what it has, and a null removes. So whoever wants to remove what left the manifest must know
what the manifest once put there. That is remembered in the dynamic configuration itself, below a key that Patroni keeps and
does not read, in the shape of the configuration and with true for each entry:

    cdk8s_spilo:
      managed:
        ttl: true
        slots: {cdc: true}

Each PATCH carries an entry together with its mark. Two of them may come in any order: whatever was ever written is marked.
"""
RECORD, MANAGED = 'cdk8s_spilo', 'managed'
# Somebody may have promoted a standby since: that is not for the manifest to take back.
UNTOUCHED = ('standby_cluster', RECORD)
# An entry of these is one thing: a slot without its type would be another slot, not none.
SECTIONS_OF_UNITS = (('slots',),)


def entries(configuration, path=()):
    """All that can be set by itself, by its path."""
    found = {}
    for key, value in configuration.items():
        here = (*path, key)
        if isinstance(value, dict) and path not in SECTIONS_OF_UNITS:
            found.update(entries(value, here))
        else:
            found[here] = value
    return found


def wanted_entries(configuration):
    return entries({key: value for key, value in configuration.items() if key not in UNTOUCHED})


def record_of(configuration):
    """The mark of each entry, which the first configuration of a new cluster has as well."""
    record = {}
    for path, value in wanted_entries(configuration).items():
        if value is not None:
            put(record, path, True)
    return record


def recorded(current):
    """The marked entries; None in a configuration of a time before there were marks."""
    record = (current.get(RECORD) or {}).get(MANAGED)
    return None if record is None else {path for path, mark in entries(record).items() if mark}


def changes(wanted, current):
    """-> the PATCH that brings `current` to what is wanted, empty when all is so; null in `wanted` removes a key as well."""
    wanted, known = wanted_entries(wanted), recorded(current)
    patch, marks = {}, {}
    for path, value in wanted.items():
        differs = not same(value, at(current, path))
        if differs:
            put(patch, path, whole(value, at(current, path)))
        if value is not None and (differs or path not in (known or ())):
            put(marks, path, True)
    for path in (known or set()) - {path for path, value in wanted.items() if value is not None}:
        # What became a section of its own, or part of another value, is overwritten and not removed.
        if not any(overlap(path, other) for other in wanted if other != path):
            put(marks, path, None)
            if isinstance(at(current, path[:-1]), dict):   # elsewhere Patroni would keep the null
                put(patch, path, None)
    if marks:
        patch[RECORD] = {MANAGED: marks}
    return patch


def same(wanted, current):
    """As Patroni compares: 100 and "100" are one value."""
    if isinstance(wanted, dict) and isinstance(current, dict):
        return all(same(wanted.get(key), current.get(key)) for key in {**wanted, **current})
    return str(wanted) == str(current)


def whole(wanted, current):
    """Replaces a unit, which a PATCH would only add to."""
    if isinstance(wanted, dict) and isinstance(current, dict):
        return {**{key: None for key in current if key not in wanted}, **wanted}
    return wanted


def overlap(one, other):
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def at(configuration, path):
    """The value at a path, None if there is none."""
    for key in path:
        if not isinstance(configuration, dict) or key not in configuration:
            return None
        configuration = configuration[key]
    return configuration


def put(configuration, path, value):
    for key in path[:-1]:
        configuration = configuration.setdefault(key, {})
    configuration[path[-1]] = value
