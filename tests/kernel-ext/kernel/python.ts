// Real Jupyter programs on the kernel that this build is: its kernelspec lies in a folder of the test's own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromSource, ROOT } from "../../source.ts";

export interface Program {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Jupyter {
  readonly folder: string = mkdtempSync(join(tmpdir(), "gradbook-jupyter-"));
  readonly #python: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(python: string, env: NodeJS.ProcessEnv) {
    this.#python = python;
    this.#env = {
      ...env,
      JUPYTER_PATH: this.folder,
      JUPYTER_CONFIG_PATH: join(this.folder, "etc"),
      GRADBOOK_HISTORY: join(this.folder, "history.jsonl"),
    };
  }

  static async open(): Promise<Jupyter> {
    const { labEnv } = await fromSource<typeof import("../../../kernel-ext/lab/lab.mjs")>("lab/lab.mjs");
    const { venvPython } =
      await fromSource<typeof import("../../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
    const specs =
      await fromSource<typeof import("../../../kernel-ext/lab/kernelspec.mjs")>("lab/kernelspec.mjs");
    const { installExport } =
      await fromSource<typeof import("../../../kernel-ext/lab/export.mjs")>("lab/export.mjs");
    const jupyter = new Jupyter(venvPython(ROOT), labEnv(ROOT));
    installExport(join(jupyter.folder, "etc"));
    for (const language of ["typescript", "javascript"] as const) {
      const spec = specs.kernelspec({ root: ROOT, node: process.execPath, language });
      specs.writeKernelspec(join(jupyter.folder, "kernels", specs.KERNELS[language].name), spec);
    }
    return jupyter;
  }

  run(args: readonly string[], input = ""): Promise<Program> {
    const child = spawn(this.#python, args, { cwd: this.folder, env: this.#env });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdin.end(input);
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
