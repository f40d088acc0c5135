// What answers may not ask of the kernel, by number: [x86-64, arm64], null where it does not exist.

type Numbers = readonly [x64: number, arm64: number | null];

/** Closed at every level: ways to memory that no limit counts, and doors of the kernel that no answer needs. */
export const CLOSED: Readonly<Record<string, Numbers>> = {
  unshare: [272, 97],
  setns: [308, 268],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  semget: [64, 190],
  msgget: [68, 186],
  mq_open: [240, 180],
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
};

/** Keeps everything of an answer in one process group, which one signal ends. */
export const LEAVING: Readonly<Record<string, Numbers>> = {
  setsid: [112, 157],
  setpgid: [109, 154],
};

/** Closed where there are no namespaces: the network, other processes, and what Landlock does not see of files. */
export const OUTSIDE: Readonly<Record<string, Numbers>> = {
  socket: [41, 198],
  connect: [42, 203],
  bind: [49, 200],
  listen: [50, 201],
  pidfd_open: [434, 434],
  pidfd_send_signal: [424, 424],
  tkill: [200, 130],
  rt_sigqueueinfo: [129, 138],
  setpriority: [141, 140],
  sched_setparam: [142, 118],
  sched_setscheduler: [144, 119],
  sched_setaffinity: [203, 122],
  sched_setattr: [314, 274],
  ioprio_set: [251, 30],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  process_madvise: [440, 440],
  process_mrelease: [448, 448],
  inotify_add_watch: [254, 27],
  chmod: [90, null],
  fchmod: [91, 52],
  fchmodat: [268, 53],
  fchmodat2: [452, 452],
  chown: [92, null],
  lchown: [94, null],
  fchown: [93, 55],
  fchownat: [260, 54],
  setxattr: [188, 5],
  lsetxattr: [189, 6],
  fsetxattr: [190, 7],
  removexattr: [197, 14],
  lremovexattr: [198, 15],
  fremovexattr: [199, 16],
  setxattrat: [463, 463],
  removexattrat: [466, 466],
  utime: [132, null],
  utimes: [235, null],
  futimesat: [261, null],
  utimensat: [280, 88],
  truncate: [76, 45],
};

/** Those whose arguments decide. */
export const BY_ARGUMENT: Readonly<Record<Argued, readonly [x64: number, arm64: number]>> = {
  clone: [56, 220],
  clone3: [435, 435],
  mmap: [9, 222],
  socketpair: [53, 199],
  ioctl: [16, 29],
  kill: [62, 129],
  tgkill: [234, 131],
  rt_tgsigqueueinfo: [297, 240],
  prlimit64: [302, 261],
};

export type Argued =
  | "clone"
  | "clone3"
  | "mmap"
  | "socketpair"
  | "ioctl"
  | "kill"
  | "tgkill"
  | "rt_tgsigqueueinfo"
  | "prlimit64";
