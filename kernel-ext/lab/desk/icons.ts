// Icons, in JupyterLab's own grey, which its themes turn light or dark.
import { LabIcon } from "@jupyterlab/ui-components";

const icon = (name: string, path: string): LabIcon =>
  new LabIcon({
    name: `gradbook:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="${path}"/></svg>`,
  });

export const lessonsIcon: LabIcon = icon(
  "lessons",
  "M4 4h7v16H6a2 2 0 0 1-2-2zm9 0h7v14a2 2 0 0 1-2 2h-5zm2 4v2h3V8zm0 4v2h3v-2zM6 8v2h3V8zm0 4v2h3v-2z",
);
export const checkIcon: LabIcon = icon(
  "check",
  "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2m5 14 9-9-1.4-1.4-7.6 7.6-3.6-3.6L5 12z",
);
