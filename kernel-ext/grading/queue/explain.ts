// What goes wrong between us and Redis, in one line that says what to do.
import { Trouble } from "../../lab/trouble.mjs";
import type { QueuePlace } from "./address.ts";

type Said = (place: QueuePlace, message: string) => readonly [sentence: string, advice: string];

const WITH_PASSWORD = "GRADBOOK_QUEUE=redis://USER:PASSWORD@HOST:PORT in the environment";

const KNOWN: readonly (readonly [RegExp, Said])[] = [
  [
    /ECONNREFUSED/,
    ({ shown }) => [`Nothing listens at ${shown}`, "start redis-server there, or correct the address"],
  ],
  [/ENOTFOUND|EAI_AGAIN/, ({ host }) => [`There is no host “${host}”`, "correct the queue's address"]],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer/,
    ({ shown, tls }) => [
      `${shown} does not answer`,
      tls ? "redis:// where it has no TLS" : "is it the right host and port, and no firewall between?",
    ],
  ],
  [
    /WRONGPASS|invalid password|without any password configured/i,
    ({ shown }) => [`Redis at ${shown} refuses this user or password`, WITH_PASSWORD],
  ],
  [/NOAUTH/, ({ shown }) => [`Redis at ${shown} asks for a password`, WITH_PASSWORD]],
  [
    /NOPERM/,
    ({ shown }, message) => [
      `This user may not do all that the queue needs at ${shown}: ${message.replace(/^.*NOPERM /, "")}`,
      "ACL SETUSER NAME on '>PASSWORD' '~gradbook:*' '+@all' '-@admin' '-@dangerous' '+info'",
    ],
  ],
  [
    /DENIED Redis is running in protected mode/,
    ({ shown }) => [`Redis at ${shown} takes only local connections`, "give it a password (requirepass)"],
  ],
  [/max number of clients/, ({ shown }) => [`Redis at ${shown} has no connection left`, "raise maxclients"]],
  [
    /DB index is out of range|invalid DB index/,
    ({ shown, db }) => [`Redis at ${shown} has no database ${db}`, "leave it out of the address, or take 0"],
  ],
  [
    /CERTIFICATE_REQUIRED|certificate required/i,
    ({ shown }) => [`Redis at ${shown} asks for a certificate of ours`, "--queue-cert FILE --queue-key FILE"],
  ],
  [
    /ALTNAME/,
    ({ shown, host }) => [
      `The certificate of ${shown} is for another host than ${host}`,
      "use the name that stands in the certificate",
    ],
  ],
  [
    /CERT_HAS_EXPIRED|certificate has expired/,
    ({ shown }) => [`The certificate of ${shown} has expired`, "renew it"],
  ],
  [
    /SELF_SIGNED|self[- ]signed|UNABLE_TO_(VERIFY|GET)|unable to (verify|get)|certificate signature failure|CERT_/i,
    ({ shown }) => [
      `The certificate of ${shown} is signed by nobody we trust`,
      "--queue-ca FILE, with the certificate that has signed it",
    ],
  ],
  [
    /EPROTO|ERR_SSL|wrong version number|packet length too long|disconnected before secure/i,
    ({ shown }) => [`${shown} does not speak TLS as asked`, "redis:// where it has none"],
  ],
  [
    /Protocol error|reply type byte|Unknown RESP type/,
    ({ shown }) => [`What answers at ${shown} is not Redis`, "correct the port"],
  ],
  [
    /OOM command not allowed/,
    ({ shown }) => [`The memory of Redis at ${shown} is full`, "raise maxmemory, or let workers catch up"],
  ],
  [
    /MISCONF/,
    ({ shown }) => [
      `Redis at ${shown} takes nothing, because it cannot write to its disk`,
      "free some space",
    ],
  ],
  [
    /READONLY/,
    ({ shown }) => [`Redis at ${shown} is a replica that takes nothing`, "give the primary's address"],
  ],
  [
    /ECONNRESET|EPIPE|Connection is closed|closed the connection/,
    (place) => [
      `${place.shown} closes the connection at once`,
      place.tls
        ? "--queue-cert FILE --queue-key FILE where it asks for a certificate, redis:// where it has no TLS"
        : "rediss:// where it wants TLS",
    ],
  ],
];

/** An error of ioredis or BullMQ as a line; the password is in none. */
export function explainQueue(error: unknown, place: QueuePlace): Trouble {
  if (error instanceof Trouble) return error;
  const message = withoutSecrets(textOf(error), place);
  for (const [pattern, say] of KNOWN) {
    if (pattern.test(message)) return new Trouble(...say(place, message.split("\n", 1)[0] ?? ""));
  }
  const line = message.split("\n", 1)[0] ?? "";
  return new Trouble(`Redis at ${place.shown} says: ${line.slice(0, 200)}`, "gradbook status");
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? `${String(error.code)} ` : "";
  const parts = error instanceof AggregateError ? error.errors.map(textOf).join(" ") : "";
  return `${code}${error.message}${parts ? ` ${parts}` : ""}`;
}

function withoutSecrets(text: string, { password }: QueuePlace): string {
  return password ? text.replaceAll(password, "…") : text;
}
