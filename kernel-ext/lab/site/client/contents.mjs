// @ts-check
// The table of contents: closed where it stands above the text, and marking where the reader is.

export function followReader() {
  const contents = document.querySelector(".toc");
  if (!contents) return;
  const details = contents.querySelector("details");
  const beside = matchMedia("(min-width: 68rem)");
  const open = () => {
    if (details) details.open = beside.matches;
  };
  open();
  beside.addEventListener("change", open);
  const links = [...contents.querySelectorAll("a")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let waiting = false;
  const mark = () => {
    waiting = false;
    const above = headings.filter((heading) => heading && heading.getBoundingClientRect().top < 120);
    const here = above.length - 1;
    links.forEach((link, at) => {
      if (at === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  };
  addEventListener(
    "scroll",
    () => {
      if (!waiting) requestAnimationFrame(mark);
      waiting = true;
    },
    { passive: true },
  );
  mark();
}
