"""Runs one file of unit tests against the programs in src and prints what came of each test, as JSON."""
import io
import json
import os
import sys
import unittest
from glob import glob

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, '../../../src')
PROGRAMS = sorted(glob(f'{SOURCES}/**/programs', recursive=True))


class Result(unittest.TestResult):
    """The failures of each test, those of its situations (`subTest`) included."""

    def __init__(self):
        super().__init__()
        self.failed = {}

    def startTest(self, test):
        super().startTest(test)
        assert test._testMethodName not in self.failed, f'two tests are called {test._testMethodName}'
        self.failed[test._testMethodName] = []

    def note(self, test, error, where=''):
        self.failed.setdefault(test._testMethodName, []).append(where + self._exc_info_to_string(error, test))

    addError = addFailure = note

    def addSubTest(self, test, subtest, error):
        if error:
            self.note(test, error, f'{subtest._subDescription()}\n')


def main(path):
    sys.dont_write_bytecode = True
    sys.path[:0] = [os.path.dirname(path), HERE, *PROGRAMS]
    tests = unittest.defaultTestLoader.loadTestsFromName(os.path.basename(path)[:-len('.py')])
    result = Result()
    printed, sys.stdout = sys.stdout, io.StringIO()   # what programs say is not the result
    tests.run(result)
    sys.stdout = printed
    json.dump(result.failed, sys.stdout)


if __name__ == '__main__':
    main(os.path.abspath(sys.argv[1]))
