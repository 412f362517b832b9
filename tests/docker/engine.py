# SPDX-License-Identifier: MIT
"""A Docker engine for tests: the one that runs, or one of their own, of which
nothing is left afterwards."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(TREE / 'tests/system'))
from harness import wait_for  # noqa: E402

BASE = 'debian:bookworm-slim'
# As the real one does without.
LEFT_OUT = [f'/usr/share/{name}' for name in ('doc', 'info', 'locale', 'man')]
FORWARD = pathlib.Path('/proc/sys/net/ipv4/ip_forward')
# How a machine reaches the registries, if it has its own way.
WAYS = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY',
        'NO_PROXY', 'npm_config_registry']
CERTIFICATES = os.environ.get('NODE_EXTRA_CA_CERTS')


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as sock:
        return sock.getsockname()[1]


def output(*command, **kwargs):
    return subprocess.run([*map(str, command)], check=True, text=True,
                          stdout=subprocess.PIPE, **kwargs).stdout


class Engine:
    """Runs docker and docker-compose on it."""

    def __init__(self):
        self.port = free_port()
        self.env = {**os.environ, 'ND_PORT': str(self.port),
                    'DOCKER_BUILDKIT': '0', 'COMPOSE_HTTP_TIMEOUT': '120',
                    'COMPOSE_PROJECT_NAME': f'ndtest{os.getpid()}'}
        self.own = None
        self.temp = None

    def __enter__(self):
        if not self.answers():
            self.start()
        try:
            if not self.run('images', '--quiet', BASE):
                self.make_base()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    # --- a daemon of our own ---

    def answers(self):
        return subprocess.run(['docker', 'info'], env=self.env, check=False,
                              capture_output=True).returncode == 0

    def start(self):
        self.temp = pathlib.Path(tempfile.mkdtemp(prefix='nd-docker-'))
        # Asked for, a table is there, and is saved even if it is empty.
        for table in ('filter', 'nat'):
            output('iptables', '-t', table, '-n', '-L')
        self.rules = output('iptables-save')
        self.forward = FORWARD.read_text()
        self.had_bridge = os.path.exists('/sys/class/net/docker0')
        self.env['DOCKER_HOST'] = f'unix://{self.temp}/socket'
        log = self.temp / 'log'
        with open(log, 'wb') as file:
            self.own = subprocess.Popen(
                ['dockerd', '--host', self.env['DOCKER_HOST'],
                 '--data-root', self.temp / 'data',
                 '--exec-root', self.temp / 'exec',
                 '--pidfile', self.temp / 'pid'], stdout=file, stderr=file)

        def ready():
            assert self.own.poll() is None, log.read_text()[-4000:]
            return self.answers()
        wait_for(ready, 'dockerd to answer')

    def stop(self):
        if not self.own:
            return
        self.own.terminate()
        self.own.wait(60)
        if not self.had_bridge:
            subprocess.run(['ip', 'link', 'delete', 'docker0'], check=True)
        subprocess.run(['iptables-restore'], input=self.rules, text=True,
                       check=True)
        FORWARD.write_text(self.forward)
        shutil.rmtree(self.temp)

    def make_base(self):
        """What the Dockerfiles begin with, from Debian's packages."""
        with tempfile.TemporaryDirectory(prefix='nd-base-') as root:
            subprocess.run(['debootstrap', '--variant=minbase', 'bookworm',
                            root], check=True, stdout=subprocess.DEVNULL)
            slim(pathlib.Path(root))
            changes = ['CMD ["bash"]']
            changes += [f'ENV {name}={os.environ[name]}' for name in WAYS
                        if name in os.environ]
            if CERTIFICATES:
                shutil.copy(CERTIFICATES, f'{root}/etc/host.crt')
                changes.append('ENV NODE_EXTRA_CA_CERTS=/etc/host.crt')
            with subprocess.Popen(['tar', '-C', root, '-c', '.'],
                                  stdout=subprocess.PIPE) as tar:
                self.run('import', *sum((['--change', change]
                                         for change in changes), []),
                         '-', BASE, stdin=tar.stdout)

    # --- commands ---

    def run(self, *command, **kwargs):
        return output('docker', *command, env=self.env, **kwargs).strip()

    def compose(self, file, *command):
        return output('docker-compose', '--ansi', 'never', '-f',
                      TREE / 'docker' / file, *command, env=self.env)

    def container(self, file, service):
        return self.compose(file, 'ps', '-q', service).split()[-1]

    def ask(self, container, template):
        return self.run('inspect', '--format', template, container)


def slim(root):
    for folder in LEFT_OUT:
        shutil.rmtree(root / folder[1:])
    for folder in ('var/cache/apt/archives', 'var/lib/apt/lists'):
        shutil.rmtree(root / folder)
        (root / folder).mkdir()
    (root / 'etc/dpkg/dpkg.cfg.d/docker').write_text(
        ''.join(f'path-exclude {folder}/*\n' for folder in LEFT_OUT))
    said = output('apt-config', 'dump').splitlines()
    (root / 'etc/apt/apt.conf.d/99host').write_text(''.join(
        line + '\n' for line in said if line.startswith(
            ('Acquire::Check-', 'Acquire::http', 'Acquire::https'))))
