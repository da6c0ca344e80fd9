"""A mail server that keeps what it takes, as another program reads it.

mailbox.py FOLDER [--tls none|starttls|implicit] [--certificate FILE --key FILE] [--password WORD]

It prints its port. Each mail becomes FOLDER/NUMBER.json. The name of a recipient says what becomes of
it: `nobody` is refused for good, `later` for now, `grey` the first time; what is for `silent` is taken
and never answered, what is for `full` refused for now when it is handed over.
"""

import argparse
import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.grey = set()
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "nobody":
            return "550 5.1.1 no such user here"
        if name == "later" or (name == "grey" and address not in self.grey):
            self.grey.add(address)
            return "450 4.2.0 greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        names = [address.split("@")[0] for address in envelope.rcpt_tos]
        if "full" in names:
            return "452 4.3.1 no room"
        self.keep(server, session, envelope)
        if "silent" in names:
            await asyncio.sleep(3600)
        return "250 OK kept"

    def keep(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = lambda kind: mail.get_body((kind,)).get_content()
        heads = {name.lower(): str(value) for name, value in mail.items()}
        kept = {
            "from": envelope.mail_from,
            "for": envelope.rcpt_tos,
            "heads": heads,
            "names": [name for name, _ in mail.items()],
            "defects": [str(defect) for part in mail.walk() for defect in part.defects],
            "plain": body("plain"),
            "html": body("html"),
            "secret": server.transport.get_extra_info("ssl_object") is not None,
            "hello": session.host_name,
            "user": session.auth_data,
        }
        (self.folder / f"{self.count}.json").write_text(json.dumps(kept))
        self.count += 1


def known(password):
    def ask(server, session, envelope, mechanism, data):
        good = data.password == password.encode()
        return AuthResult(success=good, handled=False, auth_data=data.login.decode())

    return ask


async def serve(stated):
    context = None
    if stated.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(stated.certificate, stated.key)
    more = {}
    if stated.tls == "starttls":
        more = {"tls_context": context, "require_starttls": True}
    if stated.password:
        implicit = stated.tls == "implicit"
        more |= {
            "authenticator": known(stated.password),
            "auth_required": True,
            "auth_require_tls": not implicit,
        }
    mailbox = Mailbox(stated.folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, hostname="mailbox", **more),
        "127.0.0.1",
        0,
        ssl=context if stated.tls == "implicit" else None,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--tls", default="none")
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--password")
try:
    asyncio.run(serve(parser.parse_args()))
except KeyboardInterrupt:
    sys.exit(0)
