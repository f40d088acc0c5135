// Where the queue is: an address as the user writes it, taken apart, with nothing secret in what is shown.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { Trouble } from "../../lab/trouble.mjs";

/** As commands take it: `redis://user:password@host:port/db?name=course`, `rediss://` for TLS. */
export interface QueueAddress {
  readonly url: string;
  /** A file with the certificates (PEM) of whoever signed the server's. */
  readonly ca?: string | undefined;
  /** Files with our own certificate and its key, where the server asks for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface QueuePlace {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { ca?: string; cert?: string; key?: string; servername?: string };
  /** One Redis can hold several queues. */
  readonly name: string;
  /** For messages: without user and password. */
  readonly shown: string;
}

const EXAMPLE = "--queue redis://host:6379, or rediss://user:password@host:6379 in GRADBOOK_QUEUE";

export function queuePlace({ url, ca, cert, key }: QueueAddress): QueuePlace {
  const at = parsed(url);
  const tls = at.protocol === "rediss:";
  if (!tls && (ca || cert || key))
    throw new Trouble("Certificates need an address that begins with rediss://", EXAMPLE);
  if (Boolean(cert) !== Boolean(key))
    throw new Trouble("A client certificate needs its key", "--queue-cert FILE --queue-key FILE");
  const host = at.hostname.replace(/^\[|\]$/g, "");
  const port = at.port === "" ? 6379 : Number(at.port);
  const db = database(at.pathname);
  const name = queueName(at.searchParams);
  const username = decoded(at.username);
  const password = decoded(at.password);
  const suffix = `${db === 0 ? "" : `/${db}`}${name === DEFAULT_NAME ? "" : `?name=${name}`}`;
  return {
    host,
    port,
    db,
    name,
    shown: `${at.protocol}//${at.hostname}:${port}${suffix}`,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(tls ? { tls: certificates(host, { ca, cert, key }) } : {}),
  };
}

const DEFAULT_NAME = "grading";

function parsed(url: string): URL {
  let at: URL;
  try {
    at = new URL(url);
  } catch {
    // The text may hold a password, so it is not repeated.
    throw new Trouble("The queue's address cannot be read", EXAMPLE);
  }
  if (at.protocol !== "redis:" && at.protocol !== "rediss:")
    throw new Trouble(`A queue's address begins with redis:// or rediss://, not ${at.protocol}//`, EXAMPLE);
  if (at.hostname === "") throw new Trouble("The queue's address names no host", EXAMPLE);
  return at;
}

function database(path: string): number {
  const text = path.replace(/^\//, "");
  if (/^\d{0,5}$/.test(text)) return Number(text);
  throw new Trouble("After the host stands the number of a database, as in redis://host:6379/1", EXAMPLE);
}

function queueName(query: URLSearchParams): string {
  const unknown = [...query.keys()].find((key) => key !== "name");
  if (unknown !== undefined)
    throw new Trouble(
      "Of what may follow “?” in the queue's address, only name=… is known",
      "redis://host:6379?name=course",
    );
  const name = query.get("name") ?? DEFAULT_NAME;
  if (/^[\w-]{1,60}$/.test(name)) return name;
  throw new Trouble("A queue's name is letters, digits, - and _", "redis://host:6379?name=course");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Trouble(
      "User name or password of the queue's address are not encoded as in an address",
      "write % as %25, @ as %40, : as %3A, / as %2F",
    );
  }
}

function certificates(host: string, files: Pick<QueueAddress, "ca" | "cert" | "key">) {
  const tls: NonNullable<QueuePlace["tls"]> = isIP(host) ? {} : { servername: host };
  for (const part of ["ca", "cert", "key"] as const) {
    const file = files[part];
    if (file === undefined) continue;
    try {
      tls[part] = readFileSync(file, "utf8");
    } catch {
      throw new Trouble(`The file of --queue-${part} cannot be read: ${file}`, `ls -l ${file}`);
    }
    if (!tls[part].includes("-----BEGIN "))
      throw new Trouble(
        `The file of --queue-${part} is not PEM: ${file}`,
        "openssl x509 -in FILE -outform PEM",
      );
  }
  return tls;
}
