// Jupyter's messaging protocol 5.5, as a reference that every message of the tests' kernels is held against.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html
import type { Json } from "./front-end.ts";

/** Whether a value is as the protocol says: the trouble with it, or nothing. */
type Check = (value: Json, at: string) => string | undefined;
type Fields = Readonly<Record<string, Check>>;

function of(type: "string" | "boolean" | "number"): Check {
  return (value, at) => (typeof value === type ? undefined : `${at} is no ${type}: ${JSON.stringify(value)}`);
}
const string: Check = of("string");
const boolean: Check = of("boolean");
const number: Check = of("number");
const count: Check = (value, at) =>
  Number.isInteger(value) && value >= 0 ? undefined : `${at} is no count: ${JSON.stringify(value)}`;
const object: Check = (value, at) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : `${at} is no object`;
const one =
  (...values: readonly string[]): Check =>
  (value, at) =>
    values.includes(value) ? undefined : `${at} is none of ${values}: ${JSON.stringify(value)}`;
const list =
  (item: Check): Check =>
  (value, at) =>
    Array.isArray(value)
      ? value.map((each, n) => item(each, `${at}[${n}]`)).find(Boolean)
      : `${at} is no list`;
const maybe =
  (check: Check): Check =>
  (value, at) =>
    value === undefined ? undefined : check(value, at);
const record =
  (item: Check): Check =>
  (value, at) =>
    object(value, at) ??
    Object.entries(value)
      .map(([key, each]) => item(each, `${at}.${key}`))
      .find(Boolean);
/** An object of these fields, and of no others. */
const shape =
  (fields: Fields): Check =>
  (value, at) =>
    object(value, at) ??
    Object.keys(value)
      .filter((key) => !Object.hasOwn(fields, key))
      .map((key) => `${at}.${key} is not in the protocol`)[0] ??
    Object.entries(fields)
      .map(([key, check]) => check(value[key], `${at}.${key}`))
      .find(Boolean);

/** JSON types hold JSON, all others text. */
const mimeBundle: Check = (value, at) =>
  object(value, at) ??
  Object.entries(value)
    .map(([type, data]) => {
      if (!/^[\w.+-]+\/[\w.+-]+(;.*)?$/.test(type)) return `${at} has no MIME type "${type}"`;
      return /[/+]json$/.test(type) ? undefined : string(data, `${at}.${type}`);
    })
    .find(Boolean);

const error: Fields = { ename: string, evalue: string, traceback: list(string) };
const shown: Fields = { data: mimeBundle, metadata: object };
const displayed: Fields = { ...shown, transient: maybe(shape({ display_id: maybe(string) })) };
const updated: Fields = { ...shown, transient: shape({ display_id: string }) };
const commMessage: Fields = { comm_id: string, data: object };
const nothing: Fields = {};

const expression: Check = (value, at) =>
  value?.status === "error"
    ? shape({ status: one("error"), ...error })(value, at)
    : shape({ status: one("ok"), ...shown })(value, at);

const payload: Check = (value, at) =>
  value?.source === "page"
    ? shape({ source: string, data: mimeBundle, start: count })(value, at)
    : one("page", "set_next_input", "ask_exit", "edit_magic")(value?.source, `${at}.source`);

const entry: Check = (value, at) =>
  Array.isArray(value) && value.length === 3
    ? (count(value[0], at) ??
      count(value[1], at) ??
      (Array.isArray(value[2]) ? undefined : string(value[2], at)))
    : `${at} is no [session, line, source]`;

