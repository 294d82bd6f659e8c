"""What leaves the program leaves Patroni, and nothing else does."""
import itertools
import json
import unittest
from copy import deepcopy

from dynamic import changes, record_of
from fakes import patch

CDC = {'type': 'logical', 'database': 'shop', 'plugin': 'pgoutput'}


def marked(configuration, *strangers):
    """A configuration that an earlier rollout wrote, with entries that people have added since."""
    written = {**deepcopy(configuration), 'cdk8s_spilo': {'managed': record_of(configuration)}}
    for stranger in strangers:
        patch(written, stranger)
    return written


def managed(**marks):
    return {'managed': marks}


def without_empty(configuration):
    """A section of which nothing is left says nothing."""
    kept = {key: without_empty(value) if isinstance(value, dict) else value for key, value in configuration.items()}
    return {key: value for key, value in kept.items() if value != {}}


class Changes(unittest.TestCase):
    def check(self, situations):
        for what, wanted, current, expected in situations:
            with self.subTest(what):
                before = json.dumps([wanted, current])
                self.assertEqual(changes(wanted, current), expected)
                self.assertEqual(json.dumps([wanted, current]), before, 'what is given stays as it is')

    def test_writes_what_is_new_or_different_together_with_its_mark(self):
        self.check([
            ('nothing new', {'ttl': 30}, marked({'ttl': 30}), {}),
            ('another value', {'ttl': 20}, marked({'ttl': 30}), {'ttl': 20, 'cdk8s_spilo': managed(ttl=True)}),
            ('the same as text', {'postgresql': {'parameters': {'max_connections': '100'}}},
             marked({'postgresql': {'parameters': {'max_connections': 100}}}), {}),
            ('a new entry', {'ttl': 30, 'loop_wait': 5}, marked({'ttl': 30}), {'loop_wait': 5, 'cdk8s_spilo': managed(loop_wait=True)}),
            ('a new section', {'slots': {'cdc': CDC}}, marked({}), {'slots': {'cdc': CDC}, 'cdk8s_spilo': managed(slots={'cdc': True})}),
            ('an entry that somebody had added', {'ttl': 20}, marked({}, {'ttl': 20}), {'cdk8s_spilo': managed(ttl=True)}),
            ('an empty section', {'slots': {}}, marked({}), {}),
        ])

    def test_removes_what_it_wrote_once_and_no_longer_wants(self):
        self.check([
            ('a slot', {'slots': {}}, marked({'slots': {'cdc': CDC}}), {'slots': {'cdc': None}, 'cdk8s_spilo': managed(slots={'cdc': None})}),
            ('one of two slots', {'slots': {'b': CDC}}, marked({'slots': {'a': CDC, 'b': CDC}}),
             {'slots': {'a': None}, 'cdk8s_spilo': managed(slots={'a': None})}),
            ('a parameter', {'postgresql': {'parameters': {'b': '1'}}}, marked({'postgresql': {'parameters': {'a': '1', 'b': '1'}}}),
             {'postgresql': {'parameters': {'a': None}}, 'cdk8s_spilo': managed(postgresql={'parameters': {'a': None}})}),
            ('a key', {}, marked({'member_slots_ttl': '10min'}), {'member_slots_ttl': None, 'cdk8s_spilo': managed(member_slots_ttl=None)}),
            ('a list', {}, marked({'ignore_slots': [{'name': 'debezium'}]}), {'ignore_slots': None, 'cdk8s_spilo': managed(ignore_slots=None)}),
            ('what somebody has changed meanwhile', {}, marked({'ttl': 30}, {'ttl': 40}), {'ttl': None, 'cdk8s_spilo': managed(ttl=None)}),
            ('what somebody has removed meanwhile', {}, marked({'slots': {'cdc': CDC}}, {'slots': None}), {'cdk8s_spilo': managed(slots={'cdc': None})}),
            ('what the program sets to null', {'ttl': None}, marked({'ttl': 30}), {'ttl': None, 'cdk8s_spilo': managed(ttl=None)}),
        ])

    def test_leaves_what_was_never_its_own(self):
        by_hand = {'slots': {'debezium': {'type': 'physical'}}, 'postgresql': {'parameters': {'work_mem': '8MB'}}, 'pause': False}
        self.check([
            ('entries that people added', {'ttl': 30}, marked({'ttl': 30}, by_hand), {}),
            ('beside those that go', {}, marked({'ttl': 30}, by_hand), {'ttl': None, 'cdk8s_spilo': managed(ttl=None)}),
            ('the standby, wanted or not', {'standby_cluster': {'host': 'a'}}, marked({}, {'standby_cluster': {'host': 'b'}}), {}),
            ('the standby that was promoted', {'standby_cluster': {'host': 'a'}}, marked({}), {}),
            ('a record in the manifest itself', {'cdk8s_spilo': managed(ttl=True)}, marked({}), {}),
        ])

    def test_a_configuration_without_record_gets_one_and_loses_nothing(self):
        self.check([
            ('of an older release', {'ttl': 30}, {'ttl': 30, 'slots': {'cdc': CDC}}, {'cdk8s_spilo': managed(ttl=True)}),
            ('with something new', {'ttl': 20}, {'ttl': 30, 'slots': {'cdc': CDC}}, {'ttl': 20, 'cdk8s_spilo': managed(ttl=True)}),
            ('with a record that somebody emptied', {'ttl': 30}, {'ttl': 30, 'cdk8s_spilo': None}, {'cdk8s_spilo': managed(ttl=True)}),
        ])

    def test_a_slot_is_replaced_as_a_whole(self):
        self.check([
            ('another kind', {'slots': {'cdc': {'type': 'physical'}}}, marked({'slots': {'cdc': CDC}}),
             {'slots': {'cdc': {'type': 'physical', 'database': None, 'plugin': None}}, 'cdk8s_spilo': managed(slots={'cdc': True})}),
            ('another plugin', {'slots': {'cdc': {**CDC, 'plugin': 'wal2json'}}}, marked({'slots': {'cdc': CDC}}),
             {'slots': {'cdc': {**CDC, 'plugin': 'wal2json'}}, 'cdk8s_spilo': managed(slots={'cdc': True})}),
        ])

    def test_an_entry_may_become_a_section_and_the_other_way_round(self):
        for before, after in itertools.permutations([{'a': '1'}, {'a': {'b': '1'}}, {'a': {'b': {'c': '1'}, 'd': '2'}}, {}], 2):
            with self.subTest(before=before, after=after):
                reached = patch(marked(before), changes(after, marked(before)))
                self.assertEqual(changes(after, reached), {})
                self.assertEqual(without_empty({key: value for key, value in reached.items() if key == 'a'}), after)

    def test_a_second_look_finds_nothing_to_do(self):
        wishes = [{}, {'ttl': 30}, {'ttl': 20, 'slots': {'a': CDC}}, {'slots': {'a': {'type': 'physical'}, 'b': CDC}},
                  {'postgresql': {'use_slots': True, 'parameters': {'max_connections': '100'}}}, {'ttl': None}]
        for first, second in itertools.product(wishes, wishes):
            with self.subTest(first=first, second=second):
                reached = patch({'pause': False}, changes(first, {'pause': False}))
                patch(reached, changes(second, reached))
                self.assertEqual(changes(second, reached), {})
                self.assertEqual(reached['pause'], False)

    def test_two_at_once_end_where_the_last_one_that_looks_wants_to_be(self):
        """Both have read the same configuration; one of them looks again."""
        start = marked({'ttl': 30, 'slots': {'a': CDC}})
        wishes = [{'ttl': 30}, {'ttl': 30, 'slots': {'a': CDC, 'b': CDC}}, {'slots': {'c': CDC}}, {'ttl': 20, 'loop_wait': 5, 'slots': {'a': CDC}}]
        for one, other in itertools.permutations(wishes, 2):
            with self.subTest(one=one, other=other):
                reached = patch(patch(deepcopy(start), changes(one, start)), changes(other, start))
                patch(reached, changes(one, reached))
                self.assertEqual(changes(one, reached), {})
                self.assertEqual(without_empty({key: value for key, value in reached.items() if key != 'cdk8s_spilo'}), one)
