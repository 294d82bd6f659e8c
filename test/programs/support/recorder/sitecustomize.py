"""Notes which settings a program reads. Python runs this before the program; nothing answers it, and its first pause is its end."""
import json
import os
import socket
import ssl
import sys
import threading
import time
import types

NOTES = os.open(os.environ['NOTES'], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def note(name):
    os.write(NOTES, f'{name}\n'.encode())


class Variables(type(os.environ)):
    """The environment. Who goes through all variables reads none of them by name."""
    passing = ()

    def __iter__(self):
        names = list(super().__iter__())
        self.passing = names[:]
        return iter(names)

    def __getitem__(self, name):
        if self.passing and self.passing[0] == name:
            del self.passing[0]
        else:
            self.passing = ()
            note(name)
        return super().__getitem__(name)

    def items(self):
        return {name: super(Variables, self).__getitem__(name) for name in super().__iter__()}.items()


class Document(dict):
    """A JSON object that came in a variable. Who goes through all of it reads all of it."""

    def __init__(self, name, content):
        super().__init__({key: recorded(f'{name}.{key}', value) for key, value in content.items()})
        self.name = name

    def __getitem__(self, key):
        note(f'{self.name}.{key}')
        return super().__getitem__(key)

    def get(self, key, default=None):
        return self[key] if key in self else default

    def items(self):
        return [(key, self[key]) for key in super().__iter__()]

    def values(self):
        return [self[key] for key in super().__iter__()]

    def __iter__(self):
        return iter([key for key, _ in self.items()])


def recorded(name, value):
    if isinstance(value, dict):
        return Document(name, value)
    return [recorded(f'{name}[]', one) for one in value] if isinstance(value, list) else value


def loads(text, *words, load=json.loads, **options):
    value = load(text, *words, **options)
    name = next((name for name, known in os.environ.items() if known == text), None)
    return recorded(name, value) if name else value


def nobody(*_, **__):
    raise socket.gaierror('the test has no network')


def end(*_):
    sys.stdout.flush()
    os._exit(0)


def wait(event, timeout=None, wait=threading.Event.wait):
    return wait(event) if timeout is None else end()


os.environ.__class__ = Variables
json.loads = loads
socket.getaddrinfo = nobody
ssl.create_default_context = lambda **_: types.SimpleNamespace(wrap_socket=nobody)
time.sleep = end
threading.Event.wait = wait
sys.modules['pystache'] = sys.modules['jinja2'] = types.SimpleNamespace(Environment=lambda **_: None, StrictUndefined=None)
