// Names that Material leaves out, so that a screen reader meets no nameless dialog and no page
// with a dozen equal landmarks.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

const unmark = () => {
  for (const box of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    box.setAttribute("role", "presentation"); // holds one copy button, leads nowhere
  }
};
new MutationObserver(unmark).observe(document.body, { childList: true, subtree: true });
unmark();
