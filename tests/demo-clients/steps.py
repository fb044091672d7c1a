"""Steps that are counted, the commands they run, and the demo cloud they run against."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# It takes `openstack` most of a second to load itself: here it is loaded once, and each command runs in a fork of it.
try:
    from openstackclient import shell as openstack_shell
except ImportError:
    openstack_shell = None


class Failed(Exception):
    """A step whose expectation was not met."""


class Steps:
    """A run: the cloud, the environment of every command, and how many steps have passed."""

    def __init__(self, binary):
        self.binary = binary
        self.work = tempfile.mkdtemp()
        self.passed = 0
        self.failures = 0
        self.cloud = None
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("OS_") and k != "KUBECONFIG"}
        # `coe cluster config` reads SHELL; containers leave it unset.
        self.env.setdefault("SHELL", "/bin/bash")
        self.env.update(NO_PROXY="127.0.0.1,localhost", no_proxy="127.0.0.1,localhost", OS_CLOUD="demo")
        self.env["OS_CLIENT_CONFIG_FILE"] = self.path("clouds.yaml")

    def path(self, name):
        """A file of this run."""
        return os.path.join(self.work, name)

    def start(self):
        """Starts the cloud and waits until it has printed how to sign in."""
        with open(self.path("clouds.yaml"), "w") as out, open(self.path("cloud.err"), "w") as err:
            # Twice as fast as life, so that little time is spent on waiting.
            self.cloud = subprocess.Popen([self.binary, "demo-cloud", "--speed", "2"], stdout=out, stderr=err)
        self.within(60, "the cloud starts and prints how to sign in",
                    lambda: "export OS_AUTH_URL" in read(self.path("clouds.yaml")))

    def close(self):
        """Stops the cloud and prints the closing line."""
        if self.cloud:
            if self.cloud.poll() is None:
                self.cloud.terminate()
            elif self.failures == 0:
                self.failures += 1
                print(f"not ok: the cloud ended by itself with code {self.cloud.returncode}", file=sys.stderr)
            self.cloud.wait()
        if self.failures:
            for line in read(self.path("cloud.err")).splitlines():
                print(f"  cloud: {line}", file=sys.stderr)
        shutil.rmtree(self.work)
        print(f"demo clients: {self.passed} passed, {self.failures} failed")
        sys.exit(1 if self.failures else 0)

    def failed(self, failure):
        """Counts and prints a failure."""
        self.failures += 1
        print(f"not ok: {failure}", file=sys.stderr)

    def ok(self, what):
        """Counts a step."""
        self.passed += 1
        print(f"ok: {what}", flush=True)

    def run(self, command, stdin=None):
        """Exit code and output of a command line."""
        words = shlex.split(command)
        if words[0] == "openstack" and openstack_shell:
            return self._openstack(words[1:])
        done = subprocess.run(words, env=self.env, input=stdin, text=True, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def _openstack(self, arguments):
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            out = os.open(self.path("out"), os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
            os.dup2(out, 1)
            os.dup2(out, 2)
            os.environ.clear()
            os.environ.update(self.env)
            code = 1
            try:
                code = openstack_shell.main(arguments)
            except SystemExit as end:
                code = end.code
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code if isinstance(code, int) else 1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return code, read(self.path("out"))

    def output(self, command, stdin=None):
        """What a command prints; it must succeed."""
        code, out = self.run(command, stdin)
        if code != 0:
            raise Failed(f"{command}: exit code {code}\n{out}")
        return out.strip()

    def expect(self, what, text, command, stdin=None):
        """A command must succeed and its output contain each of the texts."""
        code, out = self.run(command, stdin)
        missing = [one for one in texts(text) if one not in plain(out)]
        if code != 0 or missing:
            raise Failed(f"{what}: exit code {code}, no {missing} from: {command}\n{out}")
        self.ok(what)

    def refused(self, what, text, command, stdin=None):
        """A command must fail and its output contain each of the texts."""
        code, out = self.run(command, stdin)
        missing = [one for one in texts(text) if one not in plain(out)]
        if code == 0 or missing:
            raise Failed(f"{what}: exit code {code}, not refused with {missing}: {command}\n{out}")
        self.ok(what)

    def within(self, seconds, what, check):
        """A check must come true in time; a command that fails meanwhile does not matter."""
        end = time.monotonic() + seconds
        last = None
        while time.monotonic() < end:
            try:
                if check():
                    return self.ok(what)
            except Failed as failure:
                last = failure
            time.sleep(0.3)
        raise Failed(f"{what}: not within {seconds} s" + (f"; last: {last}" if last else ""))

    def check(self, what, found, wanted=True):
        """A value must be the one wanted."""
        if found != wanted:
            raise Failed(f"{what}: {found!r} instead of {wanted!r}")
        self.ok(what)

    def spawn(self, command):
        """Starts a command; its output goes into a file."""
        out = tempfile.NamedTemporaryFile("w+", dir=self.work, delete=False)
        child = subprocess.Popen(
            shlex.split(command), env=self.env, stdout=out, stderr=subprocess.STDOUT, preexec_fn=hears_ctrl_c
        )
        return Spawned(child, out.name)


def hears_ctrl_c():
    """A shell that starts these steps in the background has its children ignore Ctrl+C, by which a command is ended here."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Spawned:
    """A command that goes on."""

    def __init__(self, child, out):
        self.child, self.out = child, out

    def said(self):
        """What it has printed so far."""
        return read(self.out)

    def end(self):
        """Ends it as Ctrl+C does. Returns what it printed."""
        self.child.send_signal(signal.SIGINT)
        self.child.wait(timeout=20)
        return self.said()


def texts(text):
    return [text] if isinstance(text, str) else text


def plain(out):
    """Without the colours that old clients print into a pipe."""
    return re.sub(r"\x1b\[[0-9;]*m", "", out)


def read(path):
    with open(path, errors="replace") as file:
        return file.read()
