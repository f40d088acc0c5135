// @ts-check
// How notebooks become pages: nbconvert's own look, in which widgets can be seen without a network too.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAside } from "./files.mjs";

const TEMPLATES = join(dirname(fileURLToPath(import.meta.url)), "export");
const SETTINGS = {
  // And where nbconvert looks by itself: where it is called.
  TemplateExporter: { extra_template_basedirs: [TEMPLATES, "."] },
  HTMLExporter: { template_name: "gradbook" },
  // Slides are a kind of HTML to nbconvert, with a template of their own.
  SlidesExporter: { template_name: "reveal" },
};

/** For the lab, which does not read nbconvert's settings when it exports. A list is an argument for each. */
export const exportArguments = Object.entries(SETTINGS).flatMap(([exporter, settings]) =>
  Object.entries(settings).flatMap(([name, values]) =>
    [values].flat().map((value) => `--${exporter}.${name}=${value}`),
  ),
);

/**
 * For `jupyter nbconvert`.
 * @param {string} folder one of those in which a Jupyter finds its settings
 */
export function installExport(folder) {
  const file = join(folder, "jupyter_nbconvert_config.json");
  const content = `${JSON.stringify(SETTINGS, null, 2)}\n`;
  if (!existsSync(file) || readFileSync(file, "utf8") !== content) writeAside(file, content);
}
