"""A mail server for tests, on loopback: it does as the recipient's address says, and keeps what it took."""

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

# What the part before the @ asks for.
ANSWERS = {
    "later": {"RCPT": b"450 4.2.1 mailbox busy\r\n"},
    "refused": {"RCPT": b"550 5.1.1 no such person: kanari.fugl\r\n"},
    "later-text": {".": b"451 4.3.0 try again\r\n"},
    "refused-text": {".": b"554 5.7.1 looks like spam\r\n"},
    "later-data": {"DATA": b"452 4.3.1 no room\r\n"},
}
CUT = {"cut-rcpt": "RCPT", "cut-data": "DATA", "cut-text": "."}
HANG = {"hang-rcpt": "RCPT", "hang-text": "."}


@dataclass
class MailServer:
    port: int = 0
    taken: list = field(default_factory=list)
    refuse_sender: bool = False
    conversations: int = 0

    async def talk(self, reader, writer):
        self.conversations += 1
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side has gone, or the test is over
        finally:
            writer.transport.abort()

    async def _converse(self, reader, writer):
        writer.write(b"220 test ESMTP\r\n")
        who = ""
        while line := await reader.readline():
            said = line.decode().strip()
            verb = said.split(" ")[0].split(":")[0].upper()
            if verb == "RCPT":
                who = said.partition("<")[2].partition(">")[0]
            if not await self.step(verb, who, reader, writer):
                break

    async def step(self, verb, who, reader, writer):
        """Answer one command; False ends the conversation."""
        local = who.partition("@")[0]
        if not await self._goes_on(verb, local):
            return False
        usual = {"EHLO": b"250-test\r\n250 8BITMIME\r\n", "QUIT": b"221 bye\r\n", "MAIL": self._sender()}
        answer = ANSWERS.get(local, {}).get(verb, usual.get(verb, b"250 ok\r\n"))
        if verb == "DATA" and local != "later-data":
            writer.write(b"354 go on\r\n")
            text = await reader.readuntil(b"\r\n.\r\n")
            if not await self._goes_on(".", local):
                return False
            answer = ANSWERS.get(local, {}).get(".", b"250 taken\r\n")
            if answer.startswith(b"250"):
                self.taken.append((who, text))
        writer.write(answer)
        await writer.drain()
        return verb != "QUIT"

    def _sender(self):
        return b"550 5.7.1 not you\r\n" if self.refuse_sender else b"250 ok\r\n"

    async def _goes_on(self, verb, local):
        if CUT.get(local) == verb:
            return False
        if HANG.get(local) == verb:
            await asyncio.sleep(30)
            return False
        return True


@contextmanager
def mail_server():
    """A running server; it ends with the block, and so does whoever hangs in it."""
    made, ready, over, loop = MailServer(), threading.Event(), asyncio.Event(), asyncio.new_event_loop()

    async def serve():
        server = await asyncio.start_server(made.talk, "127.0.0.1", 0)
        made.port = server.sockets[0].getsockname()[1]
        ready.set()
        await over.wait()
        server.close()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)  # what was aborted is closed in the next round

    def run():
        loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
