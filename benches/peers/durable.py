"""A workflow of DBOS whose steps do nothing: `durable.py FOLDER STEPS`. Prints what they took.

Starting the program and making the database is not counted. It keeps what it does in SQLite with
the settings it comes with.
"""

import pathlib
import sys
import time

from dbos import DBOS

folder, steps = pathlib.Path(sys.argv[1]), int(sys.argv[2])
for old in folder.glob("dbos.sqlite*"):
    old.unlink()
url = f"sqlite:///{folder}/dbos.sqlite"
DBOS(config={"name": "peers", "system_database_url": url, "log_level": "ERROR"})


@DBOS.step()
def nothing(number):
    return number


@DBOS.workflow()
def work():
    for number in range(steps):
        nothing(number)


DBOS.launch()
began = time.monotonic()
work()
print(time.monotonic() - began)
DBOS.destroy()
