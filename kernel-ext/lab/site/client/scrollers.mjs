// @ts-check
// Whoever has only a keyboard reaches what is wider than its place; what is not is no stop on the way.

const WIDE = "main :is(pre, .formula, .wide, .out)";

export function reachScrollers() {
  const mark = () => {
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(WIDE))) {
      const wide = place.scrollWidth > place.clientWidth + 1;
      const tall = place.matches(".out") && place.scrollHeight > place.clientHeight + 1;
      if (wide || tall) place.tabIndex = 0;
      else place.removeAttribute("tabindex");
    }
  };
  mark();
  addEventListener("resize", mark);
  // Formulas have their size when their letters are there.
  void document.fonts.ready.then(mark);
}
