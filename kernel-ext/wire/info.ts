// What the kernel says about itself.
import { createRequire } from "node:module";
import { cpus, freemem, hostname, totalmem } from "node:os";
import type { CellLanguage } from "../session/messages.ts";
import type { Connection } from "./connection.ts";
import { type Content, PROTOCOL_VERSION } from "./message.ts";

export function kernelInfo(cellLanguage: CellLanguage): Content {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  const typescript = cellLanguage === "typescript";
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "gradbook",
    implementation_version: version,
    language_info: {
      name: cellLanguage,
      version: process.version.slice(1),
      mimetype: typescript ? "text/typescript" : "text/javascript",
      file_extension: typescript ? ".ts" : ".js",
      codemirror_mode: { name: "javascript", typescript },
      pygments_lexer: cellLanguage,
      nbconvert_exporter: "script",
    },
    banner: `gradbook ${version}: ${typescript ? "TypeScript" : "JavaScript"} on Node ${process.version}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      {
        text: "Node.js",
        url: `https://nodejs.org/docs/latest-v${process.versions.node.split(".")[0]}.x/api/`,
      },
    ],
    debugger: true,
    supported_features: ["debugger", "kernel subshells"],
  };
}

export function connectInfo(connection: Connection): Content {
  return {
    status: "ok",
    shell_port: connection.shellPort,
    iopub_port: connection.iopubPort,
    stdin_port: connection.stdinPort,
    control_port: connection.controlPort,
    hb_port: connection.heartbeatPort,
  };
}

/** Answers `usage_request` in ipykernel's shape, which Jupyter's resource displays read. */
export class Usage {
  #cpu: NodeJS.CpuUsage = process.cpuUsage();
  #at: number = performance.now();
  #host = hostTimes();

  answer(): Content {
    const cpu = process.cpuUsage(this.#cpu);
    const elapsed = Math.max(1, performance.now() - this.#at);
    const host = hostTimes();
    const [busy, all] = [host.busy - this.#host.busy, Math.max(1, host.all - this.#host.all)];
    [this.#cpu, this.#at, this.#host] = [process.cpuUsage(), performance.now(), host];
    const [total, free] = [totalmem(), freemem()];
    const used = total - free;
    return {
      status: "ok",
      hostname: hostname(),
      pid: process.pid,
      kernel_cpu: (cpu.user + cpu.system) / (10 * elapsed),
      kernel_memory: process.memoryUsage.rss(),
      host_cpu_percent: (100 * busy) / all,
      cpu_count: cpus().length,
      host_virtual_memory: { total, available: free, percent: (100 * used) / total, used, free },
    };
  }
}

function hostTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.idle + times.irq;
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
}
