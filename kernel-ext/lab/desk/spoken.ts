// What a screen reader says of controls, where ipywidgets' own say nothing, or what only arithmetic knows.

/** A range's two numbers stand with this between them. */
const BETWEEN = " – ";

const KINDS: Readonly<Record<string, (part: HTMLElement, label: string) => () => void>> = {
  ".noUi-handle": handle,
  ".widget-readout[contenteditable]": readout,
  ".widget-play": player,
  ".widget-hprogress .progress": progress,
};

const known = new WeakSet<Element>();

/** Names the controls that are new in the page. */
export function nameControls(page: HTMLElement): void {
  for (const [kind, name] of Object.entries(KINDS)) {
    for (const part of page.querySelectorAll<HTMLElement>(kind)) {
      const label = labelOf(part);
      if (known.has(part) || !label) continue;
      known.add(part);
      const say = name(part, label);
      say();
      // What is said anew in the same moment as it is seen anew is read once.
      const attributeFilter = ["aria-valuetext", "class", "style"];
      new MutationObserver(say).observe(part, { subtree: true, attributes: true, attributeFilter });
    }
  }
}

/** A player's stands at the slider beside it. */
function labelOf(part: Element): string | undefined {
  const own = part.closest(".jupyter-widgets");
  const label = own?.querySelector(".widget-label") ?? own?.parentElement?.querySelector(".widget-label");
  return label?.textContent?.trim() || undefined;
}

/** It is where its readout says: a handle knows of a logarithm only the exponent. */
function handle(part: HTMLElement, label: string): () => void {
  const numbers = part.closest(".jupyter-widgets")?.querySelector(".widget-readout");
  const isUpper = part.classList.contains("noUi-handle-upper");
  return () => {
    const [first, second] = numbers?.textContent?.split(BETWEEN) ?? [];
    const [name, value] = isUpper ? [`${label}, to`, second] : [second ? `${label}, from` : label, first];
    tell(part, { "aria-label": name, ...(value && { "aria-valuetext": value }) });
  };
}

function readout(part: HTMLElement, label: string): () => void {
  return () => tell(part, { role: "textbox", "aria-label": `${label}, typed` });
}

function player(part: HTMLElement, label: string): () => void {
  const [play, stop, repeat] = part.querySelectorAll("button");
  return () => {
    if (play) tell(play, { "aria-label": `${play.querySelector(".fa-pause") ? "Pause" : "Play"} ${label}` });
    if (stop) tell(stop, { "aria-label": `Stop ${label}` });
    if (!repeat) return;
    const isOn = repeat.classList.contains("mod-active");
    tell(repeat, { "aria-label": `Repeat ${label}`, "aria-pressed": String(isOn) });
  };
}

function progress(part: HTMLElement, label: string): () => void {
  const bar = part.querySelector<HTMLElement>(".progress-bar");
  return () => {
    const share = String(Math.round(Number.parseFloat(bar?.style.width ?? "") || 0));
    tell(part, {
      role: "progressbar",
      "aria-label": label,
      "aria-valuenow": share,
      "aria-valuetext": `${share} %`,
    });
  };
}

/** What is so already is not written again: this would be called for it. */
function tell(part: Element, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes))
    if (part.getAttribute(name) !== value) part.setAttribute(name, value);
}
