"""The local cloud: the whole site on this computer, without an account and without Docker.

`python -m local run` builds its environments with the standard library alone (`environment.py`),
then goes on inside one of them (`serve.py`): one process that holds the emulated AWS
(`emulator.py`), the front door that visitors use (`door.py`), the outbox (`outbox.py`) and the
saver that makes every acknowledged write survive a kill (`saver.py`).
"""
