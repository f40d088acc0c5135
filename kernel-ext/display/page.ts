// `import * as tslab from "tslab"` in a cell for the page: the same display calls, and what they show goes into the
// cell's own place there. It runs in the browser, so it imports nothing of Node's.
import type { Display } from "./tslab.ts";

/** What every script for the page is given; see session/page.ts. */
declare const element: HTMLElement;

export const versions = { tslab: "1.0.22", typescript: "6.0.3", node: "" } as const;

type Show = (node: Node | string) => void;

function tag(name: string, content: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = content;
  return made;
}

/** Scripts that come as HTML run only when they are made one by one. */
function parsed(html: string): HTMLElement {
  const made = document.createElement("div");
  made.innerHTML = html;
  for (const old of [...made.querySelectorAll("script")]) {
    const script = document.createElement("script");
    for (const { name, value } of [...old.attributes]) script.setAttribute(name, value);
    script.textContent = old.textContent;
    old.replaceWith(script);
  }
  return made;
}

function picture(type: string, bytes: Uint8Array): HTMLElement {
  const made = document.createElement(type === "application/pdf" ? "embed" : "img");
  made.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
  return made;
}

function displayTo(show: Show): Display {
  const made: Display = {
    javascript: (s) => show(parsed(`<script>${s.replaceAll("</script", "<\\/script")}</script>`)),
    html: (s) => show(parsed(s)),
    // The page has nobody here to set these: their source is shown.
    markdown: (s) => show(tag("pre", s)),
    latex: (s) => show(tag("pre", s)),
    svg: (s) => show(parsed(s)),
    png: (b) => show(picture("image/png", b)),
    jpeg: (b) => show(picture("image/jpeg", b)),
    gif: (b) => show(picture("image/gif", b)),
    pdf: (b) => show(picture("application/pdf", b)),
    text: (s) => show(tag("pre", s)),
    raw: (contentType, b) => {
      const text = typeof b === "string" ? b : JSON.stringify(b);
      if (contentType === "text/html" || contentType === "image/svg+xml") made.html(text);
      else if (/javascript$/.test(contentType)) made.javascript(text);
      else if (b instanceof Uint8Array) show(picture(contentType, b));
      else made.text(text);
    },
  };
  return made;
}

export const display: Display = displayTo((node) => element.append(node));

/** A display whose every call replaces what it showed before. */
export function newDisplay(): Display {
  const place = document.createElement("div");
  element.append(place);
  return displayTo((node) => place.replaceChildren(node));
}
