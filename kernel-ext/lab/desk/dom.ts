// Elements in a line each.

type Child = Node | string | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

export function button(label: string, act: () => unknown, className = "gb-button"): HTMLButtonElement {
  const made = el("button", { type: "button", class: className, "data-key": label }, label);
  made.addEventListener("click", () => void act());
  return made;
}

/** Puts new contents in place, and leaves the focus on what is the same by its `data-key`. */
export function renew(place: HTMLElement, ...children: readonly Child[]): void {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const key = focused instanceof HTMLElement ? focused.dataset.key : undefined;
  const { scrollTop } = place;
  place.replaceChildren(...children.filter((child): child is Node | string => Boolean(child)));
  place.scrollTop = scrollTop;
  if (!focused) return;
  const same = [...place.querySelectorAll<HTMLElement>("[data-key]")].find(
    ({ dataset }) => dataset.key === key,
  );
  (same ?? place).focus({ preventScroll: true });
}
