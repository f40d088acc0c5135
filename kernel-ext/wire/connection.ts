// The connection file that Jupyter writes for each kernel: where to listen, and the key that signs.
import { readFileSync } from "node:fs";

export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly shellPort: number;
  readonly iopubPort: number;
  readonly stdinPort: number;
  readonly controlPort: number;
  readonly heartbeatPort: number;
  readonly key: string;
  /** The hash of the HMAC, such as `sha256`. */
  readonly hash: string;
  /** The keys of an encrypted connection (CURVE), where Jupyter asks for one. */
  readonly curve: { readonly publicKey: string; readonly secretKey: string } | undefined;
}

/** Reads and checks a connection file; the error says what is wrong with it. */
export function readConnection(path: string): Connection {
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`Cannot read the connection file ${path}: ${(error as Error).message}`);
  }
  const port = (name: string): number => {
    const value = file[name];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 65535) {
      throw new Error(`The connection file ${path} has no valid "${name}": ${JSON.stringify(value)}`);
    }
    return value;
  };
  const text = (name: string, otherwise: string): string => {
    const value = file[name] ?? otherwise;
    if (typeof value !== "string") throw new Error(`"${name}" in ${path} is not a string`);
    return value;
  };
  const scheme = text("signature_scheme", "hmac-sha256");
  if (!scheme.startsWith("hmac-")) throw new Error(`Unknown signature scheme "${scheme}" in ${path}`);
  const [publicKey, secretKey] = [text("curve_publickey", ""), text("curve_secretkey", "")];
  if ((publicKey === "") !== (secretKey === "")) {
    throw new Error(`The connection file ${path} has one of the two CURVE keys`);
  }
  return {
    curve: publicKey === "" ? undefined : { publicKey, secretKey },
    transport: text("transport", "tcp"),
    ip: text("ip", "127.0.0.1"),
    shellPort: port("shell_port"),
    iopubPort: port("iopub_port"),
    stdinPort: port("stdin_port"),
    controlPort: port("control_port"),
    heartbeatPort: port("hb_port"),
    key: text("key", ""),
    hash: scheme.slice("hmac-".length),
  };
}

/** The ZeroMQ address of a port; ipc transports number their sockets `path-1`, `path-2`, … */
export function address({ transport, ip }: Connection, port: number): string {
  return transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}
