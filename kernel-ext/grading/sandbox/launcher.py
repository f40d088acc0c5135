"""Closes what a program may do, from within, and becomes that program: for machines without namespaces.

Called with one argument, JSON as Shut in landlock.ts writes it. Landlock has no command of its own on most systems,
and Python is here anyway. The order matters: files are opened as who called, then the user is dropped, then the door shut.
"""

import ctypes
import json
import os
import resource
import struct
import sys

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
# The same numbers on x86-64 and arm64.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
# What each version of Landlock knows about files: 13 rights, then REFER, TRUNCATE, IOCTL_DEV.
KNOWN = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
KNOWN_SINCE_5 = (1 << 16) - 1
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15

libc = ctypes.CDLL(None, use_errno=True)


def must(result, what):
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result


def restrict_files(readable, writable, devices):
    """Everything of the disk is closed but these; returns the ruleset, to be entered later."""
    abi = must(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1), "Landlock")
    handled = KNOWN.get(abi, KNOWN_SINCE_5)
    attributes = struct.pack("Q", handled)
    ruleset = must(libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0), "Landlock")
    # Its own entry in /proc alone: the kernel takes the pid's folder, not the name "self".
    allow(ruleset, "/proc/self", READ_FILE | READ_DIR, handled)
    for path in readable:
        allow(ruleset, path, EXECUTE | READ_FILE | READ_DIR, handled)
    for path in devices:
        allow(ruleset, path, READ_FILE | WRITE_FILE, handled)
    for path in writable:
        allow(ruleset, path, handled & ~(1 << 15), handled)
    return ruleset


def allow(ruleset, path, rights, handled):
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rights &= handled if os.path.isdir(path) else handled & ON_FILES
    rule = struct.pack("=Qi", rights, beneath)
    must(libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0), f"Landlock for {path}")
    os.close(beneath)


def drop_user(uid):
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def limit(limits):
    for name, (soft, hard) in limits.items():
        number = getattr(resource, "RLIMIT_" + name)
        most = resource.getrlimit(number)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(number, (soft, hard))


def tasks_of_user():
    """RLIMIT_NPROC counts all that the user has, so what is there already comes on top."""
    tasks = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                tasks += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            pass  # It has ended.
    return tasks


def close_calls(program, marker):
    """The filter, with our own pid, which the program keeps, where the marker stands."""
    mine = bytearray(program)
    for at in range(0, len(mine), 8):
        if struct.unpack_from("<I", mine, at + 4)[0] == marker:
            struct.pack_into("<I", mine, at + 4, os.getpid())
    instructions = (ctypes.c_char * len(mine)).from_buffer(mine)
    filter = struct.pack("HxxxxxxP", len(mine) // 8, ctypes.addressof(instructions))
    must(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0), "seccomp")


def main(shut):
    ruleset = restrict_files(shut["readable"], shut["writable"], shut["devices"]) if shut["landlock"] else None
    if shut["uid"] is not None:
        drop_user(shut["uid"])
        if "NPROC" in shut["limits"]:
            # The dead of the answers before count until somebody has reaped them, where the machine's first process does.
            shut["limits"]["NPROC"] = [most + tasks_of_user() - 1 for most in shut["limits"]["NPROC"]]
    elif "NPROC" in shut["limits"]:
        # Wide, so that one that takes all it can get leaves the others alive until the watch has ended it.
        most = 8 * shut["limits"]["NPROC"][0] + tasks_of_user()
        shut["limits"]["NPROC"] = [most, most]
    os.chdir(shut["cwd"])
    must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    limit(shut["limits"])
    if ruleset is not None:
        must(libc.syscall(RESTRICT_SELF, ruleset, 0), "Landlock")
        os.close(ruleset)
    close_calls(bytes.fromhex(shut["filter"]), shut["ownPid"])
    os.execve(shut["command"][0], shut["command"], shut["environment"])


try:
    main(json.loads(sys.argv[1]))
except (OSError, ValueError) as error:
    sys.stderr.write(f"gradbook's launcher: {error}\n")
    sys.exit(125)
