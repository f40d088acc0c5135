// A real JupyterLab in a real Chromium, for tests: its own folder under build/tests, the clone's own environment.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { freePort } from "../ports.ts";
import { fromSource, ROOT } from "../source.ts";

export interface Lab {
  readonly page: Page;
  readonly folder: string;
  close(): Promise<void>;
}

/** Opens one lesson in JupyterLab, alone on the screen. */
export function openLesson(lesson: string): Promise<Lab> {
  return openNotebook(lesson, (folder) =>
    copyFileSync(join(ROOT, "notebooks", lesson), join(folder, lesson)),
  );
}

/** Opens a notebook that has these cells. */
export function openCells(
  cells: readonly string[],
  prepare: (folder: string) => void = () => {},
): Promise<Lab> {
  return openNotebook("cells.ipynb", (folder) => {
    prepare(folder);
    const notebook = {
      cells: cells.map((source, index) => ({
        cell_type: "code",
        execution_count: null,
        id: `cell-${index}`,
        metadata: {},
        outputs: [],
        source,
      })),
      metadata: {
        kernelspec: { name: "gradbook", display_name: "TypeScript (gradbook)", language: "typescript" },
      },
      nbformat: 4,
      nbformat_minor: 5,
    };
    writeFileSync(join(folder, "cells.ipynb"), JSON.stringify(notebook));
  });
}

/** Until there is a kernel, JupyterLab runs nothing and says nothing; the toolbar names it before. */
export async function kernelReady(page: Page): Promise<void> {
  await page.getByText("TypeScript (gradbook) | Idle").waitFor({ timeout: 120_000 });
}

/** Runs every cell, and returns when the last has its number. */
export async function runAll(page: Page): Promise<void> {
  await kernelReady(page);
  await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Run$/ }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: /^Run All Cells$/ }).click();
  await page.waitForFunction(
    () => {
      const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputArea-prompt")];
      return prompts.length > 0 && prompts.every((prompt) => /\[\d+\]/.test(prompt.textContent ?? ""));
    },
    undefined,
    { timeout: 180_000 },
  );
}

/** Opens a notebook of a folder that `fill` has filled. */
export function openNotebook(name: string, fill: (folder: string) => void): Promise<Lab> {
  return openLab(`/lab/tree/${encodeURIComponent(name)}`, ".jp-Notebook", fill);
}

/** Opens JupyterLab on a folder, as `npm run lab` does, and waits for what `shown` selects. */
export async function openLab(path: string, shown: string, fill: (folder: string) => void): Promise<Lab> {
  const { labArguments, labEnv } =
    await fromSource<typeof import("../../kernel-ext/lab/lab.mjs")>("lab/lab.mjs");
  const { venvPython } = await fromSource<typeof import("../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
  const folder = join(ROOT, "build", "tests", `lab-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill(folder);
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const server = spawn(venvPython(ROOT), labArguments({ folder, port, browser: false }), {
    cwd: folder,
    // What a test chooses or leaves open in JupyterLab is not what the next lab here begins with.
    env: {
      ...labEnv(ROOT),
      JUPYTER_TOKEN: token,
      JUPYTERLAB_SETTINGS_DIR: join(folder, ".settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(folder, ".workspaces"),
    },
    stdio: "ignore",
  });
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await end(server);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(`http://localhost:${port}/api/status?token=${token}`, server);
    browser = await launch();
    // A context of its own may have more tabs.
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.goto(`http://localhost:${port}${path}?token=${token}`);
    await page.locator(shown).first().waitFor({ timeout: 60_000 });
    return { page, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function launch(): Promise<Browser> {
  const executablePath = process.env.GRADBOOK_CHROMIUM;
  if (!executablePath) throw new Error("no Chromium: sudo apt-get install chromium");
  // A container's small /dev/shm and root's missing sandbox are the machine's, not ours.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null) throw new Error(`JupyterLab ended with ${server.exitCode}`);
    const reply = await fetch(url).catch(() => undefined);
    if (reply?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("JupyterLab did not answer within a minute");
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once("close", resolve));
  server.kill("SIGTERM");
  const timer = setTimeout(() => server.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(timer);
}
