// @ts-check
// On the page of claims: only those with one verdict.

export function filterClaims() {
  const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-verdict]")]);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const chosen = button.getAttribute("aria-pressed") !== "true";
      for (const one of buttons) one.setAttribute("aria-pressed", String(chosen && one === button));
      show(chosen ? button.dataset.verdict : undefined);
    });
  }
}

/** @param {string | undefined} verdict */
function show(verdict) {
  for (const course of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-course]"))) {
    const items = [...course.querySelectorAll("li")];
    for (const item of items) item.hidden = Boolean(verdict) && !item.querySelector(`.claim.${verdict}`);
    course.hidden = items.every(({ hidden }) => hidden);
  }
}