const replies: Readonly<Record<string, Fields>> = {
  execute_reply: {
    execution_count: count,
    payload: list(payload),
    user_expressions: record(expression),
  },
  inspect_reply: { found: boolean, ...shown },
  complete_reply: { matches: list(string), cursor_start: count, cursor_end: count, metadata: object },
  history_reply: { history: list(entry) },
  is_complete_reply: nothing,
  connect_reply: {
    shell_port: count,
    iopub_port: count,
    stdin_port: count,
    control_port: count,
    hb_port: count,
  },
  comm_info_reply: { comms: record(shape({ target_name: string })) },
  kernel_info_reply: {
    protocol_version: one("5.5"),
    implementation: string,
    implementation_version: string,
    language_info: shape({
      name: string,
      version: string,
      mimetype: string,
      file_extension: string,
      pygments_lexer: maybe(string),
      codemirror_mode: object,
      nbconvert_exporter: maybe(string),
    }),
    banner: string,
    debugger: maybe(boolean),
    help_links: list(shape({ text: string, url: string })),
    supported_features: list(one("debugger", "kernel subshells")),
  },
  shutdown_reply: { restart: boolean },
  interrupt_reply: nothing,
  usage_reply: {
    hostname: string,
    pid: count,
    kernel_cpu: number,
    kernel_memory: count,
    host_cpu_percent: number,
    cpu_count: count,
    host_virtual_memory: record(number),
  },
  create_subshell_reply: { subshell_id: string },
  delete_subshell_reply: nothing,
  list_subshell_reply: { subshell_id: list(string) },
};

const debugReply: Fields = {
  type: one("response"),
  seq: count,
  request_seq: count,
  command: string,
  success: boolean,
  message: maybe(string),
  body: object,
};

const broadcasts: Readonly<Record<string, Fields>> = {
  stream: { name: one("stdout", "stderr"), text: string },
  display_data: displayed,
  update_display_data: updated,
  execute_input: { code: string, execution_count: count },
  execute_result: { ...displayed, execution_count: count },
  error,
  status: { execution_state: one("busy", "idle", "starting") },
  clear_output: { wait: boolean },
  comm_open: { ...commMessage, target_name: string },
  comm_msg: commMessage,
  comm_close: commMessage,
  iopub_welcome: { subscription: string },
  shutdown_reply: { status: one("ok"), restart: boolean },
  debug_event: { type: one("event"), seq: count, event: string, body: object },
};

const questions: Readonly<Record<string, Fields>> = { input_request: { prompt: string, password: boolean } };

const header: Check = shape({
  msg_id: string,
  session: string,
  username: string,
  date: (value, at) => (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? undefined : `${at} is no ISO 8601 date`),
  msg_type: string,
  version: one("5.5"),
});

export interface Received {
  readonly channel: "shell" | "control" | "iopub" | "stdin";
  readonly header: Json;
  readonly parent: Json;
  readonly metadata: Json;
  readonly content: Json;
}

/** What is wrong with a message that a kernel has sent; undefined where nothing is. */
export function problemOf({
  channel,
  header: head,
  parent,
  metadata,
  content,
}: Received): string | undefined {
  const type = String(head?.msg_type);
  const known = channel === "iopub" ? broadcasts : channel === "stdin" ? questions : replies;
  const fields = type === "debug_reply" ? debugReply : known[type];
  const problem =
    header(head, "header") ??
    object(metadata, "metadata") ??
    object(parent, "parent") ??
    (fields ? undefined : `${type} does not belong on ${channel}`) ??
    shape(channel === "shell" || channel === "control" ? replyFields(type, content) : (fields ?? {}))(
      content,
      "content",
    );
  if (problem) return `${type}: ${problem}`;
  const needsParent = channel !== "iopub" || !["iopub_welcome", "status"].includes(type);
  return needsParent && typeof parent.msg_id !== "string" ? `${type} has no parent` : undefined;
}

/** Every reply has a status, and where that is not "ok" its fields are the error's. */
function replyFields(type: string, content: Json): Fields {
  const executed: Fields = type === "execute_reply" ? { execution_count: maybe(count) } : {};
  if (type === "is_complete_reply") {
    return {
      status: one("complete", "incomplete", "invalid", "unknown"),
      indent: content?.status === "incomplete" ? string : maybe(string),
    };
  }
  if (content?.status === "error") return { status: one("error"), ...error, ...executed };
  // The Debug Adapter Protocol's, which has no status.
  if (type === "debug_reply") return debugReply;
  if (content?.status === "aborted") return { status: one("aborted") };
  return { status: one("ok"), ...replies[type] };
}
