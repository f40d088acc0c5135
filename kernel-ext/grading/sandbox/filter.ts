// The seccomp filter as the kernel takes it: classic BPF over { nr, arch, instruction pointer, six arguments }.
// Linux, Documentation/userspace-api/seccomp_filter.rst.
import { type Argued, BY_ARGUMENT, CLOSED, LEAVING, OUTSIDE } from "./syscalls.ts";

const LOAD = 0x20;
const AND = 0x54;
const EQUAL = 0x15;
const AT_LEAST = 0x35;
const RETURN = 0x06;

const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const refuse = (errno: number) => 0x0005_0000 | errno;
const EPERM = 1;
const ENOMEM = 12;
const ENOSYS = 38;

const NUMBER = 0;
const ARCH = 4;
/** The low half of an argument; both machines are little-endian. */
const argument = (index: number) => 16 + 8 * index;

/** Stands for the pid of the program, which nobody knows before it starts; the launcher puts it in. */
export const OWN_PID: number = 0x7fff_fff1;

const MACHINES = {
  x64: { arch: 0xc000_003e, column: 0 },
  arm64: { arch: 0xc000_00b7, column: 1 },
} as const;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

interface Rule {
  readonly call: Argued;
  readonly errno: number;
  /** Refused where `argument & mask` is (or, with `unless`, is none of) the values; without it always. */
  readonly when?: { argument: number; mask: number; is?: number; unless?: readonly number[] };
}

const NEW_NAMESPACE = [
  0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
];
/** MAP_SHARED and MAP_ANONYMOUS: memory that RLIMIT_DATA does not count. */
const SHARED_MEMORY = 0x21;
const ALL_BITS = 0xffff_ffff;

const ALWAYS: readonly Rule[] = [
  // Its flags lie in memory, where a filter cannot look; glibc takes clone() instead.
  { call: "clone3", errno: ENOSYS },
  ...NEW_NAMESPACE.map(
    (flag): Rule => ({ call: "clone", errno: EPERM, when: { argument: 0, mask: flag, is: flag } }),
  ),
  { call: "mmap", errno: ENOMEM, when: { argument: 3, mask: SHARED_MEMORY, is: SHARED_MEMORY } },
];

const SOCK_STREAM = 1;
const TIOCSTI = 0x5412;
const onlySelf = { argument: 0, mask: ALL_BITS, unless: [0, OWN_PID] };

/** Without namespaces. A datagram socket of a pair could send anywhere; one of a stream is bound to its other end. */
const WITHOUT_NAMESPACES: readonly Rule[] = [
  { call: "socketpair", errno: EPERM, when: { argument: 1, mask: 0xf, unless: [SOCK_STREAM] } },
  { call: "ioctl", errno: EPERM, when: { argument: 1, mask: ALL_BITS, is: TIOCSTI } },
  { call: "kill", errno: EPERM, when: onlySelf },
  { call: "tgkill", errno: EPERM, when: onlySelf },
  { call: "rt_tgsigqueueinfo", errno: EPERM, when: onlySelf },
  { call: "prlimit64", errno: EPERM, when: onlySelf },
];

/** What is closed: in a namespace of its own, with Landlock, or only what keeps a process group together. */
export type Closing = "namespaced" | "landlock" | "group";

/** The filter's bytes; nothing on machines whose numbers are not known here. */
export function seccompFilter(closing: Closing, machine: string = process.arch): Buffer | undefined {
  if (machine !== "x64" && machine !== "arm64") return undefined;
  const { arch, column } = MACHINES[machine];
  const closed = { namespaced: CLOSED, landlock: { ...CLOSED, ...LEAVING, ...OUTSIDE }, group: LEAVING }[
    closing
  ];
  const rules = { namespaced: ALWAYS, landlock: [...ALWAYS, ...WITHOUT_NAMESPACES], group: [] }[closing];
  const program: Instruction[] = [
    [LOAD, 0, 0, ARCH],
    [EQUAL, 1, 0, arch],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, NUMBER],
  ];
  // The x32 calls of x86-64 have numbers of their own, beyond this one.
  if (machine === "x64") program.push([AT_LEAST, 0, 1, 0x4000_0000], [RETURN, 0, 0, refuse(ENOSYS)]);
  for (const numbers of Object.values(closed)) {
    const number = numbers[column];
    if (number !== null) program.push([EQUAL, 0, 1, number], [RETURN, 0, 0, refuse(EPERM)]);
  }
  for (const rule of rules) program.push(...ruleInstructions(rule, BY_ARGUMENT[rule.call][column]));
  program.push([RETURN, 0, 0, ALLOW]);
  return encode(program);
}

function ruleInstructions({ errno, when }: Rule, number: number): Instruction[] {
  if (!when)
    return [
      [EQUAL, 0, 1, number],
      [RETURN, 0, 0, refuse(errno)],
    ];
  const test: Instruction[] =
    when.is !== undefined
      ? [[EQUAL, 0, 1, when.is]]
      : (when.unless ?? []).map((value, at, all): Instruction => [EQUAL, all.length - at, 0, value]);
  const body: Instruction[] = [
    [LOAD, 0, 0, argument(when.argument)],
    [AND, 0, 0, when.mask],
    ...test,
    [RETURN, 0, 0, refuse(errno)],
    [LOAD, 0, 0, NUMBER],
  ];
  return [[EQUAL, 0, body.length, number], ...body];
}

/** struct sock_filter { u16 code; u8 jt; u8 jf; u32 k } */
function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(([code, ifTrue, ifFalse, value], at) => {
    bytes.writeUInt16LE(code, 8 * at);
    bytes.writeUInt8(ifTrue, 8 * at + 2);
    bytes.writeUInt8(ifFalse, 8 * at + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * at + 4);
  });
  return bytes;
}
