"""A savefile's dumplings wait for eaters: none is left out."""
import threading

import msgpack
import zmq

from harness import Pusher, System, seen, wait_for

BATCHES, EACH = 3000, 100
COUNT = 12000


class SlowEater(threading.Thread):
    """Subscribes to everything, and thinks about it."""

    def __init__(self, endpoint, end, queue=2, rest=0):
        super().__init__(daemon=True)
        self.end, self.rest = end, rest
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.setsockopt(zmq.RCVHWM, queue)
        self.socket.setsockopt(zmq.RCVTIMEO, 60000)
        self.socket.connect(endpoint)
        self.socket.subscribe(b'')
        self.next = 0
        self.statuses = 0
        self.lost = []

    def run(self):
        while self.next < self.end:
            topic, body = self.socket.recv_multipart()
            _, _, first, dumplings = msgpack.unpackb(body)
            self.statuses += topic.startswith(b'SystemStatusChef')
            if not topic.startswith(b'FloodChef'):
                continue
            if first != self.next:
                self.lost.append((self.next, first))
            self.next = first + len(dumplings)
            if self.rest and first % 100 == 0:
                threading.Event().wait(self.rest)
        self.socket.close()


def test_slow_eaters_hold_up_a_file_and_lose_nothing():
    with System() as s:
        # Status dumplings come between, and they are in a hurry.
        hub = s.hub('--queue', '4', '--status-freq', '0.1')
        slow = SlowEater(s.bus_out, BATCHES * EACH)
        eater = s.printer('--chef', 'FloodChef', hub=hub)
        slow.start()
        wait_for(lambda: slow.statuses > 0, 'the slow eater to be there')
        pusher = Pusher(s.bus_in)
        pusher.announce(patient=True)
        for n in range(BATCHES):
            pusher.batch('FloodChef', n * EACH, [
                {'n': i, 'pad': 'x' * 200}
                for i in range(n * EACH, (n + 1) * EACH)])
            if n % 500 == 0:
                pusher.announce(patient=True)
        pusher.announce(patient=True, closing=True, chef_stats={
            'FloodChef': {'next_seq': BATCHES * EACH}})
        wait_for(lambda: slow.next == BATCHES * EACH, 'the last dumpling')
        wait_for(lambda: eater.lines()[-1]['payload']['n']
                 == BATCHES * EACH - 1, 'the last dumpling')
        assert slow.lost == []
        eater.stop()
        assert eater.said(rf'{BATCHES * EACH} dumplings, none known')
        wait_for(lambda: seen(hub, 'connection closed') >= 1, 'its last word')
        assert not hub.said('disconnected eater')
        pusher.close()


def test_who_reads_now_and_then_is_not_cut_off():
    """
    libzmq's queue is read from the socket when it is half empty, and the socket
    is as full as before whenever the hub looks.
    """
    with System() as s:
        hub = s.hub('--queue', '2000')
        slow = SlowEater(s.bus_out, COUNT, queue=1000, rest=0.07)
        slow.start()
        wait_for(lambda: slow.statuses > 0, 'the slow eater to be there')
        pusher = Pusher(s.bus_in)
        for n in range(COUNT):
            if n % 100 == 0:
                pusher.announce(patient=True)
            pusher.batch('FloodChef', n, [{'pad': 'x' * 200}])
        wait_for(lambda: slow.next == COUNT, 'the last dumpling')
        assert slow.lost == []
        assert not hub.said('disconnected eater')
        pusher.close()
